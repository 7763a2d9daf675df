"""How often words stand in a conversation: what tells half a word from a whole one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property

IN_WORD = re.compile(r"[\w'’]")
FEW = 12
"""Words that are looked for one by one, a tenth of the work; in a conversation with more joints all are counted."""


class WordCounts:
    """How often each word stands in some texts, in lower case.

    Args:
        texts: gives the texts; it is asked once, if at all.
    """

    def __init__(self, texts: Callable[[], Sequence[str]]) -> None:
        self._texts = texts
        self._asked = 0

    @cached_property
    def _text(self) -> str:
        return "\n".join(["", *self._texts(), ""]).lower()

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(re.findall(r"[\w'’]+", self._text))

    def __getitem__(self, word: str) -> int:
        self._asked += 1
        return self._counts[word] if self._asked > FEW else self._count(word)

    def _count(self, word: str) -> int:
        """Count a word by itself."""
        text, size, count = self._text, len(word), 0
        at = text.find(word)
        while at >= 0:
            count += not (IN_WORD.match(text, at - 1) or IN_WORD.match(text, at + size))
            at = text.find(word, at + size)
        return count

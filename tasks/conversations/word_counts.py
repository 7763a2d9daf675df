"""How often words stand in a conversation: what tells half a word from a whole one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property


class WordCounts:
    """How often each word stands in some texts, in lower case; they are counted when the first one is asked for.

    Args:
        texts: the texts.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(re.findall(r"[\w'’]+", "\n".join(self._texts).lower()))

    def __getitem__(self, word: str) -> int:
        return self._counts[word]

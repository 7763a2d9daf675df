"""How often words stand in a conversation: what tells half a word from a whole one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

IN_WORD = re.compile(r"[\w'’]")


class WordCounts:
    """How often each word stands in some texts, in lower case; few are asked for, and only these are counted.

    Args:
        texts: the texts.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    @cached_property
    def _text(self) -> str:
        return "\n".join(["", *self._texts, ""]).lower()

    def __getitem__(self, word: str) -> int:
        text, size, count = self._text, len(word), 0
        at = text.find(word)
        while at >= 0:
            count += not (IN_WORD.match(text, at - 1) or IN_WORD.match(text, at + size))
            at = text.find(word, at + size)
        return count

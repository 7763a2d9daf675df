"""Reads a text without what hides a value from a pattern: Markdown's backslashes, invisible characters, full width."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

import polars as pl

from tasks.privacy.span import Span

# Only what stands inside values: `ghp\_…`, `wJalr\/…`, a zero-width space in an address, ｎａｍｅ＠…
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
_FULL_WIDTH = "".join(chr(code) for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum()) + "＠．＿－＋"
_WIDE_SIGNS = "＠．０１２３４５６７８９"
MARKED = "|".join([r"\\[_@+~/]", *_INVISIBLE, *_WIDE_SIGNS])
"""A pattern of few literals: texts that it does not match read as they are."""

_REMOVED = re.compile(rf"\\(?=[_@+~/])|[{_INVISIBLE}]")
_WIDE = {wide: chr(ord(wide) - 0xFEE0) for wide in _FULL_WIDTH}
_REMOVALS = {f"\\{sign}": sign for sign in "_@+~/"} | dict.fromkeys(_INVISIBLE, "")
_NARROW = str.maketrans(_WIDE)


class Plain(NamedTuple):
    """A text as patterns read it, and where its characters stand in the text itself.

    Args:
        text: the text without what was left out.
        shifts: how many characters were left out, after each removal, ascending.
        places: from which character of `text` on each shift holds.
    """

    text: str
    shifts: list[int]
    places: list[int]

    def placed(self, span: Span) -> Span:
        """Return a span of the plain text at its place in the text itself."""
        if not self.places:
            return span
        return span._replace(start=self._place(span.start), end=self._place(span.end - 1) + 1)

    def _place(self, at: int) -> int:
        shift = bisect_right(self.places, at)
        return at + (self.shifts[shift - 1] if shift else 0)


def plain_series(texts: pl.Series) -> tuple[pl.Series, set[int]]:
    """Return texts as `plain` reads them, and the numbers of those that it reads otherwise than they are written."""
    marked = texts.str.contains(MARKED).arg_true()
    if not len(marked):
        return texts, set()
    read = texts.gather(marked).str.replace_many(list(_REMOVALS), list(_REMOVALS.values()))
    wide = read.str.contains_any(list(_WIDE_SIGNS)).arg_true()
    if len(wide):
        read = read.scatter(wide, read.gather(wide).str.replace_many(list(_WIDE), list(_WIDE.values())))
    return texts.clone().scatter(marked, read), set(marked.to_list())


def plain(text: str) -> Plain:
    """Return a text without backslashes before punctuation and invisible characters, its wide letters narrow."""
    pieces, shifts, places = [], [], []
    at = length = 0
    for match in _REMOVED.finditer(text):
        pieces.append(text[at : match.start()])
        length += match.start() - at
        at = match.end()
        shifts.append(at - length)
        places.append(length)
    pieces.append(text[at:])
    read = "".join(pieces)
    wide = not read.isascii() and any(sign in read for sign in _WIDE_SIGNS)
    return Plain(read.translate(_NARROW) if wide else read, shifts, places)

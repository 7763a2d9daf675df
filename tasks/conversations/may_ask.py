"""Picks, from whole columns, the questions that may ask for the rest of the answer before them."""

from __future__ import annotations

import re

import polars as pl

from tasks.conversations.continuing import LONGEST_PARTLY, LONGEST_WHOLE
from tasks.conversations.request_patterns import (
    BASES,
    DOTS,
    LONE,
    MORE,
    REST,
    SIGNS_REST,
    SIGNS_WHOLE,
    WHOLE,
    alternatives_of,
)

_EDGE = "[^a-zA-Z0-9_]"
"""Polars takes ten times as long for edges of words as for ASCII's."""
_LONE = f"^{_EDGE}*{LONE}{_EDGE}*$|^{_EDGE}*{DOTS}$"


def _words(*patterns: str, ascii_alone: bool = False) -> str:
    """Return a pattern, in the syntax of Polars, of what holds at least what some patterns match."""
    words = "|".join(word for one in patterns for word in alternatives_of(one) if word.isascii() or not ascii_alone)
    words = re.sub(r"\(\?: \\w\+\)\{0,.\}", ".*", words)
    words = re.sub(r"\\w[+*]?", "[a-z]*", words)
    return f"(?:^|{_EDGE})(?:{words})(?:{_EDGE}|$)"


_SHORT = f"{_words(REST, WHOLE, MORE, ascii_alone=True)}|{_LONE}"
_LONG = f"(?i){_words(REST, ascii_alone=True)}"
_ACCENTED_SHORT = f"{_words(REST, WHOLE, MORE)}|{SIGNS_REST}|{SIGNS_WHOLE}|{_LONE}"
_ACCENTED_LONG = f"{_words(REST)}|{SIGNS_REST}"


def may_ask(questions: pl.Series) -> pl.Series:
    """Whether each question may ask for the rest of the answer before it, or for more: at least those that do.

    Args:
        questions: their texts.
    """
    characters = questions.str.len_chars()
    short, long = characters <= LONGEST_WHOLE, characters.is_between(LONGEST_WHOLE, LONGEST_PARTLY, closed="right")
    plain = characters == questions.str.len_bytes()
    found = pl.repeat(False, len(questions), eager=True)
    for chosen, pattern in (
        (short & plain, _SHORT),
        (long & plain, _LONG),
        (short & ~plain, _ACCENTED_SHORT),
        (long & ~plain, _ACCENTED_LONG),
    ):
        at = chosen.arg_true()
        texts = questions.gather(at)
        if pattern is not _LONG:
            texts = texts.str.to_lowercase()
        if pattern in (_ACCENTED_SHORT, _ACCENTED_LONG):
            texts = texts.str.replace_many(BASES)
        found = found.scatter(at.filter(texts.str.contains(pattern)), True)
    return found

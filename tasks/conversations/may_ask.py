"""Picks, from whole columns, the questions that may ask for the rest of the answer before them."""

from __future__ import annotations

import re

import numpy as np
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
    characters, octets = questions.str.len_chars().to_numpy(), questions.str.len_bytes().to_numpy()
    short, long = characters <= LONGEST_WHOLE, (characters > LONGEST_WHOLE) & (characters <= LONGEST_PARTLY)
    accented = characters != octets
    found = np.zeros(len(questions), np.bool_)
    for chosen, pattern in (
        (short & ~accented, _SHORT),
        (long & ~accented, _LONG),
        (short & accented, _ACCENTED_SHORT),
        (long & accented, _ACCENTED_LONG),
    ):
        if not chosen.any():
            continue
        texts = questions.filter(pl.Series(chosen))
        if pattern is not _LONG:
            texts = texts.str.to_lowercase()
        if pattern in (_ACCENTED_SHORT, _ACCENTED_LONG):
            texts = texts.str.replace_many(BASES)
        found[chosen] = texts.str.contains(pattern).to_numpy()
    return pl.Series(found)

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
    beginnings_of,
)

_EDGE = "[^a-zA-Z0-9_]"
"""Polars takes ten times as long for edges of words as for ASCII's."""
_LONE = f"^{_EDGE}*{LONE}{_EDGE}*$|^{_EDGE}*{DOTS}$"


def _words(*patterns: str) -> str:
    """Return a pattern, in the syntax of Polars, of what holds at least what the ASCII words of patterns match."""
    words = "|".join(word for one in patterns for word in alternatives_of(one) if word.isascii())
    words = re.sub(r"\(\?: \\w\+\)\{0,.\}", ".*", words)
    words = re.sub(r"\\w[+*]?", "[a-z]*", words)
    return f"(?:^|{_EDGE})(?:{words})(?:{_EDGE}|$)"


_SHORT = f"{_words(REST, WHOLE, MORE)}|{_LONE}"
_LONG = f"(?i){_words(REST)}"
_OTHERS = sorted(
    {
        text
        for pattern in (REST, WHOLE, MORE, SIGNS_REST, SIGNS_WHOLE)
        for one in alternatives_of(pattern)
        if not one.isascii()
        for text in beginnings_of(one)
        if not text.isascii()
    }
)
"""How words of scripts other than Latin begin: looked for as they stand, in a tenth of a pattern's time."""


def may_ask(questions: pl.Series) -> pl.Series:
    """Whether each question may ask for the rest of the answer before it, or for more: at least those that do.

    Args:
        questions: their texts.
    """
    characters, octets = questions.str.len_chars().to_numpy(), questions.str.len_bytes().to_numpy()
    plain = characters == octets
    short, long = characters <= LONGEST_WHOLE, (characters > LONGEST_WHOLE) & (characters <= LONGEST_PARTLY)
    found = np.zeros(len(questions), np.bool_)
    for chosen, pattern in ((short & plain, _SHORT), (long & plain, _LONG), ((short | long) & ~plain, "")):
        if not chosen.any():
            continue
        texts = questions.filter(pl.Series(chosen))
        if not pattern:
            found[chosen] = _accented(texts.str.to_lowercase().str.replace_many(BASES)).to_numpy()
        else:
            texts = texts.str.to_lowercase() if pattern is _SHORT else texts
            found[chosen] = texts.str.contains(pattern).to_numpy()
    return pl.Series(found)


def _accented(texts: pl.Series) -> pl.Series:
    """Return the same of texts in lower case whose accents are taken off; some are in other scripts."""
    found = texts.str.contains(_SHORT)
    others = (texts.str.len_bytes() > texts.str.len_chars()).arg_true()
    return found.scatter(others, found.gather(others) | texts.gather(others).str.contains_any(_OTHERS))

"""Tells random values from words, placeholders and what was typed along the keyboard."""

from __future__ import annotations

import math
import re
from collections import Counter

from tasks.privacy.spared import DIGIT_RUNS, PLACEHOLDER_PARTS

# What a word or number within an identifier is: ArrowRight2 has three.
_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_TITLED = re.compile(r"[A-Z][a-z]{2,}")  # of PageDown2TableRow3 most; by chance a fifth
_LONG_NUMBER = re.compile(r"[0-9]{5,}")
_UUID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")


def is_uuid(value: str) -> bool:
    """Whether a value is a UUID as text."""
    return _UUID.fullmatch(value) is not None


def is_placeholder(value: str) -> bool:
    """Whether a token only shows where a token goes: `sk-xxxx…`, `YOUR_API_KEY`."""
    low = value.lower()
    return len(set(low)) < 6 or any(part in low for part in PLACEHOLDER_PARTS)


def entropy(value: str) -> float:
    """Return the Shannon entropy of a text's characters, in bits a character."""
    n = len(value)
    return -sum(k / n * math.log2(k / n) for k in Counter(value).values())


def is_mixed(value: str) -> bool:
    """Whether a value has digits among its letters, or capitals among its small letters within a word."""
    lower = any(c.islower() for c in value)
    upper = any(c.isupper() for c in value)
    digit = any(c.isdigit() for c in value)
    return (digit and (lower or upper)) or (lower and upper and "-" not in value)


def is_worded(value: str) -> bool:
    """Whether a value is made of words: five characters or more between two changes, on the average."""
    return len(_PIECE.findall(value)) * 5 < len(value)


def is_random(value: str, min_entropy: float, chars_a_piece: float) -> bool:
    """Whether a value looks drawn by chance: letters and digits change often, and none of it is a placeholder.

    A random base-62 text changes between capitals, small letters and digits every two characters; `ArrowRight1Abc`
    every four. Digits typed along the keyboard do not count.

    Args:
        value: the text assigned.
        min_entropy: bits a character it needs.
        chars_a_piece: more characters than these between two changes, on the average, are words.
    """
    bare = _LONG_NUMBER.sub(lambda run: "" if any(run.group() in typed for typed in DIGIT_RUNS) else run.group(), value)
    if not any(c.isdigit() for c in bare) or not any(c.isalpha() for c in bare):
        return False
    if sum(len(word) for word in _TITLED.findall(value)) * 5 > len(value) * 3:
        return False
    changes = len(_PIECE.findall(bare)) * chars_a_piece
    return changes >= len(bare) and entropy(value) >= min_entropy and not is_placeholder(value)

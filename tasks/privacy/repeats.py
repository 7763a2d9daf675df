"""Finds repetitions of a value that the words around it, or another spelling, told elsewhere in the conversation."""

from __future__ import annotations

import polars as pl

from tasks.privacy.numbering import is_same
from tasks.privacy.phones import bare
from tasks.privacy.span import Span, mask

_TAIL = 8  # digits: fewer are too common to be told by


def repeats(texts: list[str], values: dict[str, Span], numbers: set[str]) -> dict[int, list[Span]]:
    """Find what is known already where its own shape does not tell it.

    Args:
        texts: one conversation, finds masked.
        values: contextual finds by their spelling.
        numbers: phone numbers, as + and digits.

    Returns:
        The finds by number of the text.
    """
    found = _numbers(texts, numbers) if numbers else {}
    if values:
        masked = [mask(text, found.get(i, [])) for i, text in enumerate(texts)]
        for i, spans in _values(masked, values).items():
            found[i] = found.get(i, []) + spans
    return found


def _values(texts: list[str], values: dict[str, Span]) -> dict[int, list[Span]]:
    """Find all values in all texts at once (Aho-Corasick: linear), where no letter or digit touches them."""
    frame = pl.DataFrame({"text": texts}).select(
        at=pl.col("text").str.find_many(list(values), leftmost=True),
        what=pl.col("text").str.extract_many(list(values), leftmost=True),
    )
    found: dict[int, list[Span]] = {}
    for i, (starts, what) in enumerate(frame.iter_rows()):
        raw = texts[i].encode("utf-8", "surrogatepass") if starts else b""
        at, chars = 0, 0
        for start, value in zip(starts, what, strict=True):
            chars += len(raw[at:start].decode("utf-8", "surrogatepass"))
            at = start
            end = chars + len(value)
            if not texts[i][max(0, chars - 1) : chars].isalnum() and not texts[i][end : end + 1].isalnum():
                found.setdefault(i, []).append(values[value]._replace(start=chars, end=end))
    return found


def _numbers(texts: list[str], numbers: set[str]) -> dict[int, list[Span]]:
    """Find numbers known from another spelling: without code, with 00 for +, grouped otherwise."""
    known = {number[-_TAIL:]: number for number in sorted(numbers)}
    found: dict[int, list[Span]] = {}
    for i, text in enumerate(texts):
        for start, end, digits in bare(text):
            number = known.get(digits[-_TAIL:])
            if number is not None and is_same(digits, number):
                found.setdefault(i, []).append(Span("phone", start, end, number))
    return found

"""Finds a value again that its context, or another spelling, showed to be one elsewhere in the conversation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from tasks.privacy.numbering import is_same
from tasks.privacy.phones import bare
from tasks.privacy.span import Span, apart, mask

_LAST_DIGITS = 8  # digits: fewer are too common
_FEW = 8  # values: looking for each in turn is quicker up to about so many


def repeats(texts: list[str], values: dict[str, Span], numbers: set[str]) -> dict[int, list[Span]]:
    """Return what is known already where its own shape does not show it.

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
    """Return where the values stand, where no letter or digit touches them."""
    search = _each if len(values) <= _FEW else _at_once
    found: dict[int, list[Span]] = {}
    for i, start, value in search(texts, values):
        end = start + len(value)
        if not texts[i][max(0, start - 1) : start].isalnum() and not texts[i][end : end + 1].isalnum():
            found.setdefault(i, []).append(values[value]._replace(start=start, end=end))
    return {i: apart(spans) for i, spans in found.items()}


def _each(texts: list[str], values: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """Yield text, place and value of each value, one after the other."""
    for i, text in enumerate(texts):
        for value in values:
            at = text.find(value)
            while at >= 0:
                yield i, at, value
                at = text.find(value, at + len(value))


def _at_once(texts: list[str], values: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """Yield text, place and value of all values at once (Aho-Corasick: linear, however many there are)."""
    listed = list(values)
    frame = pl.DataFrame({"text": texts}).select(
        at=pl.col("text").str.find_many(listed, leftmost=True),
        what=pl.col("text").str.extract_many(listed, leftmost=True),
    )
    for i, (starts, what) in enumerate(frame.iter_rows()):
        raw = texts[i].encode("utf-8", "surrogatepass") if starts else b""
        at, chars = 0, 0
        for start, value in zip(starts, what, strict=True):
            chars += len(raw[at:start].decode("utf-8", "surrogatepass"))
            at = start
            yield i, chars, value


def _numbers(texts: list[str], numbers: set[str]) -> dict[int, list[Span]]:
    """Return numbers known from another spelling: without code, with 00 for +, grouped otherwise."""
    known = {number[-_LAST_DIGITS:]: number for number in sorted(numbers)}
    found: dict[int, list[Span]] = {}
    for i, text in enumerate(texts):
        for start, end, digits in bare(text):
            number = known.get(digits[-_LAST_DIGITS:])
            if number is not None and is_same(digits, number):
                found.setdefault(i, []).append(Span("phone", start, end, number))
    return found

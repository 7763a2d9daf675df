"""Takes out of texts what is no prose: code blocks, addresses, maths, tables, quotations, tags."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from tasks.conversations.ragged import Positions, offsets_of, owners_of

FENCE = "```"
FENCED = r"(?s)```.*?(?:```|\z)|~~~.*?(?:~~~|\z)"

# Rust's regex engine runs each of these in linear time, whatever the text. A pattern that starts with a literal is
# searched for with SIMD: a line start before a sign costs three times as much, one alternation of all as well.
CODE = r"`[^`\n]+`"
RARE: tuple[str, ...] = (
    r"(?:https?://|www\.)\S+",
    r"\n[ \t]*[|>][^\n]*",
    r"(?s)\$\$.*?\$\$|\\\[.*?\\\]|\\\(.*?\\\)",
    r"</?[A-Za-z][^<>\n]{0,200}>",
)
"""Addresses, lines of tables and quotations, maths, tags."""
SIGNS = r"://|www\.|[|>]|\$\$|\\[\[(]"
"""Where none of these stands, there is nothing rare."""


def strip_to_prose(contents: pl.Series) -> pl.Series:
    """Return each text without code blocks, inline code, addresses, tables, quotations, maths and tags."""
    return strip_unfenced(*without_fenced(contents, " "))


def strip_unfenced(contents: pl.Series) -> pl.Series:
    """Return each text, which has a blank for each code block, without what else is no prose."""
    prose = "\n" + contents.str.replace_all(CODE, " ")
    stripped = pl.col("prose")
    for pattern in RARE:
        stripped = stripped.str.replace_all(pattern, " ")
    at = prose.str.contains(SIGNS).arg_true()
    return prose.scatter(at, prose.gather(at).to_frame("prose").select(stripped).to_series())


def without_fenced(contents: pl.Series, *instead: str) -> list[pl.Series]:
    """Return the texts without fenced code (an open fence to the end), once for each text to stand for a block.

    >>> without_fenced(pl.Series(["a ```b``` c ```d"]), "", " - ")[1].item()
    'a  -  c  - '
    """
    texts = contents.to_arrow()
    _, borders, letters = texts.buffers()
    places = np.frombuffer(borders, np.int64)[: len(texts) + 1]
    start, end = _blocks(contents, places)
    gone, before = offsets_of(end - start), np.searchsorted(start, places)
    pieces = zip([0, *end.tolist()], [*start.tolist(), int(places[-1])], strict=True)
    view = memoryview(letters or b"")
    kept = [view[one:other] for one, other in pieces]
    found: list[pl.Series] = []
    for one in map(str.encode, instead):
        shifted, joined = places - gone[before] + len(one) * before, one.join(kept)
        bare = pa.LargeStringArray.from_buffers(len(texts), pa.py_buffer(shifted), pa.py_buffer(joined))
        found.append(pl.Series(bare))
    others = contents.str.contains("~~~", literal=True).arg_true()
    if not len(others):
        return found
    by_pattern = (contents.gather(others).str.replace_all(FENCED, one) for one in instead)
    return [bare.scatter(others, some) for bare, some in zip(found, by_pattern, strict=True)]


def _blocks(contents: pl.Series, places: Positions) -> tuple[Positions, Positions]:
    """Return where in all texts, one after the other, the blocks of code between backticks start and end."""
    found = contents.str.find_many([FENCE])
    many = found.list.len().to_numpy()
    text, first = owners_of(offsets_of(many)), offsets_of(many)
    fences = found.explode(empty_as_null=False).to_numpy() + places[text]
    opens = np.flatnonzero((np.arange(len(text)) - first[text]) % 2 == 0)  # every other fence of a text
    text = text[opens]
    closes = np.append(fences, 0)[opens + 1] + len(FENCE)
    return fences[opens], np.where(opens + 1 == first[text + 1], places[text + 1], closes)

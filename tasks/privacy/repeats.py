"""Finds bare repetitions of a value that was told by the words around it elsewhere in the conversation."""

from __future__ import annotations

import polars as pl

from tasks.privacy.span import Span


def repeats(texts: list[str], values: dict[str, Span]) -> dict[int, list[Span]]:
    """Find all values in all texts at once (Aho-Corasick: linear), where no letter or digit touches them.

    Args:
        texts: one conversation, finds masked.
        values: the finds by their spelling.

    Returns:
        The finds by number of the text.
    """
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

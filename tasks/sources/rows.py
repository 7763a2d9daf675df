"""The raw rows of a range, whatever its file: found in the bytes, and read by their shape."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from tasks.conversations.rows import Found, own_id, read_any_row, read_object, read_plain_row, read_rows
from tasks.conversations.shapes import Fault
from tasks.sources.between import Format, Place
from tasks.sources.parquet import read_objects
from tasks.sources.ranges import Range, read_bytes
from tasks.sources.split import Row, Rows, split_array, split_lines


class SourceRow(NamedTuple):
    """A row as it stands in its file.

    Args:
        content: its conversations, or why it is none; never empty.
        size: its bytes; of rows that were read at once, their share.
        offset: where it starts in the file; None where nobody asks, and in Parquet.
        piece: its bytes, where somebody may ask.
    """

    content: Sequence[Found]
    size: int
    offset: int | None = None
    piece: bytes = b""


def rows_of(part: Range, branches: str = "current") -> Iterator[SourceRow]:
    """Yield the rows of a range, in order.

    Args:
        part: the range.
        branches: of conversations that have some, `current` or `all`.

    Raises:
        SourceError: the file is gone, or it changed since the plan.
    """
    if part.format is Format.PARQUET:
        for item in read_objects(part):
            piece = json.dumps(item, ensure_ascii=False, default=str).encode(errors="replace")
            yield SourceRow(read_object(item, branches), len(piece), None, piece)
        return
    yield from rows_in(read_bytes(part), part.begin, part.final, branches, part.start)


def rows_in(data: bytes, begin: Place, final: bool, branches: str = "current", offset: int = 0) -> Iterator[SourceRow]:
    """Yield the rows of a stretch of JSON, in order.

    Args:
        data: the stretch.
        begin: where the search for its first row begins, and its format.
        final: whether the file ends with it.
        branches: of conversations that have some, `current` or `all`.
        offset: where it starts in its file.
    """
    many = partial(read_rows, branches=branches)
    lines = begin.form is Format.LINES
    found = split_lines(data, read_plain_row) if lines else split_array(data, read_plain_row, many, begin, final=final)
    for row in found:
        if isinstance(row, Rows):
            size = (row.end - row.start) // len(row.values)
            for content in row.values:
                yield SourceRow((content,), size)
        else:
            piece = data[row.start : row.end]
            yield SourceRow(_content(row, piece, branches), len(piece), offset + row.start, piece)


def _content(row: Row, piece: bytes, branches: str) -> Sequence[Found]:
    """Return what a row holds that stands by itself."""
    if row.reason is not None:
        return (Fault(row.reason, row.detail, own_id(piece)),)
    if row.value is None or row.key is not None:
        return read_any_row(piece, branches, row.key)
    return (row.value,)

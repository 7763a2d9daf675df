"""The raw rows of a range, whatever its file: found in the bytes, and read by their shape."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from tasks.conversations.shapes import (
    Fault,
    RawConversation,
    own_id,
    read_any_row,
    read_object,
    read_row,
    read_rows,
)
from tasks.sources.formats import Format
from tasks.sources.parquet import read_objects
from tasks.sources.ranges import Range, read_bytes
from tasks.sources.split import Row, Rows, split_array, split_lines


class SourceRow(NamedTuple):
    """A row as it stands in its file.

    Args:
        content: its conversation, or why it is none.
        size: its bytes; of rows that were read at once, their share.
        offset: where it starts in the file; None where nobody asks, and in Parquet.
        piece: its bytes, where somebody may ask.
    """

    content: RawConversation | Fault
    size: int
    offset: int | None = None
    piece: bytes = b""


def rows_of(part: Range) -> Iterator[SourceRow]:
    """Yield the rows of a range, in order.

    Raises:
        SourceError: the file is gone, or it changed since the plan.
    """
    if part.format is Format.PARQUET:
        for item in read_objects(part):
            piece = json.dumps(item, ensure_ascii=False, default=str).encode(errors="replace")
            yield SourceRow(read_object(item), len(piece), None, piece)
        return
    data = read_bytes(part)
    lines = part.format is Format.LINES
    for found in split_lines(data, read_row) if lines else split_array(data, read_row, read_rows, final=part.final):
        if isinstance(found, Rows):
            size = (found.end - found.start) // len(found.values)
            yield from (SourceRow(content, size) for content in found.values)
        else:
            piece = data[found.start : found.end]
            yield SourceRow(_content(found, piece), len(piece), part.start + found.start, piece)


def _content(row: Row, piece: bytes) -> RawConversation | Fault:
    """Return what a row holds that stands by itself."""
    if row.reason is not None:
        return Fault(row.reason, row.detail, own_id(piece))
    return read_any_row(piece) if row.value is None else row.value

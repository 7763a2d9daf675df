"""Stage 01: one range of raw bytes becomes batches of conversations, and what is none of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa

from tasks.dialogue.batch import Batch
from tasks.dialogue.layout import Format
from tasks.dialogue.rows import Conversation, Fault, own_id, read_any_row, read_object, read_row, read_rows
from tasks.dialogue.split import Rows, split_array, split_lines
from tasks.parquet import read_rows as read_objects
from tasks.ranges import Range, read

BATCH_ROWS = 2_048
BATCH_BYTES = 32 * 1024 * 1024
"""Raw bytes after which a batch ends early, so that huge rows do not add up."""


class Read(NamedTuple):
    """A batch of the Ingested contract, and the rows of the Broken contract among them."""

    ingested: pa.Table
    broken: pa.Table


def ingest(part: Range) -> Iterator[Read]:
    """Read a range, batch by batch: at most BATCH_ROWS rows each; a range without any gives one empty batch.

    Raises:
        SourceError: the file is gone, or it changed since the plan.
    """
    batch, size, full = Batch(part.name), 0, False
    for number, (row, length, offset, piece) in enumerate(_rows(part), part.first_row):
        if full:
            yield Read(*batch.tables())
            batch, size = Batch(part.name), 0
        batch.add(number, offset, row, piece)
        size += length
        full = batch.rows >= BATCH_ROWS or size >= BATCH_BYTES
    yield Read(*batch.tables())


def _rows(part: Range) -> Iterator[tuple[Conversation | Fault, int, int | None, bytes]]:
    """Yield each row of a range: what it says, its length; and of rows that are none, byte offset and bytes too."""
    if part.format is Format.PARQUET:
        for item in read_objects(part):
            piece = json.dumps(item, ensure_ascii=False, default=str).encode(errors="replace")
            yield read_object(item), len(piece), None, piece
        return
    data = read(part)
    lines = part.format is Format.LINES
    for row in split_lines(data, read_row) if lines else split_array(data, read_row, read_rows, final=part.final):
        if isinstance(row, Rows):
            share = (row.end - row.start) // len(row.values)
            yield from ((said, share, None, b"") for said in row.values)
            continue
        piece = data[row.start : row.end]
        said = row.value
        if row.reason is not None:
            said = Fault(row.reason, row.detail, own_id(piece))
        elif said is None:
            said = read_any_row(piece)
        yield said, len(piece), part.start + row.start, piece

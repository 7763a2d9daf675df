"""Stage 01: one range of raw bytes becomes batches of conversations, and what is none of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from schemas.counts import Counts
from schemas.ledger import Broken
from schemas.tables import Ingested
from tasks.conversations.batch import RowBatch
from tasks.sources.ranges import Range
from tasks.sources.rows import rows_of
from tasks.store.code_digest import code_digest
from tasks.store.digest import combine
from tasks.store.parts import Part, find, part_path, write_table

HELD_ROWS = 100_000
"""Broken rows kept while the others are written, some 40 MB; where there are more, the range is read twice."""

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
    batch, size = RowBatch(part.name), 0
    for number, row in enumerate(rows_of(part), part.first_row):
        if batch.rows >= BATCH_ROWS or size >= BATCH_BYTES:
            yield Read(*batch.tables())
            batch, size = RowBatch(part.name), 0
        batch.add(number, row.content, row.offset, row.piece)
        size += row.size
    yield Read(*batch.tables())


def ingest_digest(part: Range) -> str:
    """Return the digest of an ingested part: its own bytes, where they stand, and the code that reads them."""
    return combine(Ingested.proof(), Broken.proof(), code_digest(__name__), part.identity())


def find_ingested(root: Path, part: Range) -> Part | None:
    """Return an ingested part where both of its files prove themselves."""
    digest = ingest_digest(part)
    files = [find(part_path(root, contract, part.key), contract, part.key, digest) for contract in (Ingested, Broken)]
    return files[0] if all(files) else None


def make_ingested(part: Range, root: Path, level: int) -> Part:
    """Ingest a range into part N, its conversations and its broken rows.

    Raises:
        SourceError: the file is gone, or it changed since the plan.
    """
    began, digest = time.process_time(), ingest_digest(part)
    path = part_path(root, Ingested, part.key)
    broken: list[pa.Table] = []
    counts = write_table(path, Ingested, _ingested(part, broken), digest, level)
    many = counts.broken > sum(table.num_rows for table in broken)
    rows = _broken(part) if many else ((table, Counts(rows=table.num_rows)) for table in broken)
    write_table(part_path(root, Broken, part.key), Broken, rows, digest, level)
    seconds = time.process_time() - began
    return Part(Ingested.view, part.key, path, digest, counts, fresh=True, seconds=seconds)


def _wanted(table: pa.Table, part: Range) -> pa.Table:
    """Leave only the rows that a sample picked."""
    return table if part.only is None else table.filter(pc.is_in(table["row"], pa.array(part.only, pa.int64())))


def _ingested(part: Range, broken: list[pa.Table]) -> Iterator[tuple[pa.Table, Counts]]:
    """Yield the conversations of each batch; lay its broken rows aside while they are few."""
    seen = 0
    for found in ingest(part):
        table, bad = _wanted(found.ingested, part), _wanted(found.broken, part)
        seen += bad.num_rows
        if bad.num_rows and seen <= HELD_ROWS:
            broken.append(bad)
        turns = pc.sum(pc.list_value_length(table["turns"])).as_py() or 0
        kept = table["reason"].null_count
        yield table, Counts(rows=table.num_rows, kept=kept, turns=turns, broken=bad.num_rows)


def _broken(part: Range) -> Iterator[tuple[pa.Table, Counts]]:
    for found in ingest(part):
        table = _wanted(found.broken, part)
        if table.num_rows:
            yield table, Counts(rows=table.num_rows)

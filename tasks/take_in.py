"""Writes the two files of an ingested part: its conversations, and what is none."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from schemas.ledger import Broken
from schemas.parts import Part, part_path, write_table
from schemas.tables import Ingested
from tasks.ingest import ingest
from tasks.ranges import Range

HELD_ROWS = 100_000
"""Broken rows kept while the others are written, some 40 MB; where there are more, the range is read twice."""


def make_ingested(part: Range, root: Path, digest: str, level: int) -> Part:
    """Ingest a range into part N, its conversations and its broken rows.

    Raises:
        SourceError: the file is gone, or it changed since the plan.
    """
    began = time.process_time()
    path = part_path(root, Ingested, part.number)
    broken: list[pa.Table] = []
    counts = write_table(path, Ingested, _ingested(part, broken), digest, level)
    many = counts["broken"] > sum(table.num_rows for table in broken)
    rows = _broken(part) if many else ((table, {"rows": table.num_rows}) for table in broken)
    write_table(part_path(root, Broken, part.number), Broken, rows, digest, level)
    seconds = time.process_time() - began
    return Part(Ingested.view, part.number, path, digest, counts, fresh=True, seconds=seconds)


def _wanted(table: pa.Table, part: Range) -> pa.Table:
    """Leave only the rows that a sample picked."""
    return table if part.only is None else table.filter(pc.is_in(table["row"], pa.array(part.only, pa.int64())))


def _ingested(part: Range, broken: list[pa.Table]) -> Iterator[tuple[pa.Table, dict[str, int]]]:
    """Yield the conversations of each batch; lay its broken rows aside while they are few."""
    seen = 0
    for read in ingest(part):
        table, bad = _wanted(read.ingested, part), _wanted(read.broken, part)
        seen += bad.num_rows
        if bad.num_rows and seen <= HELD_ROWS:
            broken.append(bad)
        turns = pc.sum(pc.list_value_length(table["turns"])).as_py() or 0
        counts = {"rows": table.num_rows, "turns": turns, "kept": table["reason"].null_count, "broken": bad.num_rows}
        yield table, counts


def _broken(part: Range) -> Iterator[tuple[pa.Table, dict[str, int]]]:
    for read in ingest(part):
        table = _wanted(read.broken, part)
        if table.num_rows:
            yield table, {"rows": table.num_rows}

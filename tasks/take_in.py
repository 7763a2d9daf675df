"""Writes the two files of an ingested part: its conversations, and what is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from schemas.parts import Part, part_path, write_table
from schemas.tables import Broken, Ingested
from tasks.ingest import ingest
from tasks.ranges import Range


def make_ingested(part: Range, root: Path, digest: str, level: int) -> Part:
    """Ingest a range into part N; its broken rows are written first, so that the part's file vouches for both.

    Raises:
        SourceError: the file is gone, or it changed since the plan.
    """
    broken = write_table(part_path(root, Broken, part.number), Broken, _broken(part), digest, level)
    path = part_path(root, Ingested, part.number)
    counts = write_table(path, Ingested, _ingested(part), digest, level)
    counts["broken"] = broken.get("rows", 0)
    return Part(Ingested.view, part.number, path, digest, counts, fresh=True)


def _wanted(table: pa.Table, part: Range) -> pa.Table:
    """Leave only the rows that a sample picked."""
    return table if part.only is None else table.filter(pc.is_in(table["row"], pa.array(part.only, pa.int64())))


def _ingested(part: Range) -> Iterator[tuple[pa.Table, dict[str, int]]]:
    for read in ingest(part):
        table = _wanted(read.ingested, part)
        turns = pc.sum(pc.list_value_length(table["turns"])).as_py() or 0
        yield table, {"rows": table.num_rows, "turns": turns, "kept": table["reason"].null_count}


def _broken(part: Range) -> Iterator[tuple[pa.Table, dict[str, int]]]:
    # Read twice rather than held: a range of nothing but broken rows would not fit into memory.
    for read in ingest(part):
        table = _wanted(read.broken, part)
        if table.num_rows:
            yield table, {"rows": table.num_rows}

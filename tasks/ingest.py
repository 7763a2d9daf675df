"""Stage 01: one range of raw bytes becomes batches of conversations, and what is none of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from schemas.counts import Counts
from schemas.inputs import InputParts
from schemas.ledger import Broken
from schemas.settings import Input
from schemas.tables import Ingested
from tasks.conversations.batch import RowBatch
from tasks.conversations.notes import Notes
from tasks.privacy.places import redact_words
from tasks.sources.ranges import Range
from tasks.sources.read_pieces import read_joined
from tasks.sources.rows import rows_of
from tasks.store.code_digest import code_digest
from tasks.store.digest import combine
from tasks.store.parts import Part, find, part_path, write_table

FILES = (Ingested, Broken, InputParts)
"""What a part of this stage is kept in."""

HELD_ROWS = 100_000
"""Broken rows kept while the others are written, some 40 MB; where there are more, the range is read twice."""

BATCH_ROWS = 2_048
BATCH_BYTES = 32 * 1024 * 1024
"""Raw bytes after which a batch ends early, so that huge rows do not add up."""


class Read(NamedTuple):
    """A batch of the Ingested contract, and the rows of the Broken contract among them."""

    ingested: pa.Table
    broken: pa.Table


def ingest(part: Range, branches: str = "current", notes: Notes | None = None) -> Iterator[Read]:
    """Read a range, batch by batch: at most BATCH_ROWS rows each; a range without any gives one empty batch.

    Args:
        part: the range; of a sample, its rows alone are read.
        branches: of conversations that have some, `current` or `all`.
        notes: told of every row.

    Raises:
        SourceError: the file is gone, or it changed since the plan.
    """
    notes = notes or Notes()
    only = None if part.only is None else frozenset(part.only)
    heads, joined, pieces = {join.row for join in part.joins}, dict(part.joined), read_joined(part)
    batch, size = RowBatch(part.name, notes), 0
    for number, row in enumerate(rows_of(part, branches), part.first_row):
        if only is not None and number not in only:
            continue
        if batch.rows >= BATCH_ROWS or size >= BATCH_BYTES:
            yield Read(*batch.tables())
            batch, size = RowBatch(part.name, notes), 0
        batch.add(number, row.content, row.offset, row.piece)
        if number in heads:
            batch.join(joined_here := next(pieces))
            size += sum(len(value) for _, _, one in joined_here for value in one.values)
        elif number in joined:
            batch.join_into(joined[number])
        size += row.size
    yield Read(*batch.tables())


def ingest_digest(part: Range, settings: Input) -> str:
    """Return the digest of an ingested part: its own bytes, where they stand, and what reads them."""
    proofs = [contract.proof() for contract in FILES]
    return combine(proofs, code_digest(__name__), settings.reading(), part.charset, part.identity())


def find_ingested(root: Path, part: Range, settings: Input) -> Part | None:
    """Return an ingested part where all of its files prove themselves."""
    digest = ingest_digest(part, settings)
    files = [find(part_path(root, contract, part.key), contract, part.key, digest) for contract in FILES]
    return files[0] if all(files) else None


def make_ingested(part: Range, root: Path, settings: Input, level: int) -> Part:
    """Ingest a range into a part: its conversations, its broken rows, and what they show of the file.

    Raises:
        SourceError: the file is gone, or it changed since the plan.
    """
    began, digest = time.process_time(), ingest_digest(part, settings)
    path = part_path(root, Ingested, part.key)
    broken: list[pa.Table] = []
    notes = Notes(redact_words)
    counts = write_table(path, Ingested, _ingested(part, settings.branches, notes, broken), digest, level)
    many = counts.broken > sum(table.num_rows for table in broken)
    rows = _broken(part, settings.branches) if many else ((table, Counts(rows=table.num_rows)) for table in broken)
    write_table(part_path(root, Broken, part.key), Broken, rows, digest, level)
    noted = notes.table(part.name, part.first_row, part.charset)
    write_table(part_path(root, InputParts, part.key), InputParts, [(noted, Counts(rows=1))], digest, level)
    seconds = time.process_time() - began
    return Part(Ingested.view, part.key, path, digest, counts, fresh=True, seconds=seconds)


def _ingested(part: Range, branches: str, notes: Notes, broken: list[pa.Table]) -> Iterator[tuple[pa.Table, Counts]]:
    """Yield the conversations of each batch; lay its broken rows aside while they are few."""
    seen = 0
    for table, bad in ingest(part, branches, notes):
        seen += bad.num_rows
        if bad.num_rows and seen <= HELD_ROWS:
            broken.append(bad)
        turns = pc.sum(pc.list_value_length(table["turns"])).as_py() or 0
        kept = table["reason"].null_count
        yield table, Counts(rows=table.num_rows, kept=kept, turns=turns, broken=bad.num_rows)


def _broken(part: Range, branches: str) -> Iterator[tuple[pa.Table, Counts]]:
    for found in ingest(part, branches, Notes(redact_words)):
        if found.broken.num_rows:
            yield found.broken, Counts(rows=found.broken.num_rows)

"""Finds rows of the stages by their ids, and reads only the row groups that hold them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from schemas.contract import Contract
from schemas.tables import Converted, QualityFiltered
from tasks.conversations.turns import kept_turns
from tasks.store.parts import open_part, part_files

TurnText = tuple[int, str, str]
"""A turn's raw index, role and text."""


def turns_in(root: Path, contract: type[Contract], row_ids: Collection[str]) -> dict[str, list[TurnText]]:
    """Return every turn of some rows as a stage's files hold it."""
    return _every(_rows(root, contract, row_ids))


def converted_and_kept(
    root: Path, row_ids: Collection[str]
) -> tuple[dict[str, list[TurnText]], dict[str, list[TurnText]]]:
    """Return every turn of some rows as conversion left it, and the kept ones as they read after cuts and redaction."""
    converted = list(_rows(root, Converted, row_ids))
    return _every(converted), _kept([*converted, *_rows(root, QualityFiltered, row_ids)])


def _every(tables: Iterable[pa.Table]) -> dict[str, list[TurnText]]:
    found: dict[str, list[TurnText]] = {}
    for table in tables:
        for row_id, turns in zip(table["row_id"].to_pylist(), table["turns"].to_pylist(), strict=True):
            found[row_id] = [(turn["turn"], turn["role"], turn["content"]) for turn in turns or ()]
    return found


def _kept(tables: Iterable[pa.Table]) -> dict[str, list[TurnText]]:
    """Return the kept turns of rows, of a row that comes again as it reads then."""
    newest: dict[str, pa.Table] = {}
    for table in tables:
        held = table.filter(pc.is_valid(table["turns"])).cast(_TURNS).combine_chunks()
        newest.update((row_id, held.slice(at, 1)) for at, row_id in enumerate(held["row_id"].to_pylist()))
    if not newest:
        return {}
    whole = pa.concat_tables(newest.values()).combine_chunks()
    batch = kept_turns(whole["turns"].combine_chunks())
    columns = [column.to_pylist() for column in (batch.turn, batch.role, batch.content)]
    turns, borders = list(zip(*columns, strict=True)), pairwise(batch.offsets.tolist())
    return {row_id: turns[start:end] for row_id, (start, end) in zip(newest, borders, strict=True)}


_TURNS = pa.schema([("row_id", Converted.row_id.type), ("turns", Converted.turns.type)])


def _rows(root: Path, contract: type[Contract], row_ids: Collection[str]) -> Iterator[pa.Table]:
    """Yield row_id and turns of the rows that a stage's files hold, a row group at a time."""
    wanted = pa.array(sorted(row_ids), pa.string())
    for path in part_files(root, contract):
        with open_part(path) as file:
            for group in range(file.num_row_groups):
                here = pc.is_in(file.read_row_group(group, columns=["row_id"])["row_id"], wanted)
                if pc.any(here).as_py():
                    yield file.read_row_group(group, columns=["row_id", "turns"]).filter(here)

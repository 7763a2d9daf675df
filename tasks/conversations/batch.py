"""Rows that were read, as columns: a batch of the Ingested contract and its broken rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import xxhash

from schemas.ledger import Broken
from schemas.reasons import Reason
from schemas.tables import Ingested
from schemas.types import MARK, PIECE, RAW_TURN, REPAIR
from tasks.conversations.notes import Notes
from tasks.conversations.shapes import Fault, RawConversation

_HEAD = 200  # bytes of a broken row that are shown


class RowBatch:
    """Collects rows, then returns them as tables; flat lists, since Arrow takes those fastest.

    Args:
        source: the file's name.
        notes: told of every row.
    """

    def __init__(self, source: str, notes: Notes) -> None:
        self.rows = 0
        self._source, self._notes = source, notes
        self._numbers: list[int] = []
        self._row_ids: list[str] = []
        self._names: list[str | None] = []
        self._models: list[str | None] = []
        self._plugins: list[str | None] = []
        self._repairs: list[list[dict[str, Any]] | None] = []
        self._joined: dict[int, str] = {}
        self._pieces: dict[int, list[dict[str, Any]]] = {}
        self._marks: dict[int, list[dict[str, Any]]] = {}
        self._rare: dict[int, RawConversation] = {}  # by place: those with marks or metadata
        self._shapes: list[str] = []
        self._roles: list[str] = []
        self._values: list[str] = []
        self._ends: list[int] = [0]
        self._broken: list[dict[str, Any]] = []

    def add(self, number: int, found: Sequence[RawConversation | Fault], offset: int | None, piece: bytes) -> None:
        """Add what the row of that number holds, whose bytes `piece` stand at that offset."""
        self.rows += len(found)
        if not self._notes.keys_known:
            self._notes.add_keys(piece)
        for place, one in enumerate(found):
            row_id = f"{self._source}:{number}" if len(found) == 1 else f"{self._source}:{number}/{place}"
            if isinstance(one, Fault):
                self._notes.broken += 1
                self._broken.append(self._broken_row(row_id, number, one, offset, piece))
                continue
            self._numbers.append(number)
            self._row_ids.append(row_id)
            self._names.append(one.id)
            self._models.append(one.model)
            self._plugins.append(one.plugins)
            self._repairs.append(one.repairs or None)
            self._shapes.append(one.shape)
            if one.marks or one.unused:
                self._rare[len(self._numbers) - 1] = one
            if one.marks:
                self._marks[len(self._numbers) - 1] = one.marks
            self._roles += one.roles
            self._values += one.values
            self._ends.append(len(self._roles))

    def join(self, pieces: Sequence[tuple[str, int, RawConversation]]) -> None:
        """Say which rows go on with the last one: row_id, number of the first turn, and what the row holds.

        What was repaired in their turns, and what marks say of these, is said of this row's.
        """
        place = len(self._numbers) - 1
        for _, first, row in pieces:
            if row.repairs:
                self._repairs[place] = [*(self._repairs[place] or ()), *_moved(row.repairs, first)]
            if row.marks:
                self._marks[place] = [*self._marks.get(place, ()), *_moved(row.marks, first)]
        self._pieces[place] = [
            {
                "row_id": row_id,
                "conversation_id": row.id,
                "first": first,
                "count": len(row.roles),
                "turns": [
                    {"turn": first + at, "role": role, "content": value}
                    for at, (role, value) in enumerate(zip(row.roles, row.values, strict=True))
                ],
            }
            for row_id, first, row in pieces
        ]

    def join_into(self, row_id: str) -> None:
        """Say that the last row goes on with another, which its marks and repairs are said of."""
        place = len(self._numbers) - 1
        self._joined[place], self._repairs[place] = row_id, None
        self._marks.pop(place, None)

    def _broken_row(self, row_id: str, number: int, fault: Fault, offset: int | None, piece: bytes) -> dict[str, Any]:
        """Return a row of Broken."""
        keys = ", ".join(self._notes.shown(fault.keys))
        return {
            "row_id": row_id,
            "source": self._source,
            "row": number,
            "byte_offset": offset,
            "conversation_id": fault.id,
            "reason": fault.reason.value,
            "detail": f"{fault.detail} among its fields {keys}" if keys else fault.detail,
            "head": piece[:_HEAD].decode(errors="replace"),
        }

    def tables(self) -> tuple[pa.Table, pa.Table]:
        """Return the conversations (Ingested) and the broken rows (Broken)."""
        values = pa.array(self._values, pa.string())
        turns = self._turns(values)
        hashes = _hashes(values, self._roles, self._ends)
        count, rare = len(self._numbers), self._rare
        marks = [self._marks.get(at) for at in range(count)] if self._marks else pa.nulls(count)
        metadata = [rare[at].metadata if at in rare else None for at in range(count)] if rare else pa.nulls(count)
        self._notes.add(self._shapes, rare.values())
        columns = {
            "row_id": self._row_ids,
            "source": [self._source] * len(self._numbers),
            "row": self._numbers,
            "conversation_id": [name or made for name, made in zip(self._names, hashes, strict=True)],
            "model": self._models,
            "plugins": self._plugins,
            "content_hash": hashes,
            "turns": turns,
            "marks": pa.array(marks, pa.list_(MARK)),
            "pieces": pa.array([self._pieces.get(at) for at in range(count)], pa.list_(PIECE)),
            "joined_into": pa.array([self._joined.get(at) for at in range(count)], pa.string()),
            "metadata": pa.array(metadata, pa.string()),
            "repairs": pa.array(self._repairs, pa.list_(REPAIR)),
            "reason": [None if last > first else Reason.NO_TURNS.value for first, last in pairwise(self._ends)],
        }
        ingested = pa.table([columns[name] for name in Ingested.columns()], schema=Ingested.schema())
        return ingested, pa.Table.from_pylist(self._broken, schema=Broken.schema())

    def _turns(self, values: pa.Array) -> pa.ListArray:
        """Return the column of turns."""
        ends = np.asarray(self._ends, dtype=np.int32)
        counts = np.diff(ends)
        numbers = np.arange(len(self._roles), dtype=np.int32) - np.repeat(ends[:-1], counts)
        columns = [pa.array(numbers), pa.array(self._roles, pa.string()), values]
        flat = pa.StructArray.from_arrays(columns, fields=list(RAW_TURN))
        return pa.ListArray.from_arrays(pa.array(ends), flat)


def _moved(about: list[dict[str, Any]], first: int) -> list[dict[str, Any]]:
    """Return what is told of turns, numbered on from that of the first."""
    return [{**one, "turn": first + one["turn"]} for one in about]


def _hashes(values: pa.StringArray, roles: list[str], ends: list[int]) -> list[str]:
    """Return each conversation's xxh3-128: of its values' bytes end to end, their lengths as int32, its roles."""
    _, offsets, data = values.buffers()
    bytes_ = memoryview(data or b"")
    at = np.frombuffer(offsets, np.int32)[: len(values) + 1] if len(values) else np.zeros(1, np.int32)
    lengths = memoryview(np.diff(at).tobytes())
    places = at[ends].tolist()
    # One call over joined bytes: feeding the parts to a running hash takes twice as long.
    return [
        xxhash.xxh3_128_hexdigest(
            b"".join((bytes_[start:end], lengths[4 * first : 4 * last], "\n".join(roles[first:last]).encode()))
        )
        for (first, last), (start, end) in zip(pairwise(ends), pairwise(places), strict=True)
    ]

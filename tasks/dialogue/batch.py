"""Rows that were read, as columns: a batch of the Ingested contract and its broken rows."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import xxhash

from schemas.ledger import Broken
from schemas.reasons import Reason
from schemas.tables import Ingested
from schemas.types import RAW_TURN, REPAIR
from tasks.dialogue.rows import Conversation, Fault

_HEAD = 200  # bytes of a broken row that are shown


class Batch:
    """Collects rows, then gives them as tables; flat lists, since Arrow takes those fastest."""

    def __init__(self, source: str) -> None:
        self.rows = 0
        self._source = source
        self._numbers: list[int] = []
        self._conversations: list[Conversation] = []
        self._roles: list[str] = []
        self._values: list[str] = []
        self._ends: list[int] = [0]
        self._broken: list[dict[str, Any]] = []

    def add(self, number: int, offset: int | None, row: Conversation | Fault, piece: bytes) -> None:
        """Take the row of that number, which stands at that byte offset and reads `piece`."""
        self.rows += 1
        if isinstance(row, Fault):
            names = {"row_id": f"{self._source}:{number}", "source": self._source, "row": number, "byte_offset": offset}
            said = {"conversation_id": row.id, "reason": row.reason.value, "detail": row.detail}
            self._broken.append(names | said | {"head": piece[:_HEAD].decode(errors="replace")})
            return
        self._numbers.append(number)
        self._conversations.append(row)
        self._roles += row.roles
        self._values += row.values
        self._ends.append(len(self._roles))

    def tables(self) -> tuple[pa.Table, pa.Table]:
        """Give the conversations (Ingested) and the broken rows (Broken)."""
        values = pa.array(self._values, pa.string())
        turns = self._turns(values)
        hashes = _hashes(values, self._roles, self._ends)
        rows = self._conversations
        columns = {
            "row_id": [f"{self._source}:{number}" for number in self._numbers],
            "source": [self._source] * len(rows),
            "row": self._numbers,
            "conversation_id": [row.id or made for row, made in zip(rows, hashes, strict=True)],
            "model": [row.model for row in rows],
            "plugins": [row.plugins for row in rows],
            "content_hash": hashes,
            "turns": turns,
            "repairs": pa.array([row.repairs or None for row in rows], pa.list_(REPAIR)),
            "reason": [None if row.roles else Reason.NO_TURNS.value for row in rows],
        }
        ingested = pa.table([columns[name] for name in Ingested.columns()], schema=Ingested.schema())
        return ingested, pa.Table.from_pylist(self._broken, schema=Broken.schema())

    def _turns(self, values: pa.Array) -> pa.ListArray:
        """Give the column of turns."""
        ends = np.asarray(self._ends, dtype=np.int32)
        counts = np.diff(ends)
        numbers = np.arange(len(self._roles), dtype=np.int32) - np.repeat(ends[:-1], counts)
        columns = [pa.array(numbers), pa.array(self._roles, pa.string()), values]
        flat = pa.StructArray.from_arrays(columns, fields=list(RAW_TURN))
        return pa.ListArray.from_arrays(pa.array(ends), flat)


def _hashes(values: pa.StringArray, roles: list[str], ends: list[int]) -> list[str]:
    """Give each conversation's xxh3-128: of its values' bytes end to end, their lengths as int32, its roles."""
    _, offsets, data = values.buffers()
    bytes_ = memoryview(data or b"")
    at = np.frombuffer(offsets, np.int32)[: len(values) + 1] if len(values) else np.zeros(1, np.int32)
    lengths = np.diff(at)
    places = at.tolist()
    found = []
    for first, last in pairwise(ends):
        digest = xxhash.xxh3_128(bytes_[places[first] : places[last]])
        digest.update(lengths[first:last].tobytes())
        digest.update("\n".join(roles[first:last]).encode())
        found.append(digest.hexdigest())
    return found

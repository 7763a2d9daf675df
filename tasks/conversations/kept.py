"""The living turns of a batch as Arrow columns: what `living` reads, handed to Polars and numpy without a copy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tasks.conversations.turns import living


@dataclass(frozen=True)
class TurnBatch:
    """The living turns of n conversations, flat.

    Args:
        offsets: n + 1 positions; conversation i owns the turns `offsets[i]:offsets[i + 1]`.
        turn: raw index of each living turn.
        role: system, user or assistant.
        content: the turn's text, with the text of turns merged into it appended after a blank line.
    """

    offsets: NDArray[np.int32]
    turn: pa.Int32Array
    role: pa.StringArray
    content: pa.StringArray

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def row(self) -> NDArray[np.int64]:
        """Which conversation each turn belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets))

    @property
    def texts(self) -> pl.Series:
        """The contents."""
        return pl.Series("content", self.content, dtype=pl.String)

    def said_by(self, role: str) -> NDArray[np.bool_]:
        """Return for each turn whether it is of a role."""
        said: NDArray[np.bool_] = pc.equal(self.role, role).to_numpy(zero_copy_only=False)
        return said


def living_columns(turns: pa.ListArray) -> TurnBatch:
    """Read the living turns out of a column of TURN lists (no null lists); merged turns are rare, so only rows that
    have one are made into Python objects.
    """
    flat = turns.flatten()
    fate = flat.field("fate")
    alive = pc.is_null(fate).to_numpy(zero_copy_only=False)
    ends = np.concatenate([[0], np.cumsum(turns.value_lengths().to_numpy())])
    offsets = np.concatenate([[0], np.cumsum(alive)])[ends].astype(np.int32)
    turn, role, content = (flat.field(name) for name in ("turn", "role", "content"))
    if not alive.all():
        turn, role, content = (column.filter(pa.array(alive)) for column in (turn, role, content))
    merged = np.flatnonzero(pc.fill_null(pc.equal(fate, "merged"), False).to_numpy(zero_copy_only=False))
    if len(merged):
        rows = np.unique(np.searchsorted(ends, merged, side="right") - 1)
        joined = living([""] * len(rows), turns.take(pa.array(rows))).content
        here = np.isin(np.repeat(np.arange(len(turns)), np.diff(offsets)), rows)
        content = pc.replace_with_mask(content, pa.array(here), pa.array(joined, pa.string()))
    return TurnBatch(offsets, turn, role, content)

"""The kept turns of a batch of conversations, as Arrow columns: what every filter reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from schemas.enums import Fate
from tasks.conversations.ragged import offsets_of, owners_of


@dataclass(frozen=True)
class TurnBatch:
    """The kept turns of n conversations, flat; Polars and numpy read the columns without a copy.

    Args:
        offsets: n + 1 positions; conversation i owns the turns `offsets[i]:offsets[i + 1]`.
        turn: raw index of each turn.
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
        return owners_of(self.offsets)

    @property
    def texts(self) -> pl.Series:
        """The contents."""
        return pl.Series("content", self.content, dtype=pl.String)

    def has_role(self, role: str) -> NDArray[np.bool_]:
        """Return for each turn whether it is of a role."""
        found: NDArray[np.bool_] = pc.equal(self.role, role).to_numpy(zero_copy_only=False)
        return found


def kept_turns(turns: pa.ListArray) -> TurnBatch:
    """Read the kept turns out of a column of TURN lists (no null lists): dropped ones left out, merged ones joined."""
    flat = turns.flatten()
    fate = flat.field("fate")
    kept = pc.is_null(fate).to_numpy(zero_copy_only=False)
    merged = pc.fill_null(pc.equal(fate, Fate.MERGED), False).to_numpy(zero_copy_only=False)
    ends = offsets_of(turns.value_lengths())
    turn, role, content = (flat.field(name) for name in ("turn", "role", "content"))
    if merged.any():  # merged turns are rare, so only rows that have one are made into Python objects
        texts: dict[int, str] = {}
        for row in np.unique(owners_of(ends)[merged]).tolist():
            start, end = ends[row : row + 2].tolist()
            texts |= _joined(flat.slice(start, end - start).to_pylist(), start)
        here = np.isin(np.arange(len(flat)), list(texts))
        content = pc.replace_with_mask(content, pa.array(here), pa.array(list(texts.values()), pa.string()))
    if not kept.all():
        turn, role, content = (column.filter(pa.array(kept)) for column in (turn, role, content))
    return TurnBatch(offsets_of(kept)[ends].astype(np.int32), turn, role, content)


def _joined(turns: list[dict[str, Any]], start: int) -> dict[int, str]:
    """Return the text of each kept turn of one conversation by its place: merged turns follow those before them."""
    place: dict[int, int] = {}
    parts: dict[int, list[str]] = {}
    for at, turn in enumerate(turns, start):
        if turn["fate"] is None:
            place[turn["turn"]] = at
            parts[at] = [turn["content"]]
        elif turn["fate"] == Fate.MERGED and turn["into_turn"] in place:
            parts[place[turn["into_turn"]]].append(turn["content"])
    return {at: "\n\n".join(texts) for at, texts in parts.items()}

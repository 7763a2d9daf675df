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
from tasks.conversations.replacing import replaced

BLANK_LINE = "\n\n"
"""What stands between turns that are merged."""


@dataclass(frozen=True)
class TurnBatch:
    """The kept turns of n conversations, flat; Polars and numpy read the columns without a copy.

    Args:
        offsets: n + 1 positions; conversation i owns the turns `offsets[i]:offsets[i + 1]`.
        turn: raw index of each turn.
        role: system, user or assistant.
        content: the turn's text, with the text of turns merged into it appended: after a blank line, or as an answer
            goes on in the next.
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
        content = replaced(content, texts)
    if not kept.all():
        turn, role, content = (column.filter(pa.array(kept)) for column in (turn, role, content))
    return TurnBatch(offsets_of(kept)[ends].astype(np.int32), turn, role, content)


def with_whole_answers(turns: pa.ListArray) -> pa.ListArray:
    """Return a column of TURN lists in which an answer that was stitched holds the words joined to it.

    What was joined keeps its own words, all left out. So whoever alters words afterwards alters the answer as it reads,
    and no count of characters depends on what was altered.
    """
    flat = turns.flatten()
    stitched = pc.is_valid(flat.field("joint")).to_numpy(zero_copy_only=False)
    if not stitched.any():
        return turns
    ends = offsets_of(turns.value_lengths())
    fields = {field.name: flat.field(field.name) for field in flat.type}
    content: dict[int, list[str]] = {}
    left_out: dict[int, int] = {}
    for row in np.unique(owners_of(ends)[stitched]).tolist():
        start, end = ends[row : row + 2].tolist()
        own = flat.slice(start, end - start).to_pylist()
        place = {turn["turn"]: at for at, turn in enumerate(own, start)}
        roots = {turn["into_turn"] for turn in own if turn["joint"] is not None}
        for at, turn in enumerate(own, start):  # what a repair merged before stands before it
            if turn["fate"] == Fate.MERGED and turn["into_turn"] in roots:
                root = place[turn["into_turn"]]
                _append(content.setdefault(root, [own[root - start]["content"]]), turn)
                left_out[at] = len(turn["content"])
    fields["content"] = replaced(fields["content"], {at: "".join(parts) for at, parts in content.items()})
    fields["left_out_before"] = replaced(fields["left_out_before"], dict.fromkeys(left_out, 0))
    fields["left_out"] = replaced(fields["left_out"], left_out)
    fields["joint"] = replaced(fields["joint"], dict.fromkeys(left_out, ""))
    struct = pa.StructArray.from_arrays([fields[field.name] for field in flat.type], fields=list(flat.type))
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), struct, type=turns.type)


def _joined(turns: list[dict[str, Any]], start: int) -> dict[int, str]:
    """Return the text of each kept turn of one conversation by its place: merged turns follow those before them."""
    place: dict[int, int] = {}
    texts: dict[int, list[str]] = {}
    for at, turn in enumerate(turns, start):
        if turn["fate"] is None:
            place[turn["turn"]] = at
            texts[at] = [turn["content"]]
        elif turn["fate"] == Fate.MERGED and turn["into_turn"] in place:
            _append(texts[place[turn["into_turn"]]], turn)
    return {at: "".join(parts) for at, parts in texts.items()}


def _append(parts: list[str], merged: dict[str, Any]) -> None:
    """Put a merged turn behind a text that is held in parts: joined each time, many would take their square.

    Args:
        parts: what stands before it.
        merged: a TURN.
    """
    cut = merged["left_out_before"] or 0
    while cut and parts:
        last = parts.pop()
        if cut < len(last):
            parts.append(last[:-cut])
        cut = max(0, cut - len(last))
    parts.append(BLANK_LINE if merged["joint"] is None else merged["joint"])
    parts.append(merged["content"][merged["left_out"] or 0 :])

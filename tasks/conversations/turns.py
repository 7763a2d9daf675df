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
from tasks.conversations.ragged import Positions, offsets_of, owners_of, places_of
from tasks.conversations.replacing import replaced

BLANK_LINE = "\n\n"
"""What stands between turns that are merged."""
HOW = ("left_out_before", "left_out", "joint")
"""Fields of a TURN that say how it is merged."""


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
    ends = offsets_of(turns.value_lengths())
    turn, role, content = (flat.field(name) for name in ("turn", "role", "content"))
    places, roots = merged_places(ends, turn, fate, flat.field("into_turn"))
    here = kept[roots]
    content = replaced(content, _joined(flat, places[here], roots[here]))
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
    places, roots = merged_places(ends, fields["turn"], fields["fate"], fields["into_turn"])
    # What a repair merged before stands before it.
    here = np.isin(roots, roots[stitched[places]])
    places, roots = places[here], roots[here]
    left_out = dict(
        zip(places.tolist(), pc.utf8_length(flat.field("content").take(pa.array(places))).to_pylist(), strict=True)
    )
    fields["content"] = replaced(fields["content"], _joined(flat, places, roots))
    fields["left_out_before"] = replaced(fields["left_out_before"], dict.fromkeys(left_out, 0))
    fields["left_out"] = replaced(fields["left_out"], left_out)
    fields["joint"] = replaced(fields["joint"], dict.fromkeys(left_out, ""))
    struct = pa.StructArray.from_arrays([fields[field.name] for field in flat.type], fields=list(flat.type))
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), struct, type=turns.type)


def merged_places(ends: NDArray[Any], turn: pa.Array, fate: pa.Array, into: pa.Array) -> tuple[Positions, Positions]:
    """Return the places of turns that are merged into earlier ones, and of those.

    Args:
        ends: where the turns of each conversation begin and end.
        turn: raw index of each turn.
        fate: `merged` for some.
        into: the turn that each of those is merged into.
    """
    merged = pc.fill_null(pc.and_(pc.equal(fate, Fate.MERGED), pc.is_valid(into)), False)
    places = np.flatnonzero(merged.to_numpy(zero_copy_only=False))
    if not len(places):
        return places, places
    rows = np.searchsorted(ends, places, side="right") - 1
    roots = places_of(ends, turn, rows, into.take(pa.array(places)))
    earlier = roots < places
    return places[earlier], roots[earlier]


def _joined(flat: pa.StructArray, places: Positions, roots: Positions) -> dict[int, str]:
    """Return the text of each turn that others are merged into, by its place: they follow in their order.

    Args:
        flat: TURN values.
        places: of the merged ones.
        roots: where that stands which each is merged into.
    """
    heads = np.unique(roots)
    content = flat.field("content")
    texts = {head: [text] for head, text in zip(heads.tolist(), content.take(pa.array(heads)).to_pylist(), strict=True)}
    columns = (flat.field(name).take(pa.array(places)).to_pylist() for name in ("content", *HOW))
    for root, *merged in zip(roots.tolist(), *columns, strict=True):
        _append(texts[root], *merged)
    return {head: "".join(parts) for head, parts in texts.items()}


def _append(parts: list[str], text: str, left_out_before: int | None, left_out: int | None, joint: str | None) -> None:
    """Put a merged turn behind a text that is held in parts: joined each time, many would take their square.

    Args:
        parts: what stands before it.
        text: of the merged turn.
        left_out_before: characters left out at the end of what stands before it.
        left_out: characters left out at its start.
        joint: what stands between; None = a blank line.
    """
    cut = left_out_before or 0
    while cut and parts:
        last = parts.pop()
        if cut < len(last):
            parts.append(last[:-cut])
        cut = max(0, cut - len(last))
    parts.append(BLANK_LINE if joint is None else joint)
    parts.append(text[left_out or 0 :])

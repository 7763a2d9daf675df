"""Lays the turns of rows that go on with a conversation behind its own."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.conversations.ragged import offsets_of, sums_of


def with_pieces(rows: pa.Table) -> tuple[pa.ListArray, list[bool]]:
    """Return the turns of each row with those of its pieces behind them, and which rows are pieces of others.

    Args:
        rows: `turns` (lists of RAW_TURN), `pieces` and `joined_into`, as ingested; without these none is a
            piece. A piece has no turns of its own here.
    """
    turns = rows["turns"].combine_chunks()
    if "pieces" not in rows.column_names:
        return turns, [False] * len(turns)
    joined = pc.is_valid(rows["joined_into"]).to_numpy()
    pieces = rows["pieces"].combine_chunks()
    if pieces.null_count == len(pieces) and not joined.any():
        return turns, joined.tolist()
    more = pieces.flatten().field("turns")
    behind = sums_of(more.value_lengths(), offsets_of(pc.fill_null(pieces.value_lengths(), 0)))
    flat, extra = turns.flatten(), more.flatten().cast(turns.type.value_type)
    own = np.where(joined, 0, turns.value_lengths())
    places, ends = offsets_of(turns.value_lengths()), offsets_of(behind)
    # Slices, most of them of many rows, laid one behind another: each text is copied once.
    slices, at = [], 0
    for row in np.flatnonzero(joined | (behind > 0)).tolist():
        stop = places[row] if joined[row] else places[row + 1]
        slices += [flat[at:stop], extra[ends[row] : ends[row + 1]]]
        at = places[row + 1]
    values = pa.concat_arrays([*slices, flat[at:]])
    return pa.ListArray.from_arrays(pa.array(offsets_of(own + behind), pa.int32()), values), joined.tolist()

"""Lays the turns of rows that go on with a conversation behind its own."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.conversations.ragged import offsets_of, runs_of, sums_of


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
    flat, extra = turns.flatten(), more.flatten()
    own = np.where(joined, 0, turns.value_lengths())
    starts = offsets_of(turns.value_lengths())[:-1], len(flat) + offsets_of(behind)[:-1]
    order = runs_of(np.stack(starts, 1).ravel(), np.stack((own, behind), 1).ravel())
    values = pa.concat_arrays([flat, extra.cast(flat.type)]).take(pa.array(order))
    return pa.ListArray.from_arrays(pa.array(offsets_of(own + behind), pa.int32()), values), joined.tolist()

"""Lays the turns of rows that go on with a conversation behind its own."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.types import RAW_TURN
from tasks.conversations.ragged import offsets_of


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
    more = pieces.to_pylist()
    extra = pa.array([turn for some in more for piece in some or () for turn in piece["turns"]], RAW_TURN)
    counts = np.array([sum(piece["count"] for piece in some or ()) for some in more], np.int64)
    own, behind = offsets_of(turns.value_lengths()), offsets_of(counts)
    flat = turns.flatten()
    order = [
        np.r_[0 if away else own[at] : 0 if away else own[at + 1], len(flat) + behind[at] : len(flat) + behind[at + 1]]
        for at, away in enumerate(joined.tolist())
    ]
    ends = pa.array(offsets_of([len(places) for places in order]), pa.int32())
    values = pa.concat_arrays([flat, extra]).take(pa.array(np.concatenate(order).astype(np.int64)))
    return pa.ListArray.from_arrays(ends, values), joined.tolist()

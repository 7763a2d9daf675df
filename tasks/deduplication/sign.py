"""Computes the signatures of conversations: all that is needed to find and verify duplicates."""

from __future__ import annotations

from itertools import chain

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from schemas.deduplication import Signatures
from schemas.settings import Deduplication
from tasks.conversations.turns import kept_turns
from tasks.deduplication.minhash import band_keys, bands_for
from tasks.deduplication.prefixes import prefixes
from tasks.deduplication.shingles import shingle_sets
from tasks.deduplication.text import canonical, to_bytes
from tasks.privacy.places import public_ids

# Temporaries of numpy are some 15 bytes per byte of text: with half a megabyte of text malloc keeps them (larger ones
# go back to the kernel each time, 20 % of the CPU) and they stay in the cache.
BATCH_BYTES = 500_000


def sign(rows: pa.Table, deduplication: Deduplication) -> pa.Table:
    """Return one row of Signatures per row, in the same order.

    Args:
        rows: row_id, conversation_id and turns of the rows that are kept so far.
        deduplication: the settings.
    """
    turns = rows["turns"].combine_chunks()
    flat = turns.offsets.to_numpy()
    sizes = pc.binary_length(turns.values.field("content")).fill_null(0).to_numpy(zero_copy_only=False)
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)])
    ends = before[flat[1:]] - before[flat[0]]
    pieces: list[pa.Table] = []
    start = 0
    while start < rows.num_rows:
        limit = (ends[start - 1] if start else 0) + BATCH_BYTES
        stop = max(start + 1, int(np.searchsorted(ends, limit, side="right")))
        pieces.append(_sign(rows.slice(start, stop - start), deduplication))
        start = stop
    if not pieces:
        return Signatures.empty()
    public = public_ids(pl.Series(rows["conversation_id"]), pl.Series(rows["row_id"])).to_arrow()
    columns = {"row_id": rows["row_id"], "conversation_id": public}
    signed = pa.concat_tables(pieces)
    columns |= {name: signed[name] for name in signed.column_names}
    return pa.table([columns[name] for name in Signatures.columns()], schema=Signatures.schema())


def _sign(rows: pa.Table, deduplication: Deduplication) -> pa.Table:
    """Sign a batch that is small enough for the cache."""
    text = to_bytes(kept_turns(rows["turns"].combine_chunks()), deduplication.case == "fold")
    rolled = prefixes(canonical(text))
    sets = shingle_sets(text, deduplication.shingle_words)
    bands, rows_of_band = bands_for(deduplication.threshold, deduplication.recall, deduplication.bins)
    some = np.diff(sets.offsets) > 0
    keys = band_keys(sets, bands, rows_of_band)[some]
    rounds = [len(hashes) for hashes in rolled.hashes]
    round_offsets = pa.array(np.concatenate([[0], np.cumsum(rounds)]), pa.int32())
    columns = {
        "content_hash": pa.array(rolled.content_hash, pa.string()),
        "rounds": pa.array(rounds, pa.int32()),
        "size": pa.array([sizes[-1] if sizes else 0 for sizes in rolled.sizes], pa.int64()),
        "prefix_hashes": _lists(round_offsets, list(chain.from_iterable(rolled.hashes)), pa.uint64()),
        "prefix_sizes": _lists(round_offsets, list(chain.from_iterable(rolled.sizes)), pa.int64()),
        "bands": _lists(
            pa.array(np.concatenate([[0], np.cumsum(some) * bands]), pa.int32()), keys.ravel(), pa.uint64()
        ),
        "shingles": _lists(pa.array(sets.offsets, pa.int32()), sets.hashes, pa.uint32()),
    }
    return pa.table(columns)


def _lists(offsets: pa.Array, values: object, type_: pa.DataType) -> pa.Array:
    return pa.ListArray.from_arrays(offsets, pa.array(values, type_))

"""Gives the row_ids of conversations that the barrier knows by rank, and writes the verified pairs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from schemas.counts import Counts
from schemas.deduplication import SimilarPairs
from tasks.deduplication.buckets import Numbers
from tasks.deduplication.signature_files import ConversationIndex, strings
from tasks.store.parts import write_table

NONE = -1
"""The rank and the place that stand for no conversation."""

PAIRS_AT_ONCE = 100_000


class RowNames:
    """The row_ids of the conversations that decisions name: members of groups, and pairs."""

    def __init__(self, index: ConversationIndex, ranks: Numbers) -> None:
        rows = np.unique(index.row[ranks])
        self.names = strings(index.files, index.start, "row_id", rows)
        self.place = np.full(len(index), NONE, np.int32)
        self.place[index.rank[rows]] = np.arange(len(rows), dtype=np.int32)

    def of(self, ranks: Numbers) -> pa.Array:
        """Return the row_id of each rank; null for NONE, and where none was read."""
        return take_or_null(self.names, np.where(ranks == NONE, NONE, self.place[ranks]))


def take_or_null(values: pa.Array, places: NDArray[Any]) -> pa.Array:
    """Return the value at each place; null for NONE."""
    return values.take(pa.array(places, mask=places == NONE))


def write_pairs(path: Path, names: RowNames, pairs: list[NDArray[Any]]) -> None:
    """Write every verified pair, in order of names, each once.

    Args:
        path: of the file.
        names: the row_ids of all in the pairs.
        pairs: three columns: rank, the other's rank, Jaccard.
    """
    one, other, jaccard = pairs
    frame = pl.DataFrame({"row_id": names.of(one), "other_row_id": names.of(other), "jaccard": jaccard})
    table = frame.sort("row_id", "other_row_id").unique(maintain_order=True)

    def batches() -> Iterator[tuple[pa.Table, Counts]]:
        for piece in table.iter_slices(PAIRS_AT_ONCE):
            yield piece.to_arrow().cast(SimilarPairs.schema()), Counts(rows=piece.height)

    write_table(path, SimilarPairs, batches(), "")

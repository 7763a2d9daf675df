"""Names the conversations that the barrier knows by rank, and writes the verified pairs by name."""

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
from tasks.deduplication.signature_files import Heads, strings
from tasks.store.parts import write_table

NOBODY = -1
"""The rank of none."""

PAIRS_AT_ONCE = 100_000


class Named:
    """The row_ids of conversations that others are named with: members of groups, and pairs."""

    def __init__(self, heads: Heads, ranks: Numbers) -> None:
        rows = np.unique(heads.row[ranks])
        self.names = strings(heads.files, heads.start, "row_id", rows)
        self.place = np.full(len(heads), NOBODY, np.int32)
        self.place[heads.rank[rows]] = np.arange(len(rows), dtype=np.int32)

    def of(self, ranks: Numbers) -> pa.Array:
        """Return the row_id of each rank; null for NOBODY, and where none was read."""
        return chosen(self.names, np.where(ranks == NOBODY, NOBODY, self.place[ranks]))


def chosen(values: pa.Array, places: NDArray[Any]) -> pa.Array:
    """Return the value at each place; null for NOBODY."""
    return values.take(pa.array(places, mask=places == NOBODY))


def write_pairs(path: Path, named: Named, pairs: list[NDArray[Any]]) -> None:
    """Write every verified pair, in order of names, each once.

    Args:
        path: of the file.
        named: names of all in the pairs.
        pairs: three columns: rank, the other's rank, Jaccard.
    """
    one, other, jaccard = pairs
    frame = pl.DataFrame({"row_id": named.of(one), "other_row_id": named.of(other), "jaccard": jaccard})
    table = frame.sort("row_id", "other_row_id").unique(maintain_order=True)

    def batches() -> Iterator[tuple[pa.Table, Counts]]:
        for piece in table.iter_slices(PAIRS_AT_ONCE):
            yield piece.to_arrow().cast(SimilarPairs.schema()), Counts(rows=piece.height)

    write_table(path, SimilarPairs, batches(), "")

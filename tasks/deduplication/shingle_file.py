"""The shingle sets that the barrier compares, kept on disk and read one by one."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tasks.deduplication.buckets import Numbers
from tasks.deduplication.signature_files import ConversationIndex, batches

CACHED_SHINGLES = 256  # the kept ones of large clusters are read once, not once per copy


class ShingleFile(AbstractContextManager["ShingleFile"]):
    """The shingles of the conversations that are to be compared, in one file on disk."""

    def __init__(self, index: ConversationIndex, wanted: Numbers, temp: Path) -> None:
        path = temp / "shingles"
        self.start, self.size = np.zeros(len(index), np.int64), np.zeros(len(index), np.int64)
        wanted_rows = np.zeros(len(index), np.bool_)
        wanted_rows[index.row[wanted]] = True
        with path.open("wb") as file:
            row = 0
            for path_ in index.files:
                for batch in batches(path_, ["shingles"]):
                    here = wanted_rows[row : row + batch.num_rows]
                    chosen = batch["shingles"].filter(pa.array(here))
                    ranks = index.rank[row : row + batch.num_rows][here]
                    row += batch.num_rows
                    self.size[ranks] = np.diff(chosen.offsets.to_numpy()) * 4
                    self.start[ranks] = file.tell() + chosen.offsets.to_numpy()[:-1] * 4
                    file.write(chosen.values.to_numpy())
        self.descriptor = os.open(path, os.O_RDONLY)
        self.read = lru_cache(CACHED_SHINGLES)(self._read)

    def _read(self, rank: int) -> NDArray[np.uint32]:
        return np.frombuffer(os.pread(self.descriptor, int(self.size[rank]), int(self.start[rank])), np.uint32)

    def jaccard(self, one: int, other: int) -> float:
        """Return the Jaccard of two conversations' shingle sets, by rank; 0 where both are empty."""
        both = np.concatenate([self.read(one), self.read(other)])
        both.sort(kind="stable")  # timsort: both halves are ascending, so it merges them
        common = int(np.count_nonzero(both[1:] == both[:-1]))
        return common / max(len(both) - common, 1)

    def __exit__(self, *_: Any) -> None:
        os.close(self.descriptor)

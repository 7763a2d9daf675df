"""MinHash by one permutation: the smallest shingle of each bin, and the LSH bands that a threshold asks for."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from tasks.deduplication.shingles import Hashes, ShingleSets, mix

_ATTEMPTS = 256  # probes for a filled bin before taking the next one to the right; 3 filled of 128 need 160
_ODD = 0x9E3779B97F4A7C15  # 2⁶⁴ / golden ratio


def candidate_probability(jaccard: float, bands: int, rows: int) -> float:
    """Return the probability that two sets of this similarity share at least one band."""
    return float(1.0 - (1.0 - jaccard**rows) ** bands)


@functools.cache
def bands_for(threshold: float, recall: float, bins: int) -> tuple[int, int]:
    """Derive (bands, rows): the longest rows at which a pair at the threshold is found with this probability."""
    for rows in range(bins, 1, -1):
        if candidate_probability(threshold, bins // rows, rows) >= recall:
            return bins // rows, rows
    return bins, 1


def band_keys(sets: ShingleSets, bands: int, rows: int) -> Hashes:
    """Return n × bands keys: two conversations with an equal key in a band are candidates.

    Conversations without shingles get keys too; the caller leaves them out.
    """
    smallest = _densified(_bins(sets, bands * rows)).astype(np.uint64).reshape(-1, bands, rows)
    keys = np.tile(np.arange(1, bands + 1, dtype=np.uint64) * np.uint64(_ODD), (len(smallest), 1))
    for row in range(rows):
        keys = mix(keys ^ smallest[:, :, row])
    return keys


def _bins(sets: ShingleSets, bins: int) -> NDArray[np.int64]:
    """Return n × bins: the smallest hash in each of the equal bins of the hash range, -1 where a bin is empty."""
    n = len(sets.offsets) - 1
    place = np.repeat(np.arange(n, dtype=np.int64) * bins, np.diff(sets.offsets))
    place += ((sets.hashes.astype(np.uint64) * np.uint64(bins)) >> np.uint64(32)).view(np.int64)
    found = np.full(n * bins, -1, np.int64)
    if len(place):
        first = np.append(0, np.flatnonzero(place[1:] != place[:-1]) + 1)  # hashes ascend, so the first is the smallest
        found[place[first]] = sets.hashes[first]
    return found.reshape(n, bins)


@functools.cache
def _probes(bins: int) -> NDArray[np.int64]:
    """Return attempts × bins: where an empty bin looks, the same for every conversation."""
    seeds = np.arange(1, _ATTEMPTS * bins + 1, dtype=np.uint64) * np.uint64(_ODD)
    return (mix(seeds) % np.uint64(bins)).astype(np.int64).reshape(_ATTEMPTS, bins)


def _densified(found: NDArray[np.int64]) -> NDArray[np.int64]:
    """Fill empty bins from filled ones (optimal densification, Shrivastava 2017), so that short texts compare too."""
    filled = found.copy()
    row, column = np.nonzero(found < 0)
    some = np.count_nonzero(found >= 0, axis=1)[row] > 0
    row, column = row[some], column[some]
    for probe in _probes(found.shape[1]):
        if not len(row):
            return filled
        value = found[row, probe[column]]
        hit = value >= 0
        filled[row[hit], column[hit]] = value[hit]
        row, column = row[~hit], column[~hit]
    for i, j in zip(row.tolist(), column.tolist(), strict=True):
        there = np.flatnonzero(found[i] >= 0)
        filled[i, j] = found[i, there[np.searchsorted(there, j) % len(there)]]
    return filled

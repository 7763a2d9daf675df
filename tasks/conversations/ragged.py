"""Lists of different lengths, kept as one flat column: where each list begins and ends."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Positions = NDArray[np.int64]


def offsets_of(lengths: ArrayLike) -> Positions:
    """Return n + 1 positions for n lists: list i holds `flat[offsets[i]:offsets[i + 1]]`.

    >>> offsets_of([2, 0, 1]).tolist()
    [0, 2, 2, 3]
    """
    counts = np.asarray(lengths).astype(np.int64)  # an empty list would be of floats
    return np.concatenate([[0], np.cumsum(counts)])


def owners_of(offsets: NDArray[Any]) -> Positions:
    """Return for each value of the flat column the number of its list.

    >>> owners_of(offsets_of([2, 0, 1])).tolist()
    [0, 0, 2]
    """
    return np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))


def sums_of(values: ArrayLike, offsets: ArrayLike) -> Positions:
    """Return the sum of each list's values.

    >>> sums_of([1, 2, 5], offsets_of([2, 0, 1])).tolist()
    [3, 0, 5]
    """
    return np.diff(offsets_of(values)[np.asarray(offsets)])


def true_runs(flags: ArrayLike) -> list[tuple[int, int]]:
    """Return where each run of true flags begins and ends.

    >>> true_runs([True, True, False, True])
    [(0, 2), (3, 4)]
    """
    steps = np.diff(np.asarray(flags).astype(np.int8), prepend=0, append=0)
    return list(zip(np.flatnonzero(steps == 1).tolist(), np.flatnonzero(steps == -1).tolist(), strict=True))


def runs_of(starts: ArrayLike, counts: ArrayLike, step: int = 1) -> Positions:
    """Return `counts[i]` positions from `starts[i]` on, `step` apart, one run after another.

    >>> runs_of([5, 0], [2, 3]).tolist()
    [5, 6, 0, 1, 2]
    """
    lengths = np.asarray(counts).astype(np.int64)
    before = offsets_of(lengths)[:-1]
    places: Positions = np.repeat(np.asarray(starts).astype(np.int64) - step * before, lengths) + step * np.arange(
        lengths.sum()
    )
    return places


def places_of(offsets: NDArray[Any], numbers: ArrayLike, lists: ArrayLike, wanted: ArrayLike) -> Positions:
    """Return the positions of some numbers in a flat column whose lists ascend: of list `lists[i]` that of `wanted[i]`.

    >>> places_of(offsets_of([2, 0, 3]), [0, 4, 0, 1, 3], [0, 2], [4, 1]).tolist()
    [1, 3]
    """
    keys, sought = (
        np.asarray(owner).astype(np.int64) << 32 | np.asarray(number).astype(np.int64)
        for owner, number in ((owners_of(offsets), numbers), (lists, wanted))
    )
    return np.searchsorted(keys, sought)

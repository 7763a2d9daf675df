"""Which held-out samples resemble a training sample: by the Jaccard index of their runs of token ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

RUN = 5
"""Tokens of a shingle."""
PRIME = np.uint64(0x9E3779B97F4A7C15)
Hashes = npt.NDArray[np.uint64]


def common_prefix(samples: list[npt.NDArray[Any]]) -> int:
    """Return how many ids all samples begin with: the template's opening, which says nothing about likeness."""
    if not samples:
        return 0
    shortest = min(len(sample) for sample in samples)
    same = np.all([sample[:shortest] == samples[0][:shortest] for sample in samples], axis=0)
    return int(np.argmin(same)) if not same.all() else shortest


def shingles(ids: npt.NDArray[Any], skip: int = 0) -> Hashes:
    """Return the distinct hashes of all runs of RUN ids after the first `skip`, sorted; of a shorter text its own."""
    rest = ids[skip:].astype(np.uint64) + np.uint64(1)
    size = min(RUN, len(rest))
    if not size:
        return np.zeros(0, np.uint64)
    hashes = np.zeros(len(rest) - size + 1, np.uint64)
    for place in range(size):
        hashes = (hashes ^ rest[place : place + len(hashes)]) * PRIME
        hashes ^= hashes >> np.uint64(29)
    return np.unique(hashes)


def near_any(held: list[npt.NDArray[Any]], train: Iterable[npt.NDArray[Any]], threshold: float) -> list[bool]:
    """Return of each held-out sample whether some training sample reaches the Jaccard index with it.

    Args:
        held: ids of the held-out samples, kept in memory.
        train: ids of the training samples, read once, one at a time.
        threshold: from which on they are near.
    """
    skip = common_prefix(held) if len(held) > 1 else 0
    sets = [shingles(ids, skip) for ids in held]
    every = np.concatenate([np.zeros(0, np.uint64), *sets])
    owners = np.repeat(np.arange(len(sets)), [len(one) for one in sets])
    order = np.argsort(every, kind="stable")
    every, owners = every[order], owners[order]
    sizes = np.array([len(one) for one in sets], np.int64)
    near = np.zeros(len(held), bool)
    for ids in train:
        own = shingles(ids, skip)
        starts, ends = np.searchsorted(every, own, "left"), np.searchsorted(every, own, "right")
        hit = np.flatnonzero(ends > starts)
        if not len(hit):
            continue
        places = np.concatenate([np.arange(starts[place], ends[place]) for place in hit])
        shared = np.bincount(owners[places], minlength=len(held))
        near |= shared >= threshold * (sizes + len(own) - shared)
    return [bool(one) for one in near & (sizes > 0)]

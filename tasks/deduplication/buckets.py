"""Finds the conversations that share a bucket: those with a key (of an LSH band, of a prefix of rounds) in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from tasks.deduplication.choose_kept import Candidate, SharedPrefix
from tasks.deduplication.shingles import Hashes

Numbers = NDArray[np.int32]
Places = NDArray[np.int64]
_SIEVE_BITS = 20  # of a key's lower bits: a megabyte, which stays in the cache
_AT_ONCE = 10_000  # conversations made into Python objects at a time


class RepeatedKeys(NamedTuple):
    """The keys that occur more than once: where each stands, and the number of its bucket."""

    place: Places
    bucket: Places


def repeated_keys(keys: Hashes) -> RepeatedKeys:
    """Return the keys that occur more than once; buckets are numbered by ascending key."""
    ordered = np.sort(keys)
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    often = again[np.concatenate([np.ones(min(1, len(again)), np.bool_), again[1:] != again[:-1]])]
    if not len(often):
        return RepeatedKeys(np.empty(0, np.int64), np.empty(0, np.int64))
    # A look-up in the sorted keys is expensive, and most keys need none.
    low = np.uint64((1 << _SIEVE_BITS) - 1)
    sieve = np.zeros(1 << _SIEVE_BITS, np.bool_)
    sieve[often & low] = True
    place = np.flatnonzero(sieve[keys & low])
    bucket = np.minimum(np.searchsorted(often, keys[place]), len(often) - 1)
    right = often[bucket] == keys[place]
    return RepeatedKeys(place[right], bucket[right])


@dataclass
class _RankedRows:
    """Rows by rank, as columns of one length."""

    rank: Numbers

    def ordered(self, *then: NDArray[np.generic]) -> Self:
        """Return the rows by ascending rank, then by further columns."""
        order = np.lexsort((*reversed(then), self.rank))
        return type(self)(*(getattr(self, field.name)[order] for field in fields(self)))

    def between(self, ranks: Numbers) -> list[int]:
        """Return where the rows of each rank begin."""
        places: list[int] = np.searchsorted(self.rank, ranks).tolist()
        return places


@dataclass
class BandBuckets(_RankedRows):
    """A conversation in the bucket of a band."""

    bucket: Numbers


@dataclass
class PrefixBuckets(_RankedRows):
    """A conversation in the bucket of a prefix: see `SharedPrefix`."""

    bucket: Numbers
    rounds: Numbers
    share: NDArray[np.float64]
    whole: NDArray[np.bool_]


class Candidates:
    """All conversations that share a bucket with another one, by rank.

    Args:
        bands: in any order; buckets of all bands numbered apart.
        prefixes: in any order.
    """

    def __init__(self, bands: BandBuckets, prefixes: PrefixBuckets) -> None:
        self.bands, self.prefixes = bands.ordered(), prefixes.ordered(-prefixes.rounds)
        self.ranks: Numbers = np.union1d(self.bands.rank, self.prefixes.rank)

    def conversations(self) -> Iterator[Candidate]:
        """Yield them by ascending rank, each with its prefixes (the longest first) and buckets."""
        for start in range(0, len(self.ranks), _AT_ONCE):
            ranks = self.ranks[start : start + _AT_ONCE]
            borders = np.append(ranks, ranks[-1] + 1)
            bands, prefixes = self.bands.between(borders), self.prefixes.between(borders)
            buckets = self.bands.bucket[bands[0] : bands[-1]].tolist()
            shared = self._shared(prefixes[0], prefixes[-1])
            for at, rank in enumerate(ranks.tolist()):
                yield Candidate(
                    rank,
                    shared[prefixes[at] - prefixes[0] : prefixes[at + 1] - prefixes[0]],
                    buckets[bands[at] - bands[0] : bands[at + 1] - bands[0]],
                )

    def _shared(self, start: int, end: int) -> list[SharedPrefix]:
        rows = self.prefixes
        columns = (column[start:end].tolist() for column in (rows.bucket, rows.rounds, rows.share, rows.whole))
        return list(map(SharedPrefix, *columns))

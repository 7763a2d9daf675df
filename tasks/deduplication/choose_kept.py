"""Decides which conversations are kept: in order of preference, each compared with those kept before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from schemas.enums import DuplicateKind
from schemas.settings import Deduplication
from tasks.deduplication.growing_columns import GrowingColumns

KINDS = tuple(DuplicateKind)
"""A kind's place is its number in columns."""


class SharedPrefix(NamedTuple):
    """A prefix of rounds that a conversation shares with another one.

    Args:
        bucket: number of the prefix.
        rounds: how many rounds it has.
        share: of the conversation's text that lies in it; 1 = all of its rounds.
        whole: whether the prefix is the whole conversation.
    """

    bucket: int
    rounds: int
    share: float
    whole: bool


@dataclass(frozen=True)
class Candidate:
    """A conversation that shares a prefix or a bucket with another one.

    Args:
        rank: its place in the order of preference.
        prefixes: shared prefixes, the longest first.
        buckets: LSH buckets that hold another conversation too.
    """

    rank: int
    prefixes: list[SharedPrefix] = field(default_factory=list)
    buckets: list[int] = field(default_factory=list)


class Match(NamedTuple):
    """The kept conversation that a dropped one resembles.

    Args:
        kept: its rank.
        kind: how they are alike.
        jaccard: how much, 0 – 1.
    """

    kept: int
    kind: DuplicateKind
    jaccard: float


@dataclass(frozen=True)
class Choice:
    """What was decided, by rank.

    Args:
        dropped: one row per dropped conversation: its rank, and rank, kind (place in KINDS) and Jaccard of its match.
        pairs: every verified pair with its Jaccard.
        links: the pairs that make groups.
    """

    dropped: GrowingColumns = field(default_factory=lambda: GrowingColumns("iiBd"))
    pairs: GrowingColumns = field(default_factory=lambda: GrowingColumns("iid"))
    links: GrowingColumns = field(default_factory=lambda: GrowingColumns("ii"))


def choose_kept(
    conversations: Iterable[Candidate],
    jaccard: Callable[[int, int], float],
    deduplication: Deduplication,
) -> Choice:
    """Keep or drop each conversation, in order of preference.

    A conversation is dropped only for a kept one: because all or most of it is a prefix of that one's rounds, or
    because the verified Jaccard is at or above the threshold. Buckets list kept conversations alone, so a
    cluster of n copies costs n comparisons.

    Args:
        conversations: by ascending rank (see preference.py), no two of the same text.
        jaccard: the similarity of two conversations by rank.
        deduplication: thresholds and bounds.
    """
    choice = Choice()
    first: dict[int, int] = {}
    with_prefix: dict[int, int] = {}
    in_bucket: dict[int, list[int]] = {}
    for one in conversations:
        _link_branches(one, first, choice, deduplication.branch_rounds)
        match = _by_prefix(one, with_prefix, jaccard, deduplication) or _by_words(
            one, in_bucket, jaccard, choice, deduplication
        )
        if match is None:
            for shared in one.prefixes:
                with_prefix.setdefault(shared.bucket, one.rank)
            for bucket in one.buckets:
                listed = in_bucket.setdefault(bucket, [])
                if len(listed) < deduplication.bucket_size:
                    listed.append(one.rank)
            continue
        choice.dropped.append(one.rank, match.kept, KINDS.index(match.kind), match.jaccard)
        choice.links.append(one.rank, match.kept)
        if match.kind != DuplicateKind.NEAR and match.jaccard >= deduplication.floor:
            choice.pairs.append(one.rank, match.kept, match.jaccard)
    return choice


def _link_branches(one: Candidate, first: dict[int, int], choice: Choice, least: int) -> None:
    """Put conversations that share a long prefix in one group, whether they are dropped or kept."""
    for shared in one.prefixes:
        if shared.rounds >= least:
            other = first.setdefault(shared.bucket, one.rank)
            if other != one.rank:
                choice.links.append(one.rank, other)


def _by_prefix(
    one: Candidate, with_prefix: dict[int, int], jaccard: Callable[[int, int], float], deduplication: Deduplication
) -> Match | None:
    """Find a kept conversation that begins with all, or with most, of this one's rounds."""
    for shared in one.prefixes:
        kept = with_prefix.get(shared.bucket)
        if kept is None:
            continue
        if shared.whole:
            return Match(kept, DuplicateKind.CONTINUATION, jaccard(one.rank, kept))
        long = shared.rounds >= deduplication.branch_rounds and shared.share >= deduplication.branch_share
        if long and deduplication.branches == "keep_longest":
            return Match(kept, DuplicateKind.BRANCH, jaccard(one.rank, kept))
        return None
    return None


def _by_words(
    one: Candidate,
    in_bucket: dict[int, list[int]],
    jaccard: Callable[[int, int], float],
    choice: Choice,
    deduplication: Deduplication,
) -> Match | None:
    """Verify this conversation against the kept ones in its buckets; the most similar one is its match."""
    met = Counter(kept for bucket in one.buckets for kept in in_bucket.get(bucket, ()))
    nearest = sorted(met, key=lambda kept: (-met[kept], kept))[: deduplication.comparisons]
    best: tuple[float, int] | None = None
    for kept in nearest:
        value = jaccard(one.rank, kept)
        if value >= deduplication.floor:
            choice.pairs.append(one.rank, kept, value)
        if value >= deduplication.threshold:
            choice.links.append(one.rank, kept)
            best = max(best or (value, -kept), (value, -kept))
    return Match(-best[1], DuplicateKind.NEAR, best[0]) if best else None

"""Who is kept: conversations in order of preference, each compared with those kept before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from schemas.settings import Deduplication
from tasks.deduplication.growing_columns import Columns

KINDS = ("exact", "continuation", "branch", "near")
EXACT, CONTINUATION, BRANCH, NEAR = range(len(KINDS))


class Shared(NamedTuple):
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
class Conversation:
    """What a conversation shares with others.

    Args:
        rank: its place in the order of preference.
        prefixes: shared prefixes, the longest first.
        buckets: LSH buckets that hold another conversation too.
    """

    rank: int
    prefixes: list[Shared] = field(default_factory=list)
    buckets: list[int] = field(default_factory=list)


class Fate(NamedTuple):
    """The kept conversation that a dropped one resembles, how (its place in KINDS), and how much."""

    kept: int
    kind: int
    jaccard: float


@dataclass(frozen=True)
class Choice:
    """What was decided, by rank.

    Args:
        fates: one row per dropped conversation: itself, and its Fate.
        pairs: every verified pair with its Jaccard.
        links: the pairs that make groups.
    """

    fates: Columns = field(default_factory=lambda: Columns("iiBd"))
    pairs: Columns = field(default_factory=lambda: Columns("iid"))
    links: Columns = field(default_factory=lambda: Columns("ii"))


def choose(
    conversations: Iterable[Conversation],
    jaccard: Callable[[int, int], float],
    deduplication: Deduplication,
) -> Choice:
    """Keep or drop each conversation, in order of preference.

    A conversation is dropped only for a kept one: because all or most of it is a prefix of that one's rounds, or
    because the verified Jaccard is at or above the threshold. Buckets list kept conversations alone, so a
    cluster of n copies costs n comparisons.

    Args:
        conversations: by ascending rank, each with other text than the others.
        jaccard: the similarity of two conversations by rank.
        deduplication: thresholds and bounds.
    """
    choice = Choice()
    first: dict[int, int] = {}
    with_prefix: dict[int, int] = {}
    in_bucket: dict[int, list[int]] = {}
    for one in conversations:
        _link_branches(one, first, choice, deduplication.branch_rounds)
        fate = _by_prefix(one, with_prefix, jaccard, deduplication) or _by_words(
            one, in_bucket, jaccard, choice, deduplication
        )
        if fate is None:
            for shared in one.prefixes:
                with_prefix.setdefault(shared.bucket, one.rank)
            for bucket in one.buckets:
                listed = in_bucket.setdefault(bucket, [])
                if len(listed) < deduplication.bucket_keepers:
                    listed.append(one.rank)
            continue
        choice.fates.append(one.rank, *fate)
        choice.links.append(one.rank, fate.kept)
        if fate.kind != NEAR and fate.jaccard >= deduplication.floor:
            choice.pairs.append(one.rank, fate.kept, fate.jaccard)
    return choice


def _link_branches(one: Conversation, first: dict[int, int], choice: Choice, least: int) -> None:
    """Put conversations that share a long prefix in one group, whether they are dropped or kept."""
    for shared in one.prefixes:
        if shared.rounds >= least:
            other = first.setdefault(shared.bucket, one.rank)
            if other != one.rank:
                choice.links.append(one.rank, other)


def _by_prefix(
    one: Conversation, with_prefix: dict[int, int], jaccard: Callable[[int, int], float], deduplication: Deduplication
) -> Fate | None:
    """Find a kept conversation that begins with all, or with most, of this one's rounds."""
    for shared in one.prefixes:
        kept = with_prefix.get(shared.bucket)
        if kept is None:
            continue
        if shared.whole:
            return Fate(kept, CONTINUATION, jaccard(one.rank, kept))
        long = shared.rounds >= deduplication.branch_rounds and shared.share >= deduplication.branch_share
        if long and deduplication.branches == "keep_longest":
            return Fate(kept, BRANCH, jaccard(one.rank, kept))
        return None
    return None


def _by_words(
    one: Conversation,
    in_bucket: dict[int, list[int]],
    jaccard: Callable[[int, int], float],
    choice: Choice,
    deduplication: Deduplication,
) -> Fate | None:
    """Verify this conversation against the kept ones in its buckets; the most similar one is its partner."""
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
    return Fate(-best[1], NEAR, best[0]) if best else None

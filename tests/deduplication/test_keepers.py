"""Who is kept, told with tiny conversations."""

from schemas.settings import Deduplication
from tasks.deduplication.choose_kept import BRANCH, NEAR, Conversation, Shared, choose


def bucketed(n, bucket=1):
    return [Conversation(rank, buckets=[bucket]) for rank in range(n)]


def test_ten_thousand_copies_cost_ten_thousand_comparisons():
    """Members of a bucket are compared with kept ones alone, so a cluster of copies stays linear."""
    asked = []
    choice = choose(bucketed(10_000), lambda a, b: asked.append((a, b)) or 0.9, Deduplication())
    assert len(asked) == 9_999
    assert choice.fates.rows() == [(rank, 0, NEAR, 0.9) for rank in range(1, 10_000)]


def test_boilerplate_stays_linear():
    """Where thousands share buckets without being alike, the comparisons of each are bounded."""
    asked = []
    deduplication = Deduplication(comparisons=8)
    choice = choose(bucketed(3_000), lambda a, b: asked.append(a) or 0.6, deduplication)
    assert len(asked) <= 3_000 * 8
    assert choice.fates.rows() == []
    assert len(choice.pairs.rows()) == len(asked)


def test_a_copy_of_a_dropped_one_is_compared_with_the_kept():
    """A chain a ~ b ~ c drops b for a and keeps c, which is unlike a."""
    alike = {(1, 0): 0.85, (2, 1): 0.85, (2, 0): 0.7}
    choice = choose(bucketed(3), lambda a, b: alike[a, b], Deduplication())
    assert choice.fates.rows() == [(1, 0, NEAR, 0.85)]
    assert choice.pairs.rows() == [(1, 0, 0.85), (2, 0, 0.7)]


def test_the_most_similar_keeper_is_the_partner():
    """Of several kept ones above the threshold the most similar is named, and all make one group."""
    alike = {(1, 0): 0.1, (2, 0): 0.82, (2, 1): 0.9}
    choice = choose(bucketed(3), lambda a, b: alike[a, b], Deduplication())
    assert choice.fates.rows() == [(2, 1, NEAR, 0.9)]
    assert set(choice.links.rows()) == {(2, 0), (2, 1)}


def test_a_kept_branch_is_in_the_group():
    """Branches that are kept by setting are linked, so that the split cannot part them."""
    long = Conversation(0, [Shared(9, 3, 0.7, False)])
    short = Conversation(1, [Shared(9, 3, 0.9, False)])
    assert choose([long, short], lambda *_: 0.6, Deduplication()).fates.rows() == [(1, 0, BRANCH, 0.6)]
    kept = choose([long, short], lambda *_: 0.6, Deduplication(branches="keep_all"))
    assert (kept.fates.rows(), kept.links.rows()) == ([], [(1, 0)])


def test_one_shared_round_is_no_branch():
    """Conversations that share one round, or a small part of their text, go their own ways."""
    one_round = [Conversation(rank, [Shared(9, 1, 0.9, False)]) for rank in range(2)]
    small_part = [Conversation(rank, [Shared(9, 3, 0.2, False)]) for rank in range(2)]
    assert choose(one_round, lambda *_: 0.9, Deduplication()).fates.rows() == []
    assert choose(small_part, lambda *_: 0.9, Deduplication()).fates.rows() == []

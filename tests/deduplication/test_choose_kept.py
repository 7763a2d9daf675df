"""Which conversations are kept, with tiny examples."""

from schemas.enums import DuplicateKind
from schemas.settings import Deduplication
from tasks.deduplication.choose_kept import KINDS, Candidate, SharedPrefix, choose_kept

NEAR, BRANCH = KINDS.index(DuplicateKind.NEAR), KINDS.index(DuplicateKind.BRANCH)


def bucketed(n, bucket=1):
    return [Candidate(rank, buckets=[bucket]) for rank in range(n)]


def test_ten_thousand_copies_cost_ten_thousand_comparisons():
    """Members of a bucket are compared with kept ones alone, so a cluster of copies stays linear."""
    asked = []
    choice = choose_kept(bucketed(10_000), lambda a, b: asked.append((a, b)) or 0.9, Deduplication())
    assert len(asked) == 9_999
    assert choice.dropped.rows() == [(rank, 0, NEAR, 0.9) for rank in range(1, 10_000)]


def test_boilerplate_stays_linear():
    """Where thousands share buckets without being alike, the comparisons of each are bounded."""
    asked = []
    deduplication = Deduplication(comparisons=8)
    choice = choose_kept(bucketed(3_000), lambda a, b: asked.append(a) or 0.6, deduplication)
    assert len(asked) <= 3_000 * 8
    assert choice.dropped.rows() == []
    assert len(choice.pairs.rows()) == len(asked)


def test_a_copy_of_a_dropped_one_is_compared_with_the_kept():
    """A chain a ~ b ~ c drops b for a and keeps c, which is unlike a."""
    alike = {(1, 0): 0.85, (2, 1): 0.85, (2, 0): 0.7}
    choice = choose_kept(bucketed(3), lambda a, b: alike[a, b], Deduplication())
    assert choice.dropped.rows() == [(1, 0, NEAR, 0.85)]
    assert choice.pairs.rows() == [(1, 0, 0.85), (2, 0, 0.7)]


def test_the_most_similar_kept_one_is_the_match():
    """Of several kept ones above the threshold the most similar is named, and all make one group."""
    alike = {(1, 0): 0.1, (2, 0): 0.82, (2, 1): 0.9}
    choice = choose_kept(bucketed(3), lambda a, b: alike[a, b], Deduplication())
    assert choice.dropped.rows() == [(2, 1, NEAR, 0.9)]
    assert set(choice.links.rows()) == {(2, 0), (2, 1)}


def test_a_kept_branch_is_in_the_group():
    """Branches that are kept by setting are linked, so that the split cannot part them."""
    long = Candidate(0, [SharedPrefix(9, 3, 0.7, False)])
    short = Candidate(1, [SharedPrefix(9, 3, 0.9, False)])
    assert choose_kept([long, short], lambda *_: 0.6, Deduplication()).dropped.rows() == [(1, 0, BRANCH, 0.6)]
    kept = choose_kept([long, short], lambda *_: 0.6, Deduplication(branches="keep_all"))
    assert (kept.dropped.rows(), kept.links.rows()) == ([], [(1, 0)])


def test_one_shared_round_is_no_branch():
    """Conversations that share one round, or a small part of their text, go their own ways."""
    one_round = [Candidate(rank, [SharedPrefix(9, 1, 0.9, False)]) for rank in range(2)]
    small_part = [Candidate(rank, [SharedPrefix(9, 3, 0.2, False)]) for rank in range(2)]
    assert choose_kept(one_round, lambda *_: 0.9, Deduplication()).dropped.rows() == []
    assert choose_kept(small_part, lambda *_: 0.9, Deduplication()).dropped.rows() == []

"""Which conversations share a bucket, and how decisions are told from others."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from schemas.deduplication import Decisions
from tasks.deduplication.buckets import BandBuckets, Candidates, PrefixBuckets, repeated_keys
from tasks.deduplication.choose_kept import Candidate, SharedPrefix
from tasks.deduplication.decisions import digest_of

KEYS = st.lists(st.sampled_from([0, 1, 2, 3, 2**20, 2**20 + 1, 2**63, 2**63 + 1, 2**64 - 1]), max_size=20)


def decision(name, jaccard=None):
    row = dict.fromkeys(Decisions.columns()) | {"row_id": "a", "group_id": "a", "split": "train"}
    return pa.Table.from_pylist([row | {"sample_prefix": name, "jaccard": jaccard}], Decisions.schema())


@given(KEYS)
def test_keys_meet_that_occur_more_than_once(keys):
    """Every key that another row has too is found with all its places, and no other key."""
    found = repeated_keys(np.array(keys, np.uint64))
    assert found.place.tolist() == [place for place, key in enumerate(keys) if keys.count(key) > 1]
    often = sorted({key for key in keys if keys.count(key) > 1})
    assert [often[bucket] for bucket in found.bucket] == [keys[place] for place in found.place]


def test_conversations_come_by_rank_with_their_longest_prefix_first():
    """Whatever the order in which they were read, conversations are compared in order of preference."""
    bands = BandBuckets(np.array([5, 2, 5], np.int32), np.array([0, 0, 1], np.int32))
    prefixes = PrefixBuckets(
        np.array([2, 7, 2], np.int32),
        np.array([4, 4, 3], np.int32),
        np.array([1, 1, 2], np.int32),
        np.array([0.25, 1.0, 0.5]),
        np.array([False, True, False]),
    )
    assert list(Candidates(bands, prefixes).conversations()) == [
        Candidate(2, [SharedPrefix(3, 2, 0.5, False), SharedPrefix(4, 1, 0.25, False)], [0]),
        Candidate(5, [], [0, 1]),
        Candidate(7, [SharedPrefix(4, 1, 1.0, True)], []),
    ]


def test_a_slice_is_told_by_its_values():
    """The digest tells null from empty and one value from another, and asks nothing else of a table."""
    one = decision("x", 0.5)
    assert digest_of(one) == digest_of(pa.concat_tables([one.slice(1), one]))
    others = [
        decision("y", 0.5),
        decision("x", 0.25),
        decision("x"),
        decision(None, 0.5),
        decision("", 0.5),
        one.slice(1),
    ]
    assert len({digest_of(table) for table in [one, *others]}) == 7

"""Who meets whom, and how a slice of verdicts is told from another."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from schemas.deduplication import Verdicts
from tasks.deduplication.buckets import Gathering, InBand, InPrefix, meetings
from tasks.deduplication.choose_kept import Conversation, Shared
from tasks.deduplication.decisions import digest_of

KEYS = st.lists(st.sampled_from([0, 1, 2, 3, 2**20, 2**20 + 1, 2**63, 2**63 + 1, 2**64 - 1]), max_size=20)


def verdict(name, jaccard=None):
    row = dict.fromkeys(Verdicts.columns()) | {"row_id": "a", "group_id": "a", "split": "train"}
    return pa.Table.from_pylist([row | {"sample_prefix": name, "jaccard": jaccard}], Verdicts.schema())


@given(KEYS)
def test_keys_meet_that_occur_more_than_once(keys):
    """Every key that another row has too is found with all its places, and no other key."""
    found = meetings(np.array(keys, np.uint64))
    assert found.place.tolist() == [place for place, key in enumerate(keys) if keys.count(key) > 1]
    often = sorted({key for key in keys if keys.count(key) > 1})
    assert [often[bucket] for bucket in found.bucket] == [keys[place] for place in found.place]


def test_conversations_come_by_rank_with_their_longest_prefix_first():
    """Whatever the order in which they were read, conversations are compared in order of preference."""
    bands = InBand(np.array([5, 2, 5], np.int32), np.array([0, 0, 1], np.int32))
    prefixes = InPrefix(
        np.array([2, 7, 2], np.int32),
        np.array([4, 4, 3], np.int32),
        np.array([1, 1, 2], np.int32),
        np.array([0.25, 1.0, 0.5]),
        np.array([False, True, False]),
    )
    assert list(Gathering(bands, prefixes).conversations()) == [
        Conversation(2, [Shared(3, 2, 0.5, False), Shared(4, 1, 0.25, False)], [0]),
        Conversation(5, [], [0, 1]),
        Conversation(7, [Shared(4, 1, 1.0, True)], []),
    ]


def test_a_slice_is_told_by_its_values():
    """The digest tells null from empty and one value from another, and asks nothing else of a table."""
    one = verdict("x", 0.5)
    assert digest_of(one) == digest_of(pa.concat_tables([one.slice(1), one]))
    others = [verdict("y", 0.5), verdict("x", 0.25), verdict("x"), verdict(None, 0.5), verdict("", 0.5), one.slice(1)]
    assert len({digest_of(table) for table in [one, *others]}) == 7

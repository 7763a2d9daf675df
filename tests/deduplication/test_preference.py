"""The order of preference, and what breaks where it is another."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.enums import DuplicateKind
from schemas.settings import Deduplication
from tasks.deduplication import preference
from tasks.deduplication.choose_kept import KINDS, Candidate, SharedPrefix, choose_kept
from tasks.deduplication.preference import by_preference

ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=12)


def columns(rows):
    rounds, size, content = (np.array(column) for column in zip(*rows, strict=True))
    both = np.stack([content, content], axis=1)
    return rounds.astype(np.int32), size.astype(np.int64), both.astype(np.uint64)


@given(ROWS)
def test_more_rounds_then_more_text_then_the_smaller_hash_come_first(rows):
    """The order is that of the sentence, whatever the order of the rows."""
    order = by_preference(*columns(rows))
    assert [rows[row] for row in order] == sorted(rows, key=lambda one: (-one[0], -one[1], one[2]))


def test_fewer_rounds_first_is_refused(monkeypatch):
    """An order in which a conversation stands before its own continuation is an error, not a worse result."""
    monkeypatch.setattr(preference.np, "lexsort", lambda keys: np.argsort(-keys[-1]))
    with pytest.raises(ValueError, match="more rounds must come first"):
        by_preference(*columns([(1, 9, 0), (2, 9, 1)]))


def test_fewer_rounds_first_would_keep_a_copy():
    """Taken after the longer one a first half is dropped as its continuation; taken before it, both are kept."""
    whole, part = [SharedPrefix(9, 1, 0.5, False)], [SharedPrefix(9, 1, 1.0, True)]
    longer_first = choose_kept([Candidate(0, whole), Candidate(1, part)], lambda *_: 0.5, Deduplication())
    shorter_first = choose_kept([Candidate(0, part), Candidate(1, whole)], lambda *_: 0.5, Deduplication())
    assert longer_first.dropped.rows() == [(1, 0, KINDS.index(DuplicateKind.CONTINUATION), 0.5)]
    assert shorter_first.dropped.rows() == []


def test_of_a_conversation_and_its_first_rounds_the_whole_one_is_kept(deduplicate):
    """Whichever stands first in the source, the first rounds go and name the whole one."""
    rounds = ["How do bees find home?", "By landmarks and by the sun.", "And wasps?", "By landmarks alone, it seems."]
    for chats in ({"a": rounds, "b": rounds[:2]}, {"b": rounds[:2], "a": rounds}):
        decided = {row["row_id"]: row["kept_row_id"] for row in deduplicate(chats).to_dicts()}
        assert decided == {"a": None, "b": "a"}

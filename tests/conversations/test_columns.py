"""Living turns as columns are the living turns as lists."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from schemas.types import TURN
from tasks.conversations.kept import living_columns
from tasks.conversations.turns import living

TURNS = st.lists(
    st.fixed_dictionaries(
        {
            "role": st.sampled_from(["system", "user", "assistant"]),
            "content": st.sampled_from(["", "a", "Größe", "one\ntwo"]),
            "fate": st.sampled_from([None, None, None, "dropped", "merged"]),
            "into_turn": st.sampled_from([None, 0, 1, 2]),
        }
    ),
    max_size=5,
)


@given(st.lists(TURNS, max_size=6), st.integers(0, 2))
def test_columns_say_what_lists_say(rows, skipped):
    """Whatever was dropped or merged, both readings of a batch give the same turns, of a slice too."""
    numbered = [[{"turn": at, **turn} for at, turn in enumerate(turns)] for turns in rows]
    turns = pa.array(numbered, pa.list_(TURN)).slice(skipped)
    lists, columns = living([""] * len(turns), turns), living_columns(turns)
    assert columns.offsets.tolist() == lists.offsets
    assert columns.turn.to_pylist() == lists.turn
    assert columns.role.to_pylist() == lists.role
    assert columns.content.to_pylist() == lists.content
    assert columns.row.tolist() == [row for row, (start, end) in enumerate(lists.spans()) for _ in range(start, end)]

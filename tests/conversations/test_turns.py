"""Which turns of a batch are kept, and how merged ones read."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from schemas.types import TURN
from tasks.conversations.ragged import offsets_of, runs_of, sums_of
from tasks.conversations.turns import kept_turns

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


def read_one_by_one(turns):
    """Return (turn, role, content) of the kept turns of one conversation, told the plain way."""
    kept = []
    for turn in turns:
        if turn["fate"] is None:
            kept.append([turn["turn"], turn["role"], turn["content"]])
        elif turn["fate"] == "merged":
            for one in kept:
                if one[0] == turn["into_turn"]:
                    one[2] += "\n\n" + turn["content"]
    return kept


@given(st.lists(TURNS, max_size=6), st.integers(0, 2))
def test_kept_turns_are_those_without_a_fate_and_merged_ones_follow_their_target(rows, skipped):
    """Whatever was dropped or merged, the columns say what reading turn by turn says, of a slice too."""
    numbered = [[{"turn": at, **turn} for at, turn in enumerate(turns)] for turns in rows]
    batch = kept_turns(pa.array(numbered, pa.list_(TURN)).slice(skipped))
    expected = [read_one_by_one(turns) for turns in numbered[skipped:]]
    assert batch.offsets.tolist() == [sum(map(len, expected[:n])) for n in range(len(expected) + 1)]
    flat = [(row, *turn) for row, turns in enumerate(expected) for turn in turns]
    columns = (batch.row.tolist(), batch.turn.to_pylist(), batch.role.to_pylist(), batch.content.to_pylist())
    assert list(zip(*columns, strict=True)) == flat


@given(st.lists(st.lists(st.integers(0, 9), max_size=4), max_size=6))
def test_ragged_lists_are_summed_and_found_again(lists):
    """Offsets cut a flat column into the lists it was made of."""
    flat = [value for one in lists for value in one]
    offsets = offsets_of([len(one) for one in lists])
    assert sums_of(flat, offsets).tolist() == [sum(one) for one in lists]
    assert runs_of(offsets[:-1], [len(one) for one in lists]).tolist() == list(range(len(flat)))

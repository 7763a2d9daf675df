"""Packing: an index that loses nothing, fits, is deterministic, and needs no more packs than best-fit decreasing."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import PipelineError
from tasks.tokens.packing import pack


def best_fit_decreasing(lengths: list[int], context: int) -> int:
    """Count the packs of the textbook's algorithm."""
    rooms: list[int] = []
    for length in sorted(lengths, reverse=True):
        fits = [(room, i) for i, room in enumerate(rooms) if room >= length]
        if fits:
            rooms[min(fits)[1]] -= length
        else:
            rooms.append(context - length)
    return len(rooms)


@given(lengths=st.lists(st.integers(1, 64), max_size=120), first=st.integers(0, 9))
def test_every_sample_lies_in_one_pack_that_holds_it(lengths, first):
    """Offsets follow from lengths, packs fit, and their number is best-fit decreasing's."""
    ids = pa.array([f"s{i}" for i in range(len(lengths))], pa.string())
    made = pack(ids, np.array(lengths, np.int64), 64, first)
    rows = made.table.to_pylist()
    assert sorted(row["sample_id"] for row in rows) == sorted(ids.to_pylist())
    assert all(row["length"] == lengths[int(row["sample_id"][1:])] for row in rows)
    ends: dict[int, tuple[int, int]] = {}
    for row in rows:
        position, offset = ends.get(row["pack_id"], (0, 0))
        assert (row["position"], row["token_offset"]) == (position, offset)
        ends[row["pack_id"]] = (position + 1, offset + row["length"])
    assert all(offset <= 64 for _, offset in ends.values())
    assert sorted(ends) == list(range(first, first + made.packs))
    assert made.lower_bound <= made.packs == best_fit_decreasing(lengths, 64)
    assert made.table.equals(pack(ids, np.array(lengths, np.int64), 64, first).table)


def test_a_million_samples_fill_their_packs():
    """A million lengths like those of real windows fill 99.9 % of the room."""
    lengths = np.clip(np.random.default_rng(0).lognormal(6, 1, 1_000_000), 1, 2_048).astype(np.int64)
    ids = pa.array(np.arange(1_000_000)).cast(pa.string())
    made = pack(ids, lengths, 2_048)
    assert made.fill > 0.999
    assert made.packs <= made.lower_bound * 1.001


def test_a_sample_over_the_context_is_refused():
    """A context smaller than a sample is one sentence, not a lost sample."""
    with pytest.raises(PipelineError, match="A sample has 9 tokens"):
        pack(pa.array(["a"]), np.array([9]), 8)

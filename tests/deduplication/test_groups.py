"""Groups, their split, and names."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tasks.deduplication.groups import distinct, roots, validation

LINKS = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30)


@given(LINKS)
def test_roots_are_the_smallest_reachable(links):
    """Two conversations have one root just if a chain of links joins them, and it is the smallest of them."""
    reach = {i: {i} for i in range(20)}
    for one, other in links:
        joined = reach[one] | reach[other]
        for i in joined:
            reach[i] = joined
    assert roots(20, links).tolist() == [min(reach[i]) for i in range(20)]


def test_validation_is_never_empty_where_it_must_not_be():
    """The group with the smallest hash goes to validation whatever the share, unless the share is 0."""
    contents, sizes = [f"{i:032x}" for i in range(50)], np.full(50, 1_000)
    assert validation(contents, sizes, "s", 1e-9, never_empty=True).sum() == 1
    assert validation(contents, sizes, "s", 1e-9, never_empty=False).sum() == 0
    assert validation(contents, sizes, "s", 0.0, never_empty=True).sum() == 0
    assert validation([], sizes[:0], "s", 0.5, never_empty=True).sum() == 0


def test_the_split_is_a_share_of_the_text_and_steady():
    """Uneven sizes give 1 % of the characters; a tenth more data moves hardly a group; a salt matters."""
    random = np.random.default_rng(7)
    contents, sizes = [f"{i:032x}" for i in range(22_000)], random.lognormal(7.5, 1.4, 22_000).astype(np.int64)
    before = validation(contents[:20_000], sizes[:20_000], "s", 0.01, never_empty=False)
    after = validation(contents, sizes, "s", 0.01, never_empty=False)
    for split, size in ((before, sizes[:20_000]), (after, sizes)):
        assert 0.01 <= size[split].sum() / size.sum() < 0.011
    moved = before != after[:20_000]
    assert moved.sum() <= 0.1 * before.sum()
    assert (after != validation(contents, sizes, "t", 0.01, never_empty=False)).any()


@given(st.lists(st.integers(1, 10_000), max_size=40), st.floats(0, 0.5))
def test_the_share_is_never_exceeded_by_more_than_itself(sizes, share):
    """However uneven the groups are, validation holds less than twice the share of the text."""
    sizes = np.array(sizes, np.int64)
    split = validation([f"{i:032x}" for i in range(len(sizes))], sizes, "s", share, never_empty=False)
    assert sizes[split].sum() <= 2 * share * sizes.sum()


def test_shared_ids_are_told_apart():
    """Only shared ids are lengthened, by six digits, or by more where six are equal."""
    ids, hashes = ["a", "b", "b", "c", "c"], ["0" * 32, "1" * 32, "2" * 32, "3" * 32, "3333333" + "4" * 25]
    assert distinct(ids, hashes) == ["a", "b~111111", "b~222222", "c~33333333", "c~33333334"]


def test_a_lengthened_id_avoids_an_existing_one():
    """A name that another conversation has already is not given twice."""
    assert distinct(["b~111111", "b", "b"], ["0" * 32, "1" * 32, "2" * 32]) == ["b~111111", "b~1111111", "b~2222222"]


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "a~00"]), st.integers(0, 300)), unique=True))
def test_names_are_unique(rows):
    """No two conversations get one name, whatever their ids and contents."""
    names = distinct([name for name, _ in rows], [f"{content:032x}" for _, content in rows])
    assert len(set(names)) == len(rows)

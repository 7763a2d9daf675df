"""What holds for any corpus of copies, continuations, branches and edits."""

import hashlib
import random

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.settings import Deduplication
from tasks.deduplication.sign import sign
from tests.support.budget import examples

# A conversation is a config: which text, how many rounds, which answer regenerated, which words edited, how spaced.
RECIPES = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(1, 4),
        st.one_of(st.none(), st.integers(0, 3)),
        st.lists(st.integers(0, 59), max_size=4),
        st.booleans(),
    ),
    min_size=1,
    max_size=25,
)


def chat(config):
    text, rounds, regenerated, edits, spaced = config
    out = []
    for k in range(rounds):
        version = "again" if k == regenerated else "first"
        words = [hashlib.md5(f"{text} {k} {version} {i}".encode()).hexdigest()[:6] for i in range(60)]
        for i in edits:
            words[i] = "edited"
        out += [f"question {text} {k}", ("  " if spaced else " ").join(words)]
    return out


def corpus(recipes):
    return {f"r:{i}": chat(config) for i, config in enumerate(recipes)}


def kept_texts(judged, chats):
    kept = judged.filter(pl.col("reason").is_null())["row_id"].to_list()
    return sorted(" ".join(" ".join(chats[row_id]).split()) for row_id in kept)


quick = settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(RECIPES)
def test_every_copy_has_a_kept_partner(deduplicate, recipes):
    """A dropped row names a kept row, resembles it as its kind says, and shares its group and split."""
    chats = corpus(recipes)
    rows = {row["row_id"]: row for row in deduplicate(chats).iter_rows(named=True)}
    for row_id, row in rows.items():
        if row["reason"] is None:
            assert (row["kept_row_id"], row["kind"], row["jaccard"]) == (None, None, None)
            continue
        kept = rows[row["kept_row_id"]]
        assert kept["reason"] is None
        assert (kept["group_id"], kept["split"]) == (row["group_id"], row["split"])
        mine, theirs = ([text.split() for text in chats[i]] for i in (row_id, row["kept_row_id"]))
        assert row["kind"] != "exact" or mine == theirs
        assert row["kind"] != "continuation" or (len(mine) < len(theirs) and theirs[: len(mine)] == mine)
        assert row["kind"] != "branch" or theirs[:4] == mine[:4]
        assert row["kind"] != "near" or row["jaccard"] >= 0.8


@quick
@given(RECIPES)
def test_deduplicating_again_drops_nothing(deduplicate, recipes):
    """What was kept is kept when deduplicated alone."""
    chats = corpus(recipes)
    kept = deduplicate(chats).filter(pl.col("reason").is_null())["row_id"].to_list()
    assert deduplicate({row_id: chats[row_id] for row_id in kept})["reason"].null_count() == len(kept)


@quick
@given(RECIPES)
def test_no_two_kept_rows_are_a_pair(deduplicate, rows, recipes):
    """No two kept rows share a band and reach the threshold."""
    chats = corpus(recipes)
    kept = deduplicate(chats).filter(pl.col("reason").is_null())["row_id"].to_list()
    signed = sign(rows({row_id: chats[row_id] for row_id in kept}), Deduplication()).to_pylist()
    for i, one in enumerate(signed):
        for other in signed[:i]:
            if set(one["bands"]) & set(other["bands"]):
                mine, theirs = set(one["shingles"]), set(other["shingles"])
                assert len(mine & theirs) / len(mine | theirs) < 0.8


@quick
@given(RECIPES, st.integers(0, 2**32), st.integers(1, 4))
def test_order_and_parts_leave_the_kept_texts_equal(deduplicate, recipes, seed, parts):
    """Rows in another order, in other parts, under other numbers: the same texts are kept on the same split."""
    shuffled = random.Random(seed).sample(recipes, len(recipes))
    one, other = corpus(recipes), corpus(shuffled)
    size = -(-len(shuffled) // parts)
    cut = [max(0, min(size, len(shuffled) - size * k)) for k in range(parts)]
    first, second = deduplicate(one), deduplicate(other, parts=cut)
    assert kept_texts(first, one) == kept_texts(second, other)
    in_validation = pl.col("split") == "validation"
    assert kept_texts(first.filter(in_validation), one) == kept_texts(second.filter(in_validation), other)

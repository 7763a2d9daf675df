"""Deduplication told in small stories: who is dropped, for whom, and why."""

import hashlib

import polars as pl
import pyarrow.parquet as pq
import pytest

from schemas.settings import Deduplication
from schemas.tables import Deduplicated
from tasks.deduplicate import drop_duplicates

ROUND = ["How do I boil an egg?", "Put it into boiling water and wait seven minutes for a soft yolk."]
NEXT = ["And a hard one?", "Wait ten minutes, then cool it under running water so that it peels well."]
LAST = ["And for a dozen?", "Use a large pot, and give them one minute more than you would give to one."]
OTHER = ["And a hard one?", "Eleven minutes is what I do, with a pinch of salt in the pot; shake it to peel."]


def outcomes(judged):
    """Return row_id -> (kept_row_id, kind) of the dropped rows."""
    dropped = judged.filter(pl.col("kind").is_not_null())
    return {row["row_id"]: (row["kept_row_id"], row["kind"]) for row in dropped.iter_rows(named=True)}


def words(n, seed=0):
    """Return n different words."""
    return [hashlib.md5(f"{seed} {i}".encode()).hexdigest()[:7] for i in range(n)]


def edited(text, *places):
    """Return the text with the words at these places replaced."""
    return " ".join("edited" if i in places else word for i, word in enumerate(text.split()))


def test_exact_copies_keep_the_smallest_row(deduplicate):
    """The same text under another id, spaced otherwise, is dropped for the row with the smallest row_id."""
    judged = deduplicate({"c": ROUND, "b": [f" {text}\n" for text in ROUND], "a": ROUND})
    assert outcomes(judged) == {"b": ("a", "exact"), "c": ("a", "exact")}
    assert judged["jaccard"].to_list() == [1.0, 1.0, None]
    assert set(judged["reason"].drop_nulls()) == {"exact_duplicate"}


def test_the_longer_later_copy_is_kept(deduplicate):
    """A chat that was shared again after more rounds is kept whole, and the early copy is dropped for it."""
    judged = deduplicate({"a": ROUND, "b": ROUND + NEXT + LAST, "c": ROUND + NEXT})
    assert outcomes(judged) == {"a": ("b", "continuation"), "c": ("b", "continuation")}


def test_branches_keep_the_longest_or_all(deduplicate):
    """A regenerated last answer is a branch: the longest stays, or all by setting, in one group either way."""
    chats = {"a": ROUND + NEXT + LAST, "b": ROUND + NEXT + [LAST[0], "Just steam them."]}
    assert outcomes(deduplicate(chats)) == {"b": ("a", "branch")}
    kept = deduplicate(chats, Deduplication(branches="keep_all"))
    assert outcomes(kept) == {}
    assert kept["group_id"].to_list() == ["a", "a"]


def test_a_greeting_in_common_is_no_branch(deduplicate):
    """One shared round does not make two conversations branches."""
    assert outcomes(deduplicate({"a": ROUND + NEXT, "b": ROUND + OTHER})) == {}


def test_near_copies_are_verified(deduplicate):
    """A copy with three words in two hundred changed is dropped; one with thirty changed is kept."""
    text = " ".join(words(200))
    chats = {"a": ["q", text], "b": ["q", edited(text, 20, 90, 150)], "c": ["q", edited(text, *range(5, 200, 6))]}
    judged = deduplicate(chats)
    assert outcomes(judged) in ({"b": ("a", "near")}, {"a": ("b", "near")})  # of equal length: the smaller hash stays
    shared, union = 197 - 15, 197 + 15
    assert judged["jaccard"].drop_nulls().to_list() == [pytest.approx(shared / union, abs=0.01)]


def test_a_copy_of_a_dropped_text_shares_its_partner(deduplicate):
    """An exact copy of a near copy is dropped for the kept one, by the same Jaccard."""
    text = " ".join(words(200))
    longer = {"a": ["q", f"{text} and more"], "b": ["q", text], "c": ["q", text]}
    judged = deduplicate(longer)
    assert outcomes(judged) == {"b": ("a", "near"), "c": ("a", "near")}
    assert judged["jaccard"].n_unique() == 2  # null, and one value


def test_shared_ids_are_made_unique_among_the_kept(deduplicate):
    """Two kept rows of one id get names of their own; where a copy was dropped the id stays as it is."""
    chats = {"a": ROUND, "b": OTHER, "c": NEXT, "d": NEXT}
    judged = deduplicate(chats, ids={"a": "x", "b": "x", "c": "y", "d": "y"})
    names = judged["sample_prefix"].to_list()
    assert [name[:2] for name in names[:2]] == ["x~", "x~"]
    assert len(set(names[:2])) == 2
    assert names[2:] == ["y", None]


def test_conversations_without_words_are_kept(deduplicate):
    """Punctuation alone is compared exactly, never nearly."""
    judged = deduplicate({"a": ["?", "!"], "b": ["??", "!"], "c": ["?", "!"], "d": ["", ""]})
    assert outcomes(judged) == {"c": ("a", "exact")}


def test_validation_is_never_empty_from_a_hundred_on(deduplicate):
    """A hundred kept conversations have a validation row at any share; ninety-nine may have none."""
    chats = {f"{i:03d}": [f"question {i}", " ".join(words(30, i))] for i in range(100)}
    tiny = Deduplication(validation_share=1e-9)
    assert (deduplicate(chats, tiny)["split"] == "validation").sum() == 1
    del chats["099"]
    assert (deduplicate(chats, tiny)["split"] == "validation").sum() == 0


def test_parts_do_not_matter(deduplicate):
    """However the rows are cut into parts, an empty part included, the decisions are the same."""
    chats = {"a": ROUND, "b": ROUND + NEXT, "c": OTHER, "d": OTHER, "e": NEXT}
    whole = deduplicate(chats)
    for parts in ([1, 1, 1, 1, 1], [2, 0, 3], [0, 5]):
        assert deduplicate(chats, parts=parts).equals(whole)


def test_a_new_part_leaves_unchanged_decisions_as_they_were(deduplicate, tmp_path):
    """A new file changes the bytes of those decisions alone that it changes."""
    chats = {f"a:{i}": [f"question {i}", " ".join(words(30, i))] for i in range(4)}
    deduplicate(chats, parts=[2, 2], root=tmp_path / "before")
    longer = [*chats["a:3"], "Go on.", "That is all."]
    deduplicate({**chats, "b:0": longer}, parts=[2, 2, 1], root=tmp_path / "after")
    first, second = (
        [(tmp_path / when / f"decisions/part-{n:05d}.parquet").read_bytes() for when in ("before", "after")]
        for n in (0, 1)
    )
    assert first[0] == first[1]
    assert second[0] != second[1]


def test_similar_pairs_reach_down_to_the_floor(deduplicate, tmp_path):
    """Verified pairs below the threshold are recorded too, so that another threshold is a query."""
    text = " ".join(words(200))
    chats = {
        "a": ["q", f"{text} more"],
        "b": ["q", edited(text, 20, 60, 90, 120, 150, 180)],
        "c": ["q", text],
        "d": ["q", text],
    }
    judged = deduplicate(chats, root=tmp_path)
    pairs = pl.read_parquet(tmp_path / "similar_pairs.parquet")
    assert pairs["row_id"].to_list() == ["b", "c", "d"]
    assert pairs["other_row_id"].unique().to_list() == ["a"]
    low, high, _ = pairs["jaccard"].to_list()
    assert 0.5 <= low < 0.8 < high
    assert set(outcomes(judged)) == {"c", "d"}


def test_decisions_on_other_rows_are_refused(deduplicate, rows, tmp_path):
    """A row that the decisions do not know is an error, not a null."""
    deduplicate({"a": ROUND}, root=tmp_path)
    decisions = pq.read_table(tmp_path / "decisions/part-00000.parquet")
    with pytest.raises(ValueError, match="no decision on z"):
        drop_duplicates(rows({"z": ROUND}).select(["row_id"]), decisions)
    assert drop_duplicates(rows({"a": ROUND}), decisions).column_names == list(Deduplicated.columns())[1:]


def test_nothing_living_is_no_error(deduplicate):
    """Parts without a kept row have no decisions."""
    judged = deduplicate({}, parts=[0, 0])
    assert judged.height == 0
    assert "sample_prefix" in judged.columns

"""Canonical text: what counts as the same words."""

import pyarrow as pa
import pytest

from tasks.conversations.turns import kept_turns
from tasks.deduplication.prefixes import prefixes
from tasks.deduplication.text import canonical, to_bytes


def content_hash(rows, texts, fold_case=False):
    table = rows({"a": texts})
    text = to_bytes(kept_turns(table["turns"].combine_chunks()), fold_case)
    return prefixes(canonical(text)).content_hash[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["caf\u00e9", "x"], ["cafe\u0301", "x"]),
        (["a b", "x"], ["  a \t\r\n b\n", "x"]),
        (["a b", "x"], ["a\u00a0\u2003b\u3000", "x"]),
        (["", "x"], [" \n ", "x"]),
        (["a\x1cb", "x"], ["a b", "x"]),
    ],
)
def test_same_words_hash_alike(rows, one, other):
    """Normal forms and white space do not tell conversations apart."""
    assert content_hash(rows, one) == content_hash(rows, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["a b", "x"], ["ab", "x"]),
        (["a", "b c"], ["a b", "c"]),
        (["a", ""], ["", "a"]),
        (["a", "x"], ["a", "x", "", "y"]),
        (["a.", "x"], ["a", "x"]),
        (["a", "x\x03y"], ["a", "x", "y", ""]),
    ],
)
def test_other_words_hash_apart(rows, one, other):
    """Words, punctuation, and who said what tell conversations apart."""
    assert content_hash(rows, one) != content_hash(rows, other)


def test_case_counts_unless_folded(rows):
    """Case tells conversations apart by default and does not where the setting folds it."""
    assert content_hash(rows, ["Straße", "Go"]) != content_hash(rows, ["STRASSE", "go"])
    assert content_hash(rows, ["Straße", "Go"], True) == content_hash(rows, ["STRASSE", "go"], True)


def test_prefix_hashes_roll(rows):
    """The hash after k rounds is the same whatever follows."""
    table = rows({"a": ["q", "a", "r", "b"], "b": ["q", " a", "r", "c", "s", "d"]})
    text = canonical(to_bytes(kept_turns(table["turns"].combine_chunks()), fold_case=False))
    short, long = prefixes(text).hashes
    assert [len(short), len(long)] == [2, 3]
    assert short[0] == long[0]
    assert short[1] != long[1]
    assert prefixes(text).sizes == [[2, 4], [2, 4, 6]]


def test_merged_turns_read_as_one(rows):
    """An answer that was merged from two turns hashes like the same answer in one turn."""
    turns = rows({"a": ["q", "one", "two"]})["turns"].to_pylist()
    turns[0][2] |= {"role": "assistant", "fate": "merged", "into_turn": 1}
    merged = pa.array(turns, rows({"a": []})["turns"].type)
    text = to_bytes(kept_turns(merged), fold_case=False)
    assert prefixes(canonical(text)).content_hash[0] == content_hash(rows, ["q", "one two"])

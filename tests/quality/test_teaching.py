"""What answers are made of is measured, and the view label_audit adds it up over the labels."""

import duckdb
import polars as pl
import pyarrow as pa
import pytest

from schemas.tables import Windows
from tasks.conversations.prose import without_fenced
from tasks.quality.teaching import teaching
from tasks.tokens.messages import openings


def test_code_lists_and_repeated_questions():
    """Characters in fences and in items are counted apart, and an answer that begins with its question is marked."""
    talk = [
        ("user", "How do I print a list in Python?"),
        ("assistant", "You ask: how do I print a list in Python? So:\n```python\n- print(a)\n```\n- one\n2. two\nEnd."),
        ("user", "Why?"),
        ("assistant", "Why? Because."),
    ]
    turns = pl.DataFrame(talk, schema=["role", "content"], orient="row")
    found = pl.DataFrame(teaching(turns, *without_fenced(turns["content"], "")))
    assert found.rows() == [(None, None, None), (24, 11, True), (None, None, None), (0, 0, False)]


def test_openings_are_first_sentences():
    """Marks before the first sentence are left out; a window with an answer without label, or without any, has none."""

    def window(*answers):
        return [
            part
            for text in answers
            for part in ({"role": "user", "content": "?"}, {"role": "assistant", "content": text})
        ]

    messages = [window("**1. Sure!** Then", "```\ncode\n```"), window("好的。再见", "No label."), [], None]
    spans = [[(0, 1, 2), (2, 3, 4)], [(0, 1, 2)], [], None]
    types = (Windows.messages.type, Windows.label_spans.type)
    columns = (pa.array(values, kind) for values, kind in zip((messages, spans), types, strict=True))
    assert openings(*columns).to_pylist() == [["Sure!", None], None, None, None]


def test_the_audit_adds_up(sample_root):
    """Kinds of text and languages each add up to all tokens with loss, and no share is above one."""
    with duckdb.connect(str(sample_root / "catalogue.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "SELECT measure, sum(label_tokens), sum(share) FROM label_audit GROUP BY measure"
        ).fetchall()
        (labels,) = connection.execute("SELECT sum(n_label_tokens) FROM shards").fetchall()[0]
    sums = {measure: (tokens, share) for measure, tokens, share in rows}
    for measure in ("kind", "language"):
        assert sums[measure][0] == pytest.approx(labels, abs=3)
        assert sums[measure][1] == pytest.approx(1.0)
    assert 0 < sums["opening"][1] < 1

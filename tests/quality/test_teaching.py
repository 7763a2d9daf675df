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


def test_lists_as_people_write_them():
    """An item has any mark of a list and goes on in what is indented; rules, tables, dialogues and numbers are none."""
    items = [
        "(2) two",
        "a) one",
        "•one",
        "1、第一",
        "● one",
        "**1.** one",
        "> - one",
        "1\\. one",
        "- a\n  - b\n\n    and on",
    ]
    others = ["* * *", "| a | b |", "— Bonjour", "**bold** x", "2023. Then", "3.5 million", "E. coli lives"]
    answers = [f"So:\n{text}\nEnd." for text in (*items, *others)]
    turns = pl.DataFrame(
        {"role": ["user", "assistant"] * len(answers), "content": [text for a in answers for text in ("?", a)]}
    )
    found = teaching(turns, *without_fenced(turns["content"], ""))[1].drop_nulls().to_list()
    assert found == [*(len(item.replace("\n", "")) for item in items), *(0 for _ in others)]


@pytest.mark.parametrize(
    ("question", "answer", "repeats"),
    [
        ("What is the capital of Peru?", "**Question:** WHAT is the\ncapital of Peru", True),
        ("“What’s the capital of Peru?”", "You asked: What's the capital of Peru?", True),
        ("什么是量子力学？", "什么是量子力学？它是物理学。", True),
        ("什么是量子力学？", "量子力学是物理学。", False),
        ("What is the capital of Peru?", "The capital of Peru is Lima.", False),
    ],
)
def test_a_question_is_known_again(question, answer, repeats):
    """Case, blanks, bold words and quotation marks hide no repetition, and a Chinese question may have few signs."""
    turns = pl.DataFrame({"role": ["user", "assistant"], "content": [question, answer]})
    assert teaching(turns, turns["content"])[2].to_list() == [None, repeats]


def test_openings_are_first_sentences():
    """Marks before the first sentence are left out; a window with an answer without label, or without any, has none."""

    def window(*answers):
        return [
            part
            for text in answers
            for part in ({"role": "user", "content": "?"}, {"role": "assistant", "content": text})
        ]

    pairs = {
        "👍🏽 Great. x": "Great.",
        "**Sure**, here is it:\n- a": "Sure, here is it:",
        "Node.js 2.0 is out. x": "Node.js 2.0 is out.",
        "3.5 million live. x": "3.5 million live.",
        "هل تريد؟ نعم": "هل تريد؟",
        "The `map` of it. x": "The `…`",
    }
    shown = pa.array([window(text)[:2] for text in pairs], Windows.messages.type)
    first = openings(shown, pa.array([[(0, 1, 2)]] * len(pairs), Windows.label_spans.type))
    assert first.to_pylist() == [[opening] for opening in pairs.values()]

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
        assert sums[measure][0] == labels
        assert sums[measure][1] == pytest.approx(1.0)
    assert 0 < sums["opening"][1] < 1

"""Measures what answers are made of: code, lists, and whether they repeat their question."""

from __future__ import annotations

import polars as pl

from tasks.conversations.prose import FENCED

LISTED = r"(?m)^[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t][^\n]*"
SHORTEST, LONGEST = 15, 500
"""Characters of a question whose repetition is no accident, and of one that an answer would repeat."""
BEFORE = 60
"""Characters that may stand before the question in the answer: `You asked: `."""


def teaching(turns: pl.DataFrame) -> list[pl.Series]:
    """Return the columns `code_characters`, `list_characters` and `repeats_question`; null for what is no answer.

    Args:
        turns: role and content of each turn, in order.
    """
    answer = turns["role"] == "assistant"
    at = answer.arg_true()
    content = turns["content"].gather(at)
    length = content.str.len_chars()
    fenced = (content.str.contains("```", literal=True) | content.str.contains("~~~", literal=True)).arg_true()
    plain = content.scatter(fenced, content.gather(fenced).str.replace_all(FENCED, "").to_list())
    listed = plain.str.contains(LISTED).arg_true()
    lines = plain.gather(listed)
    in_lists = pl.Series([0] * len(at), dtype=pl.Int64)
    in_lists = in_lists.scatter(
        listed, (lines.str.len_chars() - lines.str.replace_all(LISTED, "").str.len_chars()).cast(pl.Int64)
    )
    columns = {
        "code_characters": (length - plain.str.len_chars()).cast(pl.Int64),
        "list_characters": in_lists,
        "repeats_question": _repeats(turns["content"].shift(1).gather(at), content),
    }
    return [_spread(name, values, at, turns.height) for name, values in columns.items()]


def _spread(name: str, values: pl.Series, at: pl.Series, height: int) -> pl.Series:
    """Return a column of all turns from the values of some."""
    return pl.Series(name, [None] * height, dtype=values.dtype).scatter(at, values)


def _repeats(questions: pl.Series, answers: pl.Series) -> pl.Series:
    """Whether an answer begins with its question, or with a few words and then that."""
    question = questions.fill_null("").str.slice(0, LONGEST + 1).str.strip_chars(" \t\r\n.?!:。？！").str.to_lowercase()
    at = question.str.len_chars().is_between(SHORTEST, LONGEST).arg_true()
    asked = pl.DataFrame({"question": question.gather(at), "answer": answers.gather(at)})
    head = pl.col("answer").str.slice(0, pl.col("question").str.len_chars() + BEFORE).str.to_lowercase()
    found = asked.select(head.str.contains(pl.col("question"), literal=True)).to_series()
    return pl.zeros(len(answers), dtype=pl.Boolean, eager=True).scatter(at, found)

"""Measures what answers are made of: code, lists, and whether they repeat their question."""

from __future__ import annotations

import numpy as np
import polars as pl

ITEM = r"[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]"
"""The beginning of a line that is an item of a list."""
SHORTEST, LONGEST = 15, 500
"""Characters of a question whose repetition is no accident, and of one that an answer would repeat."""
BEFORE = 60
"""Characters that may stand before the question in the answer: `You asked: `."""


def teaching(turns: pl.DataFrame, unfenced: pl.Series) -> list[pl.Series]:
    """Return the columns `code_characters`, `list_characters` and `repeats_question`; null for what is no answer.

    Args:
        turns: role and content of each turn, in order.
        unfenced: the contents without fenced code.
    """
    answer = turns["role"] == "assistant"
    at = answer.arg_true()
    content, plain = turns["content"].gather(at), unfenced.gather(at)
    fenced = (content.str.len_bytes() > plain.str.len_bytes()).arg_true()
    code = content.gather(fenced).str.len_chars() - plain.gather(fenced).str.len_chars()
    columns = {
        "code_characters": pl.zeros(len(at), pl.Int64, eager=True).scatter(fenced, code.cast(pl.Int64)),
        "list_characters": _in_lists(plain),
        "repeats_question": _repeats(turns["content"].gather(at - 1), content),
    }
    return [_spread(name, values, at, turns.height) for name, values in columns.items()]


def _in_lists(texts: pl.Series) -> pl.Series:
    """Return how many characters of each text stand in items of lists."""
    listed = texts.str.contains(rf"\n{ITEM}") | texts.str.contains(f"^{ITEM}")
    lines = texts.filter(listed).str.split("\n")
    flat = lines.explode()
    items = flat.str.contains(f"^{ITEM}")
    owner = listed.arg_true().to_numpy().repeat(lines.list.len().to_numpy())[items.to_numpy()]
    counts = np.bincount(owner, flat.filter(items).str.len_chars().to_numpy(), len(texts))
    return pl.Series(counts.astype(np.int64))


def _spread(name: str, values: pl.Series, at: pl.Series, height: int) -> pl.Series:
    """Return a column of all turns from the values of some."""
    return pl.repeat(None, height, dtype=values.dtype, eager=True).alias(name).scatter(at, values)


def _repeats(questions: pl.Series, answers: pl.Series) -> pl.Series:
    """Whether an answer begins with its question, or with a few words and then that."""
    question = questions.fill_null("").str.head(LONGEST + 1).str.strip_chars(" \t\r\n.?!:。？！")
    asked = pl.DataFrame({"question": question, "answer": answers}).with_row_index("at")
    # The beginnings first: what is left has to be written in lower case whole. A last sigma depends on what follows.
    begins = pl.col("question").str.head(SHORTEST).str.to_lowercase().str.strip_chars_end("σς")
    near = pl.col("answer").str.head(BEFORE + 2 * SHORTEST).str.to_lowercase()
    asked = asked.filter(near.str.contains(begins, literal=True)).with_columns(pl.col("question").str.to_lowercase())
    length = pl.col("question").str.len_chars()
    head = pl.col("answer").str.slice(0, length + BEFORE).str.to_lowercase()
    found = asked.filter(length.is_between(SHORTEST, LONGEST) & head.str.contains(pl.col("question"), literal=True))
    return pl.zeros(len(answers), dtype=pl.Boolean, eager=True).scatter(found["at"], True)

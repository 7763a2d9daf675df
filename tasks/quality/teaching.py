"""Measures what answers are made of: code, lists, and whether they repeat their question."""

from __future__ import annotations

import numpy as np
import polars as pl

ITEM = (
    r"[ \t]*(?:>[ \t]*)*(?:(?:[-*+–·]|\*\*\d{1,3}[.)]\*\*|\d{1,3}\\[.)]"
    r"|\(?(?:\d{1,3}[.)]|(?:[a-zA-Z]|[ivxIVX]{2,4})\)))[ \t]"
    r"|[•‣◦▪▫●○■□◆✓✔☐☑➤①-⑳]|\d{1,3}[、）．])"
)
"""The beginning of a line that is an item of a list, bulleted or numbered as people and Chinese or Japanese text do."""
RULE = r"^[ \t]*(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,})$"
"""A line across the page, which begins as an item does."""
SHORTEST, LONGEST = 15, 500
"""UTF-8 bytes of a question whose repetition is no accident (a Chinese word has three a sign), and characters of one
that an answer would repeat."""
MARKS = r"[\s*_`\"“”„«»‘]+"
"""What may differ between a question and its repetition: blanks, bold words, quotation marks."""
ENDS = " \t\r\n.?!:。？！：*_`\"“”„«»‘’'"
"""What may stand around a question."""
FIRST = 3
"""Characters of a question that its repetition begins with, whatever stands between its words."""
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
    many = lines.list.len().to_numpy()
    items = flat.str.contains(f"^{ITEM}").to_numpy()
    at = np.flatnonzero(items)
    items[at] = ~flat.gather(at).str.contains(RULE).to_numpy()
    # An indented line is part of the item above it, beyond empty lines too; any other line ends the list.
    empty = (flat == "").to_numpy()
    goes_on = ~items & (empty | flat.str.starts_with("  ").to_numpy() | flat.str.starts_with("\t").to_numpy())
    goes_on[np.cumsum(many) - many] = False
    above = np.maximum.accumulate(np.where(goes_on, 0, np.arange(len(flat))))
    inside = np.flatnonzero(items[above] & ~empty)
    owner = listed.arg_true().to_numpy().repeat(many)[inside]
    counts = np.bincount(owner, flat.gather(inside).str.len_chars().to_numpy(), len(texts))
    return pl.Series(counts.astype(np.int64))


def _spread(name: str, values: pl.Series, at: pl.Series, height: int) -> pl.Series:
    """Return a column of all turns from the values of some."""
    return pl.repeat(None, height, dtype=values.dtype, eager=True).alias(name).scatter(at, values)


def _plain(text: pl.Expr) -> pl.Expr:
    """Return a text in lower case, with a blank for each run of blanks and marks."""
    return text.str.replace_all("’", "'", literal=True).str.replace_all(MARKS, " ").str.to_lowercase().str.strip_chars()


def _repeats(questions: pl.Series, answers: pl.Series) -> pl.Series:
    """Whether an answer begins with its question, or with a few words and then that."""
    question = questions.fill_null("").str.head(LONGEST + 1).str.strip_chars(ENDS)
    asked = pl.DataFrame({"question": question, "answer": answers}).with_row_index("at")
    asked = asked.filter(pl.col("question").str.len_bytes() >= SHORTEST)
    first = pl.col("question").str.head(FIRST).str.to_lowercase()
    near = pl.col("answer").str.head(BEFORE + 2 * SHORTEST).str.to_lowercase()
    asked = asked.filter(near.str.contains(first, literal=True))
    # The beginnings first: what is left has to be written in lower case whole. A last sigma depends on what follows.
    begins = _plain(pl.col("question").str.head(SHORTEST)).str.strip_chars_end("σς ")
    near = _plain(pl.col("answer").str.head(BEFORE + 2 * SHORTEST))
    asked = asked.filter(near.str.contains(begins, literal=True)).with_columns(_plain(pl.col("question")))
    length = pl.col("question").str.len_chars()
    head = _plain(pl.col("answer").str.slice(0, 2 * length + BEFORE)).str.slice(0, length + BEFORE)
    found = asked.filter((length <= LONGEST) & head.str.contains(pl.col("question"), literal=True))
    return pl.zeros(len(answers), dtype=pl.Boolean, eager=True).scatter(found["at"], True)

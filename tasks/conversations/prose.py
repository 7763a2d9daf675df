"""Takes out of texts what is no prose: code blocks, addresses, maths, tables, quotations, tags."""

from __future__ import annotations

import polars as pl

# Rust's regex engine runs each of these in linear time, whatever the text. A pattern that starts with a literal is
# searched for with SIMD: a line start before the fence costs three times as much, one alternation of all six as well.
FENCED = r"(?s)```.*?(?:```|\z)|~~~.*?(?:~~~|\z)"
NOT_PROSE: tuple[str, ...] = (
    FENCED,
    r"`[^`\n]+`",
    r"(?:https?://|www\.)\S+",
    r"\n[ \t]*[|>][^\n]*",
    r"(?s)\$\$.*?\$\$|\\\[.*?\\\]|\\\(.*?\\\)",
    r"</?[A-Za-z][^<>\n]{0,200}>",
)
"""Fenced code (an open fence to the end), inline code, addresses, lines of tables and quotations, maths, tags."""


def strip_to_prose(contents: pl.Series) -> pl.Series:
    """Return each text without code blocks, inline code, addresses, tables, quotations, maths and tags."""
    stripped = pl.lit("\n") + pl.col("prose")
    for pattern in NOT_PROSE:
        stripped = stripped.str.replace_all(pattern, " ")
    return contents.to_frame("prose").select(stripped).to_series()

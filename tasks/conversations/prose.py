"""Takes out of a text what is not somebody's words: code, addresses, maths, tables, quotations, boilerplate."""

from __future__ import annotations

import polars as pl

# Rust's regex engine runs each of these in linear time, whatever the text. A pattern that starts with a literal is
# searched for with SIMD: a line start before the fence costs three times as much, one alternation of all six as well.
NOT_PROSE: tuple[str, ...] = (
    r"(?s)```.*?(?:```|\z)|~~~.*?(?:~~~|\z)",
    r"`[^`\n]+`",
    r"(?:https?://|www\.)\S+",
    r"\n[ \t]*[|>][^\n]*",
    r"(?s)\$\$.*?\$\$|\\\[.*?\\\]|\\\(.*?\\\)",
    r"</?[A-Za-z][^<>\n]{0,200}>",
)
"""Fenced code (an open fence to the end), inline code, addresses, lines of tables and quotations, maths, tags."""

BOILERPLATE = (
    r"(?i)please (?:write|respond|reply|answer)(?: me)? (?:only )?in (?:the )?[a-z]+(?: language)?\.?"
    r"|ignore (?:all )?(?:the )?previous instructions(?: before this one)?\.?"
    r"|share prompt|save & submit ?cancel|copy code|지금 번역하기"
)
"""Words that browser extensions put into a person's mouth: they tell the extension's language, not the person's."""

NAMES = r"\w+_\w*|\p{Ll}+\p{Lu}\w*|\p{Lu}\p{Ll}+\p{Lu}\w*|\w+(?:\.\w+)+|\p{L}+\d\w*"
"""Names of functions, classes, files: English by habit, whatever the sentence around them speaks."""

ASCII_NAMES = (
    r"(?-u:[0-9A-Za-z_]+_[0-9A-Za-z_]*|[a-z]+[A-Z][0-9A-Za-z_]*|[A-Z][a-z]+[A-Z][0-9A-Za-z_]*"
    r"|[0-9A-Za-z_]+(?:\.[0-9A-Za-z_]+)+|[A-Za-z]+[0-9][0-9A-Za-z_]*)"
)
"""The same for texts of ASCII alone: half the time."""

CODE_MARKS = r"[{};)=][ \t]*\r?\n|\(\)|==|->|=>"
"""Where none of these stands, the lines of a text are not looked at one by one."""

CODE_LINE = (
    r"[{};,][ \t]*\r?$|=>|\(\)|\)\.|::|->|==|\+=| = "
    r"|^[ \t]*(?:import |from [\w.]+ import|def |class |const |let |var |function |return |#include|public |private "
    r"|protected |using |package |@[A-Za-z]|//|/\*|\*/|\$ |>>> |at [A-Za-z]+\.|File \"|Traceback |<\?php)"
)
"""A line of code that a person pasted without a fence."""


def strip_to_prose(contents: pl.Series) -> pl.Series:
    """Return each text without code blocks, inline code, addresses, tables, quotations, maths and tags."""
    stripped = contents.to_frame("prose").select(pl.lit("\n") + pl.col("prose")).to_series()
    for pattern in NOT_PROSE:
        stripped = stripped.str.replace_all(pattern, " ")
    return stripped


def strip_to_words(contents: pl.Series, chars: int, code_line_chars: int) -> pl.Series:
    """Return the first `chars` characters of each text's own words: without code lines and boilerplate as well.

    Args:
        contents: the texts.
        chars: how much of each to give.
        code_line_chars: a longer line is a paragraph that mentions code.
    """
    prose = strip_to_prose(contents).str.replace_all(BOILERPLATE, " ").str.slice(0, 4 * chars)
    marked = prose.str.contains(CODE_MARKS)
    at = marked.arg_true()
    prose = prose.scatter(at, _without_code(prose.filter(marked), code_line_chars))
    return _without_names(prose).str.strip_chars().str.slice(0, chars)


def _without_names(texts: pl.Series) -> pl.Series:
    """Return each text without names."""
    wide = (texts.str.len_bytes() > texts.str.len_chars()).arg_true()
    stripped = texts.str.replace_all(ASCII_NAMES, " ")
    return stripped.scatter(wide, texts.gather(wide).str.replace_all(NAMES, " "))


def _without_code(texts: pl.Series, code_line_chars: int) -> pl.Series:
    """Return each text without its lines of code; one that has no other words keeps them: its comments may speak."""
    lines = pl.DataFrame({"text": texts}).with_row_index("at").with_columns(pl.col("text").str.split("\n"))
    line = pl.col("text")
    code = line.str.contains(CODE_LINE) & (line.str.len_bytes() <= code_line_chars)
    others = lines.explode("text", empty_as_null=False).filter(~code)
    bare = others.group_by("at", maintain_order=True).agg(pl.col("text").str.join("\n").alias("bare"))
    worded = bare.filter(pl.col("bare").str.contains(r"\p{L}{2}[^\n]*\p{L}{2}"))
    whole = pl.DataFrame({"text": texts}).with_row_index("at").join(worded, on="at", how="left", maintain_order="left")
    return whole.select(pl.coalesce("bare", "text")).to_series()

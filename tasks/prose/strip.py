"""Takes out of a text what is not somebody's words: code, addresses, maths, tables, quotations, boilerplate."""

from __future__ import annotations

import polars as pl

# Rust's regex engine runs each of these in linear time whatever the text; six small patterns with a literal to
# search for are faster than one alternation (measured: 43 against 54 µs per conversation of 6.4 KB).
FURNITURE: tuple[str, ...] = (
    r"(?sm)^[ \t>]*(?:```|~~~).*?(?:^[ \t>]*(?:```|~~~)[ \t]*$|\z)",
    r"`[^`\n]+`",
    r"(?:https?://|www\.)\S+|\S+@\S+\.\w+",
    r"(?m)^[ \t]*[|>].*$",
    r"(?s)\$\$.*?\$\$|\\\[.*?\\\]|\\\(.*?\\\)",
    r"</?[A-Za-z][^<>\n]{0,200}>",
)
"""Fenced code (an open fence to the end), inline code, addresses, tables and quotations, maths, tags."""

CODE_LINES = (
    r"(?m)^.{0,120}[{};][ \t]*\r?$"
    r"|^[ \t]*(?:import |from \S+ import|def |class |const |let |var |function |return\b|#include|public |private "
    r"|protected |using |package |@\w+|//|/\*|\*/|\$ |>>> |at \w+\.|File \"|Traceback |<\?php).{0,160}$"
    r"|^.{0,80}(?:=>|\(\)|\)\.|::|->|==|\+=| = ).{0,80}$"
)
"""Lines of code that a person pasted without a fence; a longer line is a paragraph that mentions code."""

CODE_MARKS = r"[{};)=][ \t]*\r?\n|\(\)|==|->|=>"
"""Where none of these stands, looking for code lines is time lost (it is the dearest pattern of all)."""

BOILERPLATE = (
    r"(?i)please (?:write|respond|reply|answer)(?: me)? (?:only )?in (?:the )?\w+(?: language)?\.?"
    r"|ignore (?:all )?(?:the )?previous instructions(?: before this one)?\.?"
    r"|share prompt|save & submit ?cancel|copy code|지금 번역하기"
)
"""Words that browser extensions put into a person's mouth: they tell the extension's language, not the person's."""


def strip_furniture(contents: pl.Series) -> pl.Series:
    """Give each text without code blocks, inline code, addresses, tables, quotations, maths and tags."""
    for pattern in FURNITURE:
        contents = contents.str.replace_all(pattern, " ")
    return contents


def strip_to_words(contents: pl.Series, chars: int) -> pl.Series:
    """Give the first `chars` characters of each text's own words: without code lines and boilerplate as well.

    A text that is all code lines keeps them: then the words of its comments are all there is.
    """
    prose = pl.col("prose")
    marked = prose.str.contains(CODE_MARKS)
    bare = prose.str.replace_all(CODE_LINES, " ")
    frame = pl.DataFrame({"prose": strip_furniture(contents).str.replace_all(BOILERPLATE, " ").str.slice(0, 4 * chars)})
    coded = frame.with_row_index("at").filter(marked).with_columns(bare=bare)
    worded = coded.filter(pl.col("bare").str.contains(r"\p{L}{2}.*\p{L}{2}")).select("at", prose="bare")
    frame = frame.with_row_index("at").update(worded, on="at")
    return frame["prose"].str.strip_chars().str.slice(0, chars)

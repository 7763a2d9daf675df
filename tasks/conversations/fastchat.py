"""Tells conversations of Markdown that went through FastChat's `html_to_markdown`, by what it always and never writes.

It puts a backslash before each `_` and `*` that is no code's, sets no blank line around code, writes `*` and tabs for
lists and angle brackets around addresses; it leaves no blank beside another, and no bare `_` in a word.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tasks.conversations.raw import RawTurns

CODE = r"(?s)```.*?(?:\n```[ \t]*(?:\n|\z)|\z)"
BLOCK = "\ue000"
"""Stands for a block of code while prose is looked at."""
GLUED_BEHIND = r"\n```[ \t]*\n[^\n]"
"""Text right behind what closes code, or opens it."""
NO_PROSE = r"`[^`\n]*`|\]\([^()\n]*\)|<?https?://\S+"
"""Spans of code and addresses, in which FastChat escapes nothing."""
APART_ITEMS = ["\n\n* ", "\n\n+ ", "\n\n- ", *[f"\n\n{digit}" for digit in range(10)]]
"""How items begin behind a blank line."""
ESCAPED = r"\\[_*]"
ESCAPES = ["\\_", "\\*"]
TEX = r"\\(?:[A-Za-mo-qsu-z{}\[\]()%&#$.]|[nrt][A-Za-z])"
"""Another backslash of TeX, of a pattern or a path: beside it one before `_` or `*` can be typed."""
LATEX = r"\\[A-Za-z]+\*?\{|\\begin|\\\\(?:\n|\z)"
NAMES = r"[A-Za-z0-9]{2}\\_[A-Za-z0-9]"
MANY = 3
"""Names with a backslash inside, from which on no other backslashes but LaTeX's say that they were typed."""

ESCAPE_WORDS = [
    "escap", "backslash", "asterisk", "underscore", "wildcard", "markdown", "latex", "regex", "regular ex",
    "反斜", "转义", "轉義",
]  # fmt: skip
"""What is spoken of where a person types backslashes too."""
LINE_ABOUT_ESCAPES = rf"(?im)^.*(?:{'|'.join(ESCAPE_WORDS)}).*$"

TEXT = pl.col("text")

Mask = NDArray[np.bool_]
Signs = dict[str, pl.Series]
"""Whether each text shows a sign, by its name."""


@dataclass(frozen=True)
class Sign:
    """What shows that a conversation went through FastChat, or that it did not.

    Args:
        words: what is seen.
        weight: 2 where it is enough, 1 where it takes another, -2 where it speaks against.
        source: conversations that show it: of 187 through FastChat, and of the same as they were written.
    """

    words: str
    weight: int
    source: str


SIGNS = {
    "typed_escapes": Sign("backslashes before _ and * in what was typed", 2, "28 and 0"),
    "typed_tex_escapes": Sign("the same beside other backslashes or where escapes are spoken of", 1, "2 and 0"),
    "prose_escapes": Sign("backslashes before _ and * in prose", 2, "14 and 0"),
    "glued_code": Sign("no blank line around code", 2, "62 and 2"),
    "tabs": Sign("list items behind tabs", 2, "19 and 0"),
    "angles": Sign("addresses in angle brackets", 2, "15 and 0"),
    "stars": Sign("bullets that are stars", 1, "27 and 1"),
    "typed_bare": Sign("a bare _ or * in what was typed", -2, "1 and 28"),
    "typed_blanks": Sign("indents or runs of blanks in what was typed", -2, "1 and 41"),
    "prose_bare": Sign("a bare _ in a word", -2, "2 and 22"),
    "prose_blanks": Sign("runs of blanks in prose", -2, "1 and 3"),
    "apart_code": Sign("blank lines before code", -2, "0 and 58"),
    "dashes": Sign("bullets that are dashes", -2, "1 and 24"),
    "indents": Sign("list items behind blanks", -2, "0 and 20"),
    "loose": Sign("blank lines between items", -2, "1 and 80"),
    "headings": Sign("headings of one or two #", -2, "0 and 5"),
}
ENOUGH = 2
"""The weight from which on a conversation went through FastChat: one sign of its own, with nothing against it."""


def fastchat_evidence(raw: RawTurns, markdown: Mask) -> list[str | None]:
    """Return for each conversation what shows that it went through FastChat; None where that is not shown.

    Args:
        raw: the turns.
        markdown: which conversations have an answer that is surely no page's markup.
    """
    texts, rows = pl.Series("content", raw.content, dtype=pl.String), raw.row
    seen: dict[str, Mask] = {}
    weights = np.where(markdown, 0, -ENOUGH)
    steps = ((raw.user, _typed), (raw.answer, _written), (raw.user, _typed_otherwise), (raw.answer, _written_otherwise))
    for role, found in steps:
        # What speaks against is asked of those alone that it can change.
        asked = weights >= ENOUGH if "prose_escapes" in seen else markdown
        here = role & asked[rows]
        for name, column in found(texts.filter(pl.Series(here))).items():
            seen[name] = np.zeros(len(weights), np.bool_)
            seen[name][rows[here][column.to_numpy()]] = True
            weights = weights + SIGNS[name].weight * seen[name]
    evidence: list[str | None] = [None] * len(weights)
    for row in np.flatnonzero(weights >= ENOUGH).tolist():
        shown = [sign for name, sign in SIGNS.items() if seen[name][row]]
        pro, contra = ([sign.words for sign in shown if sign.weight * side > 0] for side in (1, -1))
        evidence[row] = ", ".join(pro) + (f"; but {', '.join(contra)}" if contra else "")
    return evidence


def _typed(texts: pl.Series) -> Signs:
    """Return the signs of FastChat that human turns show."""
    escaped = texts.str.contains_any(ESCAPES)
    plain = _not_typed(escaped, texts, texts)
    return {"typed_escapes": plain, "typed_tex_escapes": escaped & ~plain}


def _typed_otherwise(texts: pl.Series) -> Signs:
    """Return the signs of another origin that human turns show."""
    bare = TEXT.str.replace_all(ESCAPED, "").str.contains_any(["_", "*"])
    return _shown(texts, typed_bare=bare, typed_blanks=TEXT.str.contains(r"\t|  +[^\n ]"))


def _written(texts: pl.Series) -> Signs:
    """Return the signs of FastChat that answers show; code is taken out only of those that may show one."""
    words = {"angles": "<http", "tabs": "\n\t", "stars": "\n* "}
    literal = {name: TEXT.str.contains(word, literal=True) for name, word in words.items()}
    escapes = TEXT.str.contains_any(ESCAPES)
    may = _shown(texts, may=pl.any_horizontal(escapes, TEXT.str.contains(GLUED_BEHIND), *literal.values()))["may"]
    outside = _without_code(texts.filter(may))
    signs = _shown(outside, escaped=escapes, blocks=TEXT.str.contains(BLOCK, literal=True), **literal)
    escaped, blocks = signs.pop("escaped"), signs.pop("blocks")
    prose = _without(escaped, outside, NO_PROSE)
    signs["prose_escapes"] = _not_typed(escaped, prose, outside)
    glued_before = _where(blocks, outside, rf"[^\n]\n{BLOCK}")
    signs["glued_code"] = _where(glued_before, outside, rf"{BLOCK}\n[^\n]")
    signs["tabs"] = _where(signs["tabs"], outside, r"(?m)^\t+(?:[*+-]|\d+\.) ")
    none = pl.Series(np.zeros(len(texts), np.bool_))
    return {name: none.clone().scatter(may.arg_true(), found) for name, found in signs.items()}


def _written_otherwise(texts: pl.Series) -> Signs:
    """Return the signs of another origin that answers show."""
    outside = _without_code(texts)
    marked = outside.str.contains("_", literal=True)
    prose_bare = _where(marked, _without(marked, outside, NO_PROSE), r"[A-Za-z0-9]_[A-Za-z0-9]")
    signs = _shown(
        outside,
        apart_code=TEXT.str.contains(rf"[^\n{BLOCK}]\n\n+{BLOCK}"),
        headings=TEXT.str.contains("# ", literal=True),
        dashes=TEXT.str.contains_any(["\n- ", "\n+ "]) | TEXT.str.starts_with("- ") | TEXT.str.starts_with("+ "),
        prose_blanks=TEXT.str.contains("  ", literal=True),
        indents=TEXT.str.contains("\n ", literal=True) | TEXT.str.starts_with(" "),
        loose=TEXT.str.contains_any(APART_ITEMS),
    )
    # Words that these hold are looked for in all texts, in a twentieth of a pattern's time.
    patterns = {
        "headings": r"(?:\A|\n\n)##? [^\n]+(?:\n\n|\z)",
        "prose_blanks": r"[^\n |]  +[^\n |]",
        "indents": r"(?m)^ +(?:[*+-]|\d+\.) ",
        "loose": r"(?m)^(?:[*+-]|\d+\.) .*\n\n(?:[*+-]|\d+\.) ",
    }
    found = {name: _where(signs[name], outside, pattern) for name, pattern in patterns.items()}
    return {"prose_bare": prose_bare} | signs | found


def _shown(texts: pl.Series, **signs: pl.Expr) -> Signs:
    """Return whether each text shows each sign, asked of TEXT: one query costs less than one each."""
    return texts.alias("text").to_frame().select(**signs).to_dict()


def _not_typed(escaped: pl.Series, texts: pl.Series, whole: pl.Series) -> pl.Series:
    """Return whether the backslashes of each text that has some are surely none that its writer typed.

    Args:
        escaped: which texts have backslashes before `_` or `*`.
        texts: the texts in which they count.
        whole: the same texts, spans of code among them.
    """
    other = _where(escaped, texts, TEX)
    if other.any():
        names = whole.filter(other).str.count_matches(NAMES) >= MANY
        latex = whole.filter(other).str.contains(LATEX)
        other = other.scatter(other.arg_true(), ~names | latex)
    plain = escaped & ~other
    if not plain.any():
        return plain
    about = texts.filter(plain).str.contains_any(ESCAPE_WORDS, ascii_case_insensitive=True)
    about = plain.clone().scatter(plain.arg_true(), about)
    return _where(plain, _without(about, texts, LINE_ABOUT_ESCAPES), ESCAPED)


def _without(asked: pl.Series, texts: pl.Series, pattern: str) -> pl.Series:
    """Return each text, those that are asked about without what a pattern finds."""
    if not asked.any():
        return texts
    return texts.clone().scatter(asked.arg_true(), texts.filter(asked).str.replace_all(pattern, ""))


def _without_code(texts: pl.Series) -> pl.Series:
    """Return each text with a mark in the place of each block of code."""
    coded = texts.str.contains("```", literal=True)
    return texts.clone().scatter(coded.arg_true(), texts.filter(coded).str.replace_all(CODE, f"{BLOCK}\n"))


def _where(asked: pl.Series, texts: pl.Series, pattern: str) -> pl.Series:
    """Return whether each text is asked about and holds a pattern."""
    if not asked.any():
        return asked
    return pl.Series(np.zeros(len(texts), np.bool_)).scatter(
        asked.arg_true(), texts.filter(asked).str.contains(pattern)
    )

"""How a reader of Markdown reads a block of prose, and where its spans of code stand."""

from __future__ import annotations

import re
from typing import Any

from markdown_it.token import Token

from tasks.markdown.reader import READER

TICKS = re.compile("`+")
INDENTED = re.compile(r"^ {4}|[*+>.)-] {5}", re.MULTILINE)
"""Blanks that may make a line code."""
MOST = 40
"""Changes of a block that are tried one by one; each costs a reading."""
LONGEST = 20_000
"""Characters of a block up to which the reference parser is asked."""
Span = tuple[int, int]
"""Where a stretch of text begins and ends."""


def code_spans(text: str) -> list[Span]:
    """Return where spans of code stand in a block, in time that grows with its length.

    >>> code_spans("a `b`` c` ``d")
    [(2, 9)]
    """
    if "`" not in text:
        return []
    runs = [run.span() for run in TICKS.finditer(text)]
    closing: list[int | None] = []
    later: dict[int, int] = {}
    for place in reversed(range(len(runs))):
        ticks = runs[place][1] - runs[place][0]
        closing.append(later.get(ticks))
        later[ticks] = place
    closing.reverse()
    found, place = [], 0
    while place < len(runs):
        end = closing[place]
        if end is not None:
            found.append((runs[place][0], runs[end][1]))
            place = end
        place += 1
    return found


def reading(text: str) -> list[Any]:
    """Return how the reference parser reads a block, made comparable."""
    return [
        _inline(token.children or []) if token.type == "inline" else (token.type, token.info, token.content)
        for token in READER.parse(text)
    ]


def _inline(tokens: list[Token]) -> list[tuple[str, str]]:
    """Return inline markup with neighbouring texts joined."""
    out: list[tuple[str, str]] = []
    for token in tokens:
        kind = "text" if token.type in ("text", "text_special") else token.type
        if kind == "text" and out and out[-1][0] == "text":
            out[-1] = ("text", out[-1][1] + token.content)
        elif kind != "text" or token.content:
            out.append((kind, token.content + str(token.attrs.get("href", ""))))
    return out

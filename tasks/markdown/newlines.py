"""Newlines that highlight.js swallowed in code it took for CSS, put back."""

from __future__ import annotations

import re
from collections.abc import Sequence

from turbohtml import Element, Node, Text

GUESSES = frozenset(["css", "scss", "less", "stylus"])
"""Languages whose `[…]` mode ends no line: `illegal: "$"` skipped one character, the newline, until 11.10."""
SWALLOWED = re.compile(r"(?<=[^\s])(?= {2,})|\A(?= {2,})")


def restored(code: Element) -> tuple[str, int]:
    """Read a block's text, with a newline before each indent inside a `hljs-selector-attr` span.

    A JSON array shown as CSS comes as `[  {    "a": 1,    "b": 2  }]`: the newlines are gone, the indents still stand.

    Returns:
        The text and how many newlines were put back.
    """
    parts: list[str] = []
    total = 0
    for node in code:
        if type(node) is Element and "hljs-selector-attr" in (node.attr("class") or ""):
            text, count = _array(node.children)
            parts.append(text)
            total += count
        else:
            parts.append(node.data if type(node) is Text else node.text)
    return "".join(parts), total


def _array(nodes: Sequence[Node]) -> tuple[str, int]:
    """Restore one array: every run of two or more blanks began a line, and so did the bracket that closes them."""
    parts, count = [], 0
    for node in nodes:
        if type(node) is Text:
            text, found = SWALLOWED.subn("\n", node.data)
            count += found
            parts.append(text)
        else:
            parts.append(node.text)
    text = "".join(parts)
    if count and text.endswith("]") and not text[-2:-1].isspace():
        return text[:-1] + "\n]", count + 1
    return text, count

"""How a reader of Markdown reads a block, by markdown-it-py."""

from __future__ import annotations

from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tasks.markdown.events import Kind

# Raw HTML is markup to a reader (the page dropped it), so a tag that the page shows as text must be escaped.
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("text_join")
DELIMITERS = {"strong": "**", "em": "*", "s": "~~"}

Piece = tuple[str, str]
"""What was read: `text`, `code`, `html`, `entity`, `escape`, an event's name, with its text, delimiter or source."""


def read_pieces(text: str, context: str) -> list[Piece] | None:
    """Read a block; None where it is no longer the one block it should be.

    Args:
        text: Markdown.
        context: paragraph, heading or cell.
    """
    tokens = _read(text, context)
    return None if tokens is None else _pieces(tokens)


def _read(text: str, context: str) -> list[Token] | None:
    """Read a block; None where it is no longer the one block it should be."""
    if context == "cell":
        return READER.parseInline(text.strip())[0].children or []
    links: dict[str, Any] = {}
    tokens = READER.parse(f"# {text}" if context == "heading" else text, links)
    if len(tokens) != 3 or tokens[0].type != f"{context}_open" or links.get("references"):  # open, inline, close
        return None
    return tokens[1].children or []


def _pieces(tokens: list[Token]) -> list[Piece]:
    """Return what markdown-it's inline tokens stand for."""
    out: list[Piece] = []
    for token in tokens:
        name, _, side = token.type.partition("_")
        if token.type == "text_special" and token.content != token.markup:  # a backslash before a letter is text
            out.append((token.info, token.markup))
        elif token.type in ("text", "text_special"):
            out.append(("text", token.content))
        elif token.type == "softbreak":
            out.append(("text", "\n"))
        elif token.type == "hardbreak":
            out.append((Kind.BREAK, ""))
        elif token.type == "code_inline":
            out.append(("code", token.content))
        elif token.type == "html_inline":
            out.append(("html", token.content))
        elif token.type == "image":
            out.append((Kind.IMAGE, ""))
        elif name == "link":
            out.append((Kind.LINK if side == "open" else Kind.LINK_END, ""))
        else:
            out.append((side.upper(), DELIMITERS.get(name, name)))
    return out

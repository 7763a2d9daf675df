"""How a reader of Markdown would read a block: markdown-it-py's tokens against the events they were written from."""

from __future__ import annotations

from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tasks.markdown.events import Event, Kind

# Raw HTML is markup to a reader (the page dropped it), so a tag that the page shows as text must be escaped.
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
WORD = "\ue000"
"""Stands for a formula or a bare link while a block is read: a private-use character, which reads as a letter."""
Reading = list[tuple[str, str]]
DELIMITERS = {"strong": "**", "em": "*", "s": "~~"}


def reads_as(events: list[Event], write: Callable[[list[Event]], str], context: str) -> bool:
    """Whether events, as `write` renders them, read as they are meant to.

    Args:
        events: a block's tidy events.
        write: renders events as Markdown.
        context: paragraph, heading or cell.
    """
    masked: list[Event] = [(kind, _mask(value) if kind is Kind.RAW else value) for kind, value in events]
    tokens = _read(write(masked), context)
    return tokens is not None and _reading(tokens) == _meant(masked)


def _mask(raw: str) -> str:
    """Hide what must not be read, but for the punctuation at its edges, which decides what its neighbours mean."""
    return f'"{WORD}"' if raw.startswith(("$", "<")) else WORD


def _read(text: str, context: str) -> list[Token] | None:
    """Read a block; None where it is no longer the one block it should be."""
    if context == "cell":
        return READER.parseInline(text.strip())[0].children or []
    tokens = READER.parse(f"# {text}" if context == "heading" else text)
    if len(tokens) != 3 or tokens[0].type != f"{context}_open":  # open, inline, close
        return None
    return tokens[1].children or []


def _meant(events: list[Event]) -> Reading:
    """Return the reading that events stand for."""
    out: Reading = []
    for kind, value in events:
        if kind in (Kind.TEXT, Kind.RAW, Kind.REFERENCE):
            _add_text(out, value)
        elif kind is Kind.CODE:
            out.append(("code", value.replace("\n", " ")))
        elif kind is Kind.OPEN or kind is Kind.CLOSE:
            out.append((kind.name, value.replace("_", "*")))
        else:
            out.append((kind.name, ""))
    return _stripped(out)


def _reading(tokens: list[Token]) -> Reading:
    """Return the reading that markdown-it's inline tokens stand for."""
    out: Reading = []
    for token in tokens:
        name, _, side = token.type.partition("_")
        if token.type in ("text", "text_special"):
            _add_text(out, token.content)
        elif token.type == "softbreak":
            _add_text(out, "\n")
        elif token.type == "hardbreak":
            out.append((Kind.BREAK.name, ""))
        elif token.type == "code_inline":
            out.append(("code", token.content))
        elif token.type == "image":
            out.append((Kind.IMAGE.name, ""))
        elif name == "link":
            out.append((Kind.LINK.name if side == "open" else Kind.LINK_END.name, ""))
        else:
            out.append((side.upper(), DELIMITERS.get(name, name)))
    return _stripped(out)


def _add_text(out: Reading, text: str) -> None:
    """Append text, joined to text before it."""
    if out and out[-1][0] == "text":
        out[-1] = ("text", out[-1][1] + text)
    elif text:
        out.append(("text", text))


def _stripped(out: Reading) -> Reading:
    """Strip the block's edges as markdown-it does (all of Unicode's blanks), and drop what gets empty."""
    if out and out[0][0] == "text":
        out[0] = ("text", out[0][1].lstrip())
    if out and out[-1][0] == "text":
        out[-1] = ("text", out[-1][1].rstrip())
    return [piece for piece in out if piece != ("text", "")]

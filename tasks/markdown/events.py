"""Inline markup as flat events, and their plain rendering as Markdown."""

from __future__ import annotations

import re
from urllib.parse import unquote

from tasks.markdown.code import code_span

BLANK = " \t\n\r"
LINE_END = re.compile(r"[ \t\r]*\n[ \t\r\n]*")
AFTER_LINK = frozenset(" \t\n.,:;!?)\"'")
"""What may touch the end of a bare address without being read into it."""
BARE = re.compile(r"(?:https?://|www\.|mailto:)\S+\Z", re.IGNORECASE)


class Kind:
    """What an event is; the value beside it is text, a delimiter, or a link's target.

    Names are plain strings: before Python 3.12 the member of an `Enum` takes ten times as long to read.
    """

    TEXT = "TEXT"
    RAW = "RAW"  # formulas and bare links: written as they are, read as one word
    CODE = "CODE"
    OPEN = "OPEN"
    CLOSE = "CLOSE"
    LINK = "LINK"
    LINK_END = "LINK_END"
    IMAGE = "IMAGE"
    BREAK = "BREAK"
    LITERAL = "LITERAL"  # a delimiter that Markdown cannot read here, written all the same


WORD = "\ue000"
"""Stands for a formula or a bare link while a block is read: a private-use character, which reads as a letter."""
Spot = tuple[int, int]
"""An event and a position in its text, before which a backslash can stand."""
Event = tuple[str, str]
"""A kind with its value: text, raw Markdown, code, a delimiter (`**`), or a link's rendered tail (`](target)`)."""


def target(href: str, title: str | None) -> str:
    """Render a link's destination and title, in angle brackets where blanks or brackets would end it early."""
    href = href.strip().replace("\n", "%0A").replace("\r", "")
    if not href or " " in href or "(" in href or ")" in href or href.startswith("<"):
        balanced = href and " " not in href and not href.startswith("<") and _balanced(href)
        if not balanced and href:
            href = "<" + href.replace("<", "%3C").replace(">", "%3E") + ">"
    if title:
        quoted = title.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
        return f'({href or "<>"} "{quoted}")'
    return f"({href})"


def _balanced(href: str) -> bool:
    """Whether the round brackets of a destination pair up."""
    depth = 0
    for character in href:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0


def is_bare(text: str, href: str) -> bool:
    """Whether a link was written as its bare address: its words are the address."""
    if not BARE.match(text) and "@" not in text:
        return False
    plain = unquote(href)
    shown = unquote(text)
    return plain in (shown, f"http://{shown}", f"mailto:{shown}")


def tidy(events: list[Event]) -> list[Event]:
    """Normalise a block's events: blanks move out of emphasis, lines lose their edges, empty pairs vanish."""
    out: list[Event] = []
    more: list[str] = []  # what follows the text that ends `out`: joined one by one, many would take their square
    for kind, value in events:
        if more and kind != Kind.TEXT:
            _join(out, more)
        if kind == Kind.TEXT:
            text = LINE_END.sub("\n", value) if "\n" in value else value
            before = out[-1][0] if out else Kind.BREAK  # a block's edge eats blanks as a break does
            if before == Kind.BREAK:
                text = text.lstrip(BLANK)
            elif before == Kind.OPEN and text[:1] in BLANK and text:
                stripped = text.lstrip(BLANK)
                _before_opening(out, text[: len(text) - len(stripped)])
                text = stripped
            elif before == Kind.TEXT:
                more.append(text)
                continue
            if text:
                out.append((kind, text))
        elif kind == Kind.CLOSE:
            _close(out, value)
        elif kind == Kind.BREAK:
            if out and out[-1][0] == Kind.TEXT:
                out[-1] = (Kind.TEXT, out[-1][1].rstrip(BLANK))
            out.append((kind, "  \n" if out and out[-1][0] != Kind.BREAK else "\\\n"))
        else:
            out.append((kind, value))
    _join(out, more)
    _trim(out)
    if any(kind == Kind.RAW for kind, _ in out):
        _fence_links(out)
    return out


def _join(out: list[Event], more: list[str]) -> None:
    """Add texts to the one that ends the events, and empty their list."""
    if more:
        text = "".join([out[-1][1], *more])
        out[-1] = (Kind.TEXT, LINE_END.sub("\n", text) if "\n" in text else text)
        more.clear()


def _fence_links(out: list[Event]) -> None:
    """Put bare addresses in angle brackets where what touches them would be read into them."""
    for at, (kind, value) in enumerate(out):
        if kind != Kind.RAW or not value.startswith(("http://", "https://")):
            continue
        before = out[at - 1] if at else (Kind.BREAK, "")
        after = out[at + 1] if at + 1 < len(out) else (Kind.BREAK, "")
        last = before[1][-1:] if before[0] == Kind.TEXT else ""
        glued_before = last.isascii() and last.isalpha()  # the page links an address behind anything else
        glued_after = after[0] in (Kind.OPEN, Kind.CODE, Kind.LINK) or (
            after[0] == Kind.TEXT and after[1][:1] not in AFTER_LINK
        )
        if glued_before or glued_after:
            out[at] = (Kind.RAW, f"<{value}>")


def _before_opening(out: list[Event], blank: str) -> None:
    """Put blanks in front of the delimiters that open last."""
    at = len(out)
    while at and out[at - 1][0] == Kind.OPEN:
        at -= 1
    if at and out[at - 1][0] == Kind.TEXT:
        text = out[at - 1][1]
        out[at - 1] = (Kind.TEXT, text if text[-1:] in BLANK else text + blank)
    elif at and out[at - 1][0] != Kind.BREAK:
        out.insert(at, (Kind.TEXT, blank))


def _close(out: list[Event], value: str) -> None:
    """Close a pair: trailing blanks move behind it, and an empty pair vanishes."""
    blank = ""
    if out and out[-1][0] == Kind.TEXT:
        text = out.pop()[1]
        kept = text.rstrip(BLANK)
        blank = text[len(kept) :]
        if kept:
            out.append((Kind.TEXT, kept))
    if out and out[-1][0] == Kind.OPEN and out[-1][1] == value:
        out.pop()
    else:
        out.append((Kind.CLOSE, value))
    if blank:
        if out and out[-1][0] == Kind.TEXT:
            out[-1] = (Kind.TEXT, out[-1][1] + blank)
        else:
            out.append((Kind.TEXT, blank))


def _trim(out: list[Event]) -> None:
    """Strip the breaks and blanks at both edges of a block."""
    while out and out[-1][0] == Kind.BREAK:
        out.pop()
    while out and out[0][0] == Kind.BREAK:
        del out[0]
    if out and out[0][0] == Kind.TEXT:
        out[0] = (Kind.TEXT, out[0][1].lstrip(BLANK))
    if out and out[-1][0] == Kind.TEXT:
        out[-1] = (Kind.TEXT, out[-1][1].rstrip(BLANK))


def mask(raw: str) -> str:
    """Hide what must not be read, but for the punctuation at its edges, which decides what its neighbours mean."""
    first, last = raw[:1].isalnum(), raw[-1:].isalnum()
    return f"{WORD if first else '-'}{WORD}{WORD if last else '-'}"


def render(kind: str, value: str, masked: bool = False) -> str:
    """Render one event; text as it is."""
    if masked and kind == Kind.RAW:
        return mask(value)
    if kind == Kind.CODE:
        return code_span(value)
    if kind == Kind.LINK:
        return "["
    if kind == Kind.LINK_END:
        return "]" + value
    return value


def write(events: list[Event], spots: set[Spot], masked: bool = False) -> str:
    """Render events with a backslash before each spot; `masked` hides what the reader must not look into."""
    places: dict[int, list[int]] = {}
    for at, position in spots:
        places.setdefault(at, []).append(position)
    parts = []
    for at, (kind, value) in enumerate(events):
        start = 0
        for position in sorted(places.get(at, ())):
            parts += [value[start:position], "\\"]
            start = position
        parts.append(value[start:] if at in places else render(kind, value, masked))
    return "".join(parts)

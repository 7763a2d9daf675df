"""Takes needless backslashes and the angle brackets of bare addresses out of a block of prose."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from markdown_it.token import Token

from tasks.markdown.events import is_bare
from tasks.markdown.reader import READER

SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
# The backslash first, which Python's engine searches for fast; what may stand before it is asked behind it.
ESCAPE = re.compile(r"\\(?<!\\\\)(?=[_*])")
ESCAPED = re.compile(r"\\(?<!\\\\)[_*]")
INERT = re.compile(r"\\(?:(?<=[A-Za-z0-9]\\)(?=_[A-Za-z0-9])|(?<=\w \\)(?=\* ))")
"""Before an underscore inside a word, or a star between blanks behind a word, no backslash is needed."""
INDENTED = re.compile(r"^ {4}|[*+>.)-] {5}", re.MULTILINE)
"""Blanks that may make a line code."""
AT_START = re.compile(
    r"^[ \t]*(?:(?:\d+[.)]|[*+>-])[ \t]*)*+(?:\\\*(?=\s|\Z)|\\?[_*](?:\\?[_*]|[ \t])*$)", re.MULTILINE
)
"""A star that would begin an item, or a line that would be a rule."""
EMPHASIS = {
    "_": (re.compile(r"(?<!\w)_++(?!\s|\Z)"), re.compile(r"(?<=\S)_+(?![^\W_])")),
    "*": (re.compile(r"(?<!\*)\*++(?!\s|\Z)"), re.compile(r"(?<=[^\s*])\*+")),
}
"""Where CommonMark lets an underscore or a star open and close emphasis, and somewhat more."""
AUTOLINK = re.compile(r"(?<![A-Za-z])<((?:https?|ftp)://[^\s<>]+)>(?=[\s.,:;!?)\"']|\Z)")
LINK = re.compile(r"(?<!!)\[([^\[\]\s]+)\]\(((?:https?://|mailto:)[^\s()]+)\)")
MOST = 40
"""Backslashes of a block that are tried one by one; each costs a reading."""
LONGEST = 20_000
"""Characters of a block up to which the reference parser is asked."""


def without_backslashes(text: str) -> tuple[str, int]:
    r"""Return a block without the backslashes that the reference parser can do without, and how many went.

    >>> without_backslashes(r"Set `a\_b` and MY\_VAR; \*not bold\*")
    ('Set `a\\_b` and MY_VAR; \\*not bold*', 2)
    """
    before = text.count("\\")
    may_be_code = "    " in text and INDENTED.search(text) is not None
    if not may_be_code:
        text = _outside_code(text, lambda part: INERT.sub("", part))
    code = [found.span() for found in SPAN.finditer(text)] if "`" in text else []
    places = [found.start() for found in ESCAPE.finditer(text)]
    places = [place for place in places if not any(start < place < end for start, end in code)]
    if places and len(text) <= LONGEST:
        bare = _without(text, places)
        escaped = {text[place + 1] for place in places}
        may_be_code |= "``" in text or "~~~" in text or any("\n" in text[start:end] for start, end in code)
        if (not may_be_code and _opens_nothing(text, bare, escaped)) or _read(bare) == (meant := _read(text)):
            text = bare
        else:
            for place in reversed(places[:MOST]):
                shorter = text[:place] + text[place + 1 :]
                text = shorter if _read(shorter) == meant else text
    return text, before - text.count("\\")


def _opens_nothing(text: str, bare: str, escaped: set[str]) -> bool:
    """Whether no sign that a block escapes can begin an item or a rule, or open emphasis that a later one closes.

    Nor may signs without a backslash open any: a bare one beside them would change what they are.
    """
    if AT_START.search(text):
        return False
    others = ESCAPED.sub("!", text)
    for opens, closes in map(EMPHASIS.__getitem__, escaped):
        for read in (bare, others):
            opening = opens.search(read)
            if opening and closes.search(read, opening.end()):
                return False
    return True


def with_bare_addresses(text: str) -> tuple[str, int]:
    """Return a block with each address that is its own words written bare, and how many were not.

    >>> with_bare_addresses("See <https://a.b/c>, [www.a.b](http://www.a.b) or `<https://x.y>`.")
    ('See https://a.b/c, www.a.b or `<https://x.y>`.', 2)
    """
    found = 0

    def bare(link: re.Match[str]) -> str:
        nonlocal found
        words = link[1].replace("\\_", "_")
        if link.re is LINK and not is_bare(words, link[2]):
            return link[0]
        found += 1
        return words

    return _outside_code(text, lambda part: LINK.sub(bare, AUTOLINK.sub(bare, part))), found


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    """Return a text with what stands outside spans of code changed."""
    if "`" not in text:
        return change(text)
    out, at = [], 0
    for span in SPAN.finditer(text):
        out += [change(text[at : span.start()]), span[0]]
        at = span.end()
    return "".join([*out, change(text[at:])])


def _without(text: str, places: list[int]) -> str:
    """Return a text without the characters at some places."""
    parts = [text[start + 1 : end] for start, end in zip([-1, *places], [*places, len(text)], strict=True)]
    return "".join(parts)


def _read(text: str) -> list[Any]:
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

"""Writes addresses that are their own words bare, as they were typed, where every reader keeps the link."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from tasks.markdown.fastchat.reading import INDENTED, LONGEST, MOST, code_spans, reading

ADDRESS = re.compile(
    r"(?<![A-Za-z0-9\\~])(?<!\]\()<(?P<url>https?://[^\s<>]+)>"
    r"|(?<![!A-Za-z0-9\\~])\[(?P<words>[^\[\]\s]+)\]\((?P<href>(?:https?://|mailto:)[^\s()<>]+)\)"
)
FOLLOWS = re.compile(r"""[.,:;!?)"'*]*(?:\s|\Z)""")
"""What may touch an address's end without being read into it."""
WEB = re.compile(r"(?:https?://(?=[^\W_])|www\.(?=[^\W_]))(?:[^\W_]|[-.:])+(?:[/?#]\S*)?")
EMAIL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9+.-]*[A-Za-z0-9])?@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9]+")
LAST = re.compile(r"[^\W_]|[/=#%+)-]")
"""How an address may end: with no stop, which readers leave out."""
ENTITY = re.compile(r"&#?\w+;")
PLAIN = re.compile(r"(?:[^\W_]|(?<=[^\W_])_(?=[^\W_])|[-/:.?=%#+@,;&()'])+")
"""An address in which no reader finds markup."""
TOUCHED = frozenset("*_")
"""Signs of markup that look at what is beside them."""
SUSPECT = re.compile(r"[`<]|~~~|\][(\[:]")
"""What may make a block's address something else than a link in a sentence."""
AN_ADDRESS = re.compile(r"://|www\.|@")
"""What may make a word an address: what is glued to it is read into it."""
BRACKET = re.compile(r"(?<!\\)[\[\]]")
ASCII = "".join(map(chr, range(33, 127)))


class Address(NamedTuple):
    """Where an address stands in a block, its words, and whether no reader can see markup in them."""

    start: int
    end: int
    words: str
    plain: bool


def with_bare_addresses(text: str) -> tuple[str, int]:
    """Return a block with each address that is its own words written bare, and how many were not.

    >>> with_bare_addresses("See <https://a.b/c>, [www.a.b](http://www.a.b) or `<https://x.y>`.")
    ('See https://a.b/c, www.a.b or `<https://x.y>`.', 2)
    """
    prose = _without_code(text)
    found = _addresses(prose)
    if not found:
        return text, 0
    bare = _bare(text, found)
    if not all(one.plain for one in found) or INDENTED.search(text) or "\t" in text or _is_suspect(prose, found):
        if len(text) > LONGEST:
            return text, 0
        meant = _flat(text)
        if _flat(bare) != meant:
            found = [one for one in found[:MOST] if _flat(_bare(text, [one])) == meant]
            bare = _bare(text, found)
            if _flat(bare) != meant:
                return text, 0
    return bare, len(found)


def _without_code(text: str) -> str:
    """Return a text of the same length, another sign in the place of code; backticks where it may be none."""
    out, at = [], 0
    for start, end in code_spans(text):
        unsure = "\n" in text[start:end] or text[start - 1 : start] == "\\"
        out += [text[at:start], ("`" if unsure else "\ue000") * (end - start)]
        at = end
    return "".join([*out, text[at:]])


def _addresses(text: str) -> list[Address]:
    """Return addresses outside code that are their own words and that readers link when they are bare."""
    found: list[Address] = []
    at = depth = 0
    for link in ADDRESS.finditer(text):
        start, end = link.span()
        beside = text[at:start]
        depth = _depth(beside, depth)
        word = beside.split()[-1] if beside[-1:].strip() else ""
        glued = AN_ADDRESS.search(word) or (at and len(word) == len(beside))
        at = end
        if depth or glued or not FOLLOWS.match(text, end):
            continue
        words = link["url"] or link["words"].replace("\\_", "_").replace("\\*", "*")
        if link["href"] and not _is_target(words, link["href"]):
            continue
        before, after = text[start - 1 : start], text[end : end + 1]
        struck = "~" in words and text.count("~") > 1
        if _is_linked(before, words) and not struck and not ENTITY.search(words + after):
            plain = TOUCHED.isdisjoint([before, after]) and PLAIN.fullmatch(words) is not None
            found.append(Address(start, end, words, plain))
    return found


def _depth(text: str, depth: int) -> int:
    """Return how many square brackets are open where a text ends: within them, readers link no bare address.

    Args:
        text: what stands before an address.
        depth: how many were open where it begins.
    """
    for bracket in BRACKET.findall(text):
        depth = max(0, depth + (1 if bracket == "[" else -1))
    return depth


def _is_target(words: str, href: str) -> bool:
    """Whether readers link words, which are an address, to this target."""
    scheme = "mailto:" if EMAIL.fullmatch(words) else "http://" if words.startswith("www.") else ""
    return quote(scheme + words, ASCII) == quote(href, ASCII)


def _is_linked(before: str, words: str) -> bool:
    """Whether readers link words behind a character, and all of them."""
    if EMAIL.fullmatch(words):
        return before not in (":", "+", "-", ".", "_", "/")
    if words.startswith("www.") and before not in ("", " ", "\n", "("):
        return False
    ends = LAST.match(words[-1]) is not None and words.count("(") == words.count(")")
    return ends and WEB.fullmatch(words) is not None


def _is_suspect(text: str, found: list[Address]) -> bool:
    """Whether what stands beside the addresses may make them something else."""
    ends = [0, *(one.end for one in found)]
    starts = [*(one.start for one in found), len(text)]
    return any(SUSPECT.search(text, end, start) for end, start in zip(ends, starts, strict=True))


def _bare(text: str, found: list[Address]) -> str:
    """Return a text with addresses written bare."""
    out, at = [], 0
    for one in found:
        out += [text[at : one.start], one.words]
        at = one.end
    return "".join([*out, text[at:]])


def _flat(text: str) -> list[Any]:
    """Return how the reference parser reads a block, addresses that are their own words as words."""
    return [
        [(kind, unquote(value)) for kind, value in _words(block)] if isinstance(block, list) else block
        for block in reading(text)  # which shows `%20` in a link's words as a blank
    ]


def _words(inline: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return inline markup without links to their own words."""
    out: list[tuple[str, str]] = []
    at = 0
    while at < len(inline):
        kind, value = inline[at]
        inside = inline[at + 1 : at + 3]
        if (
            kind == "link_open"
            and len(inside) == 2
            and inside[1][0] == "link_close"
            and _is_target(inside[0][1], value)
        ):
            kind, value = inside[0]
            at += 2
        if kind == "text" and out and out[-1][0] == "text":
            out[-1] = ("text", out[-1][1] + value)
        else:
            out.append((kind, value))
        at += 1
    return out

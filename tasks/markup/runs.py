"""All runs of inline markup of an answer at once: plain text, inline code, plain emphasis and bare links.

The runs are joined, so that each pattern passes over an answer once, in C. Spans of code and addresses are lifted out
first: what is left is text and tags, and a run is certain if nothing in it could be read otherwise than meant.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tasks.markup.escape import FIRST, FIRST_LINE
from tasks.markup.events import BLANK
from tasks.markup.page import Unknown

JOINT = "\0"
"""Stands between runs: an answer that holds it takes the general walk."""
LINKED = "\1"
"""Stands for a bare link while its run is judged."""
LINK = re.compile(
    r'<a href="(?<![^\W_]<a href=")(https?://[^\s"<>`]+)"(?: target="_new")?>\1</a>(?=[ \t\n.,:;!?)"\'\0]|\Z)'
)
CODE = re.compile(r"<code>([^<`\n ][^<`\n]*)</code>")
# A delimiter may neither touch a letter on its outer side, nor another tag or link; its inner edges are no blanks.
STRONG = re.compile(r"<strong>(?<![^\W_]<strong>)(?<![>\1]<strong>)([^\s<\1][^<\n\1]*(?<!\s))</strong>(?![^\W_]|[<\1])")
EM = re.compile(r"<em>(?<![^\W_]<em>)(?<![>\1*]<em>)([^\s<\1*][^<\n\1]*(?<![\s*]))</em>(?![^\W_]|[<\1*])")
RISKS = re.compile(  # escape.RISKS as the markup writes them
    r"\\(?:[!-/:-@\[-`{-~\n\0]|\Z)|\*(?:(?![ \n])|(?<![ \n]\*))|_(?:(?!\w)|(?<![^\W_]_))|~~|\]\("
    r"|&(?:lt;(?:[A-Za-z/!?]|[^\s@]{1,400}@)|amp;[#A-Za-z])"
)
OPENING = re.compile(rf"{JOINT}[{re.escape(''.join(sorted(FIRST - {'`'})))}]")
"""A run that begins like another block than a paragraph; a tick opens a span of code, since no code holds a newline."""


class Runs(NamedTuple):
    """Runs as Markdown.

    Args:
        texts: one per run, stripped; null: the tree must tell.
        plain: whether all are single lines that begin nothing but a paragraph; else that is to be looked at.
    """

    texts: list[str | None]
    plain: bool


def render(joined: str) -> Runs:
    """Render runs of inline markup, which JOINT parts.

    Raises:
        Unknown: there is a character reference that the page does not write.
    """
    source = joined
    links: list[str] = []
    if "<a " in joined and LINKED not in joined:
        links = LINK.split(joined)
        joined = LINKED.join(links[::2])
    codes = CODE.split(joined)
    text = "`".join(codes[::2])
    if text.count("`") != len(codes) // 2:
        return _without_ticks(source)
    doubts: set[int] = set()
    # One character is found twenty times as fast as two: `RISKS` looks for `](` and `~~` where their first stands.
    marked = "_" in text or "*" in text or "&" in text or "\\" in text or "]" in text or "~" in text
    if marked and RISKS.search(text):
        doubts.update(at for at, run in enumerate(text.split(JOINT)) if RISKS.search(run))
    if "<" in text:
        if "<strong>" in text:
            text = "**".join(STRONG.split(text))
        if "<em>" in text:
            text = "*".join(EM.split(text))
        if "<" in text:
            doubts.update(at for at, run in enumerate(text.split(JOINT)) if "<" in run)
    if len(codes) > 1:
        codes[::2] = text.split("`")
        text = "`".join(codes)
    if links:
        links[::2] = text.split(LINKED)
        text = "".join(links)
    if "&" in text:
        text = decoded(text)
    return _parted(text, doubts)


def _parted(joined: str, doubts: set[int]) -> Runs:
    """Part the runs again."""
    texts: list[str | None] = [text.strip(BLANK) for text in joined.split(JOINT)]
    plain = "\n" not in joined
    if plain and OPENING.search(JOINT + joined):
        plain = not any(text and text[0] in FIRST and text[0] != "`" and FIRST_LINE.match(text) for text in texts)
    for doubt in doubts:
        texts[doubt] = None
    return Runs(texts, plain)


def decoded(text: str) -> str:
    """Decode the character references that the page writes, each once.

    Raises:
        Unknown: there is another one.
    """
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    if text.count("&") != text.count("&amp;"):
        raise Unknown
    return text.replace("&amp;", "&")


def _without_ticks(joined: str) -> Runs:
    """Render all runs but those that hold a backtick of their own, which are left to the tree."""
    sources = joined.split(JOINT)
    odd = ["`" in CODE.sub("", source) for source in sources]
    rest = render(JOINT.join(["" if own else source for own, source in zip(odd, sources, strict=True)]))
    return Runs([None if own else text for own, text in zip(odd, rest.texts, strict=True)], rest.plain)

"""Code blocks by the frame around their code: the page draws few, so each is read once and then known."""

from __future__ import annotations

import re
from functools import lru_cache

from turbohtml import Element, parse_fragment

from tasks.markup.code import fenced, language_of
from tasks.markup.newlines import GUESSES, restored
from tasks.markup.page import Page, Unknown
from tasks.markup.runs import decoded

SPAN = re.compile(r'<(?:/span|span(?: class="[^"<>&]*")?)>')
FURNITURE = re.compile(r"<(?!/?(?:div|span|button|svg|path|rect|polyline|line|circle|g)[ />])")
LONGEST = 4_000
"""Characters of a frame that is remembered; the page's have some 800."""


def framed_code(source: str, page: Page) -> str:
    """Render what stands inside a `<pre>` as a fenced block, and note its language.

    Raises:
        Unknown: the frame is not the page's, or more than spans stands in the code.
    """
    start = source.find(">", source.find("<code")) + 1
    end = source.rfind("</code>")
    if start > LONGEST or len(source) - end > LONGEST:
        raise Unknown
    found = _label(source[:start], source[end:])
    if found is None:
        raise Unknown
    text = body = source[start:end]
    if "<" in body:
        pieces = SPAN.split(body)
        text = "".join(pieces)
        if "<" in text or 2 * body.count("</span") != len(pieces) - 1:
            raise Unknown
    if "&" in text:
        text = decoded(text)
    page.code.append(found)
    if found[0] in GUESSES and "hljs-selector-attr" in body:
        code = parse_fragment(f"<code>{body}</code>").children[0]
        assert isinstance(code, Element)
        text, count = restored(code)
        if count:
            page.note("newlines", str(count))
    return fenced(text, found[0])


@lru_cache(1024)
def _label(head: str, tail: str) -> tuple[str | None, str] | None:
    """Read language and label off what stands before and behind the code; None where it is not the page's furniture.

    What the parser writes as it was read is balanced: no tag in it closes or opens anything outside.
    """
    source = f"<pre>{head}x{tail}</pre>"
    before, *codes = f"{head}{tail}".split("<code")
    if len(codes) != 1 or FURNITURE.search(before + codes[0].replace("</code>", "", 1)):
        return None
    root = parse_fragment(source)
    pre = root.children[0] if root.inner_html == source else None
    code = pre.find("code") if isinstance(pre, Element) else None
    if not isinstance(pre, Element) or code is None or code.text != "x":
        return None
    return language_of(pre, code)

"""The tree of one answer, parsed so that no text is lost where the markup is broken."""

from __future__ import annotations

import html as entities
import re

from turbohtml import Comment, Element, parse_fragment

CDATA = "<![CDATA["
END = "<!--end-->"
"""Appended before parsing: where the parser does not see it, an open tag or quote has swallowed the text before it."""
TAG = re.compile(r"<[/!?A-Za-z](?:[^\"'>]|\"[^\"]*\"|'[^']*')*+>")
OPEN_TAG = re.compile(r"<[/!?A-Za-z][^<>]*>?")
MENDS = 8
"""Broken tags mended one by one; an answer with more is kept as text."""


def parse(html: str) -> tuple[Element, list[str]]:
    """Parse an answer's HTML in linear time.

    Returns:
        The root, whose children are the answer's nodes, and which repairs it took: cdata, nul, open_tag, unconverted.
    """
    mended = []
    if "!" in html and CDATA in html:  # the one character is found at once
        html = _open_cdata(html)
        mended.append("cdata")
    if "\0" in html:
        # The HTML standard deletes or replaces NUL depending on where it stands; it is deleted everywhere here.
        html = html.replace("\0", "")
        mended.append("nul")
    root = parse_fragment(html + END)
    if _saw_end(root):
        return root, mended
    for _ in range(MENDS):
        html = _mend_tag(html)
        root = parse_fragment(html + END)
        if _saw_end(root):
            return root, [*mended, "open_tag"]
    return parse_fragment(entities.escape(OPEN_TAG.sub("", html), quote=False)), [*mended, "unconverted"]


def _saw_end(root: Element) -> bool:
    """Whether the end mark is a comment of the tree: last at the root, or within what was left open."""
    size = len(root)
    return (size > 0 and type(last := root[size - 1]) is Comment and last.data == "end") or END in root.html


def _open_cdata(html: str) -> str:
    """Write CDATA sections as the text they hold; an HTML parser would drop them as comments."""
    first, *rest = html.split(CDATA)
    parts = [first]
    for section in rest:
        text, end, after = section.partition("]]>")
        parts += [entities.escape(text, quote=False), after] if end else [section]
    return "".join(parts)


def _mend_tag(html: str) -> str:
    """Write the first tag that never ends (an open quote, the end of the answer) as its name alone, or as text."""
    at = html.find("<")
    while at >= 0:
        whole = TAG.match(html, at)
        following = html[at + 1 : at + 2]
        if whole is None and following.isascii() and (following.isalpha() or following in "/!?") and following:
            found = OPEN_TAG.match(html, at)
            name = re.match(r"</?[A-Za-z][A-Za-z0-9]*", html[at : at + 40])
            if found and found[0].endswith(">") and name:
                return f"{html[:at]}{name[0]}>{html[found.end() :]}"
            return f"{html[:at]}&lt;{html[at + 1 :]}"
        at = html.find("<", whole.end() if whole else at + 1)
    return html

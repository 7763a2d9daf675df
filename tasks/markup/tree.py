"""The tree of one answer, parsed so that no text is lost where the markup is broken."""

from __future__ import annotations

import html as entities

from turbohtml import Element, parse_fragment

CDATA = "<![CDATA["


def parse(html: str) -> tuple[Element, list[str]]:
    """Parse an answer's HTML in linear time.

    Returns:
        The root, whose children are the answer's nodes, and what had to be mended first, in a few words each.
    """
    mended = []
    if CDATA in html:
        html = _open_cdata(html)
        mended.append("cdata")
    if "\0" in html:
        # The HTML standard deletes or replaces NUL depending on where it stands; it is deleted everywhere here.
        html = html.replace("\0", "")
        mended.append("nul")
    last = html.rfind("<")
    if last >= 0 and html.find(">", last) < 0:
        html, hint = _keep_open_tag(html, last)
        mended += hint
    root = parse_fragment(html)
    return root, mended


def _open_cdata(html: str) -> str:
    """Write CDATA sections as the text they hold; an HTML parser would drop them as comments."""
    first, *rest = html.split(CDATA)
    parts = [first]
    for section in rest:
        text, end, after = section.partition("]]>")
        parts += [entities.escape(text, quote=False), after] if end else [section]
    return "".join(parts)


def _keep_open_tag(html: str, last: int) -> tuple[str, list[str]]:
    """Mend a tag that the end of the answer cuts off: a parser would drop it with the text it swallowed."""
    following = html[last + 1 : last + 2]
    if not (following.isascii() and (following.isalpha() or following in "/!?")) or not following:
        return html, []
    return html[:last] + "&lt;" + html[last + 1 :], ["open_tag"]

"""Footnotes: references as `[^label]`, and the list at the end that defines them."""

from __future__ import annotations

import re
from urllib.parse import unquote

from turbohtml import Element

REFERENCE = re.compile(r"#(?:user-content-)?fn(?:[-:](\S+)|(\d+))\Z")
BACK = re.compile(r"#(?:user-content-)?fnref(?:[-:](\S+)|(\d+))\Z")
"""Where a reference leads and its definition leads back, as remark, markdown-it, Pandoc and python-markdown write."""
NO_LABEL = re.compile(r"[\s\[\]]")


def reference_label(href: str) -> str | None:
    """Return the label of the footnote that a link leads to, or None where it leads elsewhere."""
    return _label(REFERENCE.match(href))


def leads_back(href: str) -> bool:
    """Whether a link leads from a footnote back to its reference."""
    return BACK.match(href) is not None


def definition_items(node: Element) -> list[tuple[str, Element]]:
    """Return label and item of each footnote that a section or list defines; none where it is anything else."""
    children = [child for child in node.children if type(child) is Element]
    if node.tag != "ol":
        lists = [child for child in children if child.tag == "ol"]
        others = {child.tag for child in children} - {"ol", "hr", "h1", "h2", "h3", "h4", "h5", "h6"}
        return definition_items(lists[0]) if len(lists) == 1 and not others else []
    items = []
    for item in children:
        links = (_label(BACK.match(link.attr("href") or "")) for link in item.find_all("a"))
        label = next((label for label in links if label), None)  # the first reference bears the footnote's own label
        if label is None:
            return []
        items.append((label, item))
    return items


def _label(found: re.Match[str] | None) -> str | None:
    """Return the label that an address names."""
    return NO_LABEL.sub("-", unquote(found[1] or found[2])) if found else None

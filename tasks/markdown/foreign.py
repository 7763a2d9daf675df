"""Markup outside the page's vocabulary (other clients, pollution), by BeautifulSoup and markdownify."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup
from markdownify import MarkdownConverter
from turbohtml import Element

LARGEST = 200_000
"""Characters of a foreign element beyond which only its text is kept: the two take 0.5 ms a kilobyte."""

CONVERTER: Any = MarkdownConverter(
    heading_style="atx",
    bullets="-",
    escape_asterisks=False,
    escape_underscores=False,
    escape_misc=False,
    newline_style="spaces",
)


def foreign_block(node: Element) -> str:
    """Convert an element of another page to Markdown."""
    html = node.html
    if len(html) > LARGEST:
        return node.text.strip()
    try:
        return str(CONVERTER.convert_soup(BeautifulSoup(html, "lxml"))).strip()
    except RecursionError:  # markdownify recurses once per level, some 330 levels deep
        return node.text.strip()


def foreign_inline(node: Element) -> str:
    """Convert an inline element of another page to Markdown on one line."""
    return " ".join(foreign_block(node).split())

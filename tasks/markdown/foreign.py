"""Elements that no rule of ours knows (custom elements, other clients' markup), by BeautifulSoup and markdownify."""

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
    """Return an element of another page as Markdown; its text alone where it is very large or nested very deep."""
    html = node.html
    if len(html) > LARGEST:
        return node.text.strip()
    try:
        return str(CONVERTER.convert_soup(BeautifulSoup(html, "lxml"))).strip()
    except RecursionError:  # markdownify recurses once per level, some 330 levels deep
        return node.text.strip()

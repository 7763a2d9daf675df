"""Elements that no rule of ours knows (custom elements, other clients' markup), by BeautifulSoup and markdownify."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from turbohtml import Element

LARGEST = 200_000
"""Characters of a foreign element beyond which only its text is kept: the two take 0.5 ms a kilobyte."""


@cache
def _converter() -> Callable[[str], str]:
    """Load what converts: few inputs hold such elements, and it takes 60 ms a process."""
    from bs4 import BeautifulSoup
    from markdownify import MarkdownConverter

    converter = MarkdownConverter(
        heading_style="atx",
        bullets="-",
        escape_asterisks=False,
        escape_underscores=False,
        escape_misc=False,
        newline_style="spaces",
    )
    return lambda html: str(converter.convert_soup(BeautifulSoup(html, "lxml")))


def foreign_block(node: Element) -> str:
    """Return an element of another page as Markdown; its text alone where it is very large or nested very deep."""
    html = node.html
    if len(html) > LARGEST:
        return node.text.strip()
    try:
        return _converter()(html).strip()
    except RecursionError:  # markdownify recurses once per level, some 330 levels deep
        return node.text.strip()

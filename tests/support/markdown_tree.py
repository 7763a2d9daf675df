"""Markdown as a list of comparable tokens."""

from __future__ import annotations

import re
from typing import Any

from markdown_it import MarkdownIt

READER = MarkdownIt("commonmark", {"html": False}).enable("table")


def tree(markdown: str, numbers: bool = True) -> list[Any]:
    """Read Markdown: soft breaks are blanks, runs of blanks are one, languages and markers are left out."""
    out: list[Any] = []
    for token in READER.parse(markdown):
        if token.type == "inline":
            out.append(inline(token.children or []))

        elif token.type in ("fence", "code_block"):
            out.append(("code", token.content.rstrip("\n")))
        elif token.type == "ordered_list_open":
            out.append((token.type, token.attrs.get("start", 1) if numbers else 1))
        else:
            out.append((token.type, token.tag, tuple(sorted(token.attrs.items())) if token.tag in ("th", "td") else ()))
    return _without_empty(out)


def _without_empty(out: list[Any]) -> list[Any]:
    """Leave out paragraphs of nothing: markdown-it takes NBSP for a blank, so it can write one."""
    kept: list[Any] = []
    for item in out:
        if item and item[0] == "paragraph_close" and kept[-1] == []:
            del kept[-2:]
        else:
            kept.append(item)
    return kept


def inline(tokens: list[Any]) -> list[Any]:
    """Make inline tokens comparable."""
    out: list[Any] = []
    for token in _without_bare_links(tokens):
        if token.type in ("text", "text_special", "softbreak"):
            text = token.content if token.type != "softbreak" else " "
            if out and out[-1][0] == "text":
                text = out.pop()[1] + text
            if text:
                out.append(("text", re.sub(r"\s+", " ", text)))
        elif token.type in ("code_inline", "image", "link_open"):
            out.append((token.type, token.content, tuple(sorted(token.attrs.items()))))
        else:
            if token.type == "hardbreak" and out and out[-1][0] == "text":
                text = out.pop()[1].rstrip()
                out += [("text", text)] if text else []
            out.append((token.type,))
    return out


def _without_bare_links(tokens: list[Any]) -> list[Any]:
    """Read `<https://a.b>` as the bare address, which the page makes a link too."""
    out: list[Any] = []
    skip = False
    for token, following in zip(tokens, [*tokens[1:], None], strict=False):
        if token.type == "link_open" and following.content == token.attrs["href"]:
            skip = True
        elif token.type == "link_close" and skip:
            skip = False
        else:
            out.append(token)
    return out

"""What a reader of Markdown reads: markdown-it-py's token tree, made comparable."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

READER = MarkdownIt("commonmark").enable("table")
BLANKS = re.compile(r"[ \t]+")


@dataclass
class Reading:
    """A text as read: its tree, its code blocks (text, language), its ordered lists' first numbers."""

    tree: list[Any] = field(default_factory=list)
    code: list[tuple[str, str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    def without_html(self) -> list[Any]:
        """The tree without raw HTML and the blocks it leaves empty: what is left of it on a page that drops HTML."""
        out: list[Any] = []
        for item in self.tree:
            if item[0] == "html_block":
                continue
            if item[0] == "inline":
                text = [piece for piece in item[1] if piece[0] != "html"]
                words = "".join(str(piece[1]) if piece[0] == "text" else repr(piece) for piece in text)
                item = ("inline", " ".join(words.split()))
            out.append(item)
        return out


def read(markdown: str) -> Reading:
    """Read Markdown: soft breaks are blanks, runs of blanks one, a code block's language stands apart."""
    reading = Reading()
    for token in READER.parse(markdown):
        if token.type == "inline":
            reading.tree.append(("inline", _inline(token.children or [])))
        elif token.type in ("fence", "code_block"):
            # An unclosed fence at the end of a broken-off answer has no last newline; blank last lines are not read.
            text = token.content.rstrip()
            reading.tree.append(("code", text))
            reading.code.append((text, token.info.strip()))
        elif token.type == "ordered_list_open":
            number = int(token.attrs.get("start", 1))
            reading.numbers.append(number)
            reading.tree.append((token.type, number))
        elif token.type == "html_block":
            reading.tree.append((token.type, token.content))
        else:
            reading.tree.append((token.type, token.tag))
    return reading


def _inline(tokens: list[Token]) -> list[tuple[str, Any]]:
    """Make inline tokens comparable."""
    out: list[tuple[str, Any]] = []
    for token in tokens:
        if token.type in ("text", "text_special", "softbreak"):
            text = token.content if token.type != "softbreak" else " "
            if out and out[-1][0] == "text":
                text = str(out.pop()[1]) + text
            out.append(("text", BLANKS.sub(" ", text)))
        elif token.type == "code_inline":
            out.append(("code", token.content))
        elif token.type == "html_inline":
            out.append(("html", token.content))
        elif token.type == "image":
            out.append(("image", (token.attrs.get("src"), token.content)))
        elif token.type == "link_open":
            out.append(("link", token.attrs.get("href")))
        else:
            out.append((token.type, ""))
    return out


def needless_backslashes(markdown: str, reading: Reading, most: int = 50) -> list[str]:
    """Return the surroundings of each backslash (of the first `most`) whose removal leaves the tree the same."""
    found = []
    for place in [at for at, character in enumerate(markdown) if character == "\\"][:most]:
        if read(markdown[:place] + markdown[place + 1 :]).tree == reading.tree:
            found.append(markdown[max(0, place - 20) : place + 20])
    return found

"""Code and paragraphs of nested items, which FastChat leaves right behind tabs, put back into these items.

Of a nested item's code its converter indents neither the first line nor the closing fence, which for every reader ends
the list and opens code at the closing fence; a nested item's paragraphs it sets where the item's bullet stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

ITEM = re.compile(r"(?:[*+-]|\d{1,9}\.) ")
FENCE = re.compile(r"\t+(`{3,})([^`\s]*)\Z")


@dataclass(slots=True)
class Nested:
    """The nested items that are open in an item, and what was moved into them.

    Args:
        widths: columns of each open item's marker, by the tabs before it.
        deep: the tabs of the item into which the line before was put; 0 where it was not.
        behind_code: whether the line before ends code.
        moved: blocks that were put into items.
    """

    widths: dict[int, int] = field(default_factory=dict)
    deep: int = 0
    behind_code: bool = False
    moved: int = 0

    def add(self, line: str, gap: int) -> list[str]:
        """Return a line that begins with tabs, and the blank lines before it, as they stand in the nested item."""
        text = line.lstrip("\t")
        depth = len(line) - len(text)
        item = ITEM.match(text)
        if item:
            self.widths = {other: width for other, width in self.widths.items() if other < depth}
            self.widths[depth] = len(item[0])
        elif depth in self.widths and not text.startswith(" ") and (gap or depth == self.deep):
            begins = gap > 0 or self.behind_code
            self.moved += begins
            self.deep, self.behind_code = depth, False
            return [*[""] * begins, line[:depth] + " " * self.widths[depth] + text]
        self.deep, self.behind_code = 0, False
        return [""] * gap + [line]

    def add_code(self, code: list[str], depth: int) -> list[str]:
        """Return an item's code, as `nested_code` found it, indented and set off by blank lines."""
        pad = "\t" * depth + " " * self.widths[depth]
        self.moved += 1
        self.deep, self.behind_code = depth, True
        return ["", *[pad + line if line else "" for line in code]]


def nested_code(lines: list[str], at: int) -> tuple[list[str], int] | None:
    """Return a nested item's code with its fences, without tabs, and where its lines end; None where none begins.

    Args:
        lines: the answer's lines.
        at: the line that may be the opening fence.
    """
    opens = FENCE.match(lines[at])
    if opens is None:
        return None
    tabs = lines[at][: opens.start(1)]
    body: list[str] = []
    for end in range(at + 1, len(lines)):
        line = lines[end]
        if line == opens[1]:
            return [opens[1] + opens[2], *body, opens[1]], end + 1
        if (body and line.strip() and not line.startswith(tabs)) or FENCE.match(line):
            return None  # FastChat sets tabs before all lines of the code but the first
        body.append(line.removeprefix(tabs))
    return None

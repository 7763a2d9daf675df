"""Reads Markdown that FastChat wrote as what stands at its margin: items, fences, headings, texts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

FENCE = re.compile(r"(`{3,})([^`]*)\Z")
ITEM = re.compile(r"(?:(\d{1,9})\.|\*)(?: |\Z)")
HEADING = re.compile(r"#{1,6} ")
UNDERLINE = re.compile(r"(?:-{2,}|=+)\Z")


@dataclass(slots=True)
class Segment:
    """One block at the margin.

    Args:
        kind: item, fence, heading, text, or nested (lines behind tabs that no item stands right before).
        lines: its lines; an item's nested lines, which begin with tabs, among them.
        gap: blank lines before it.
        number: an ordered item's number.
        indent: columns that it moves to the right, to stand in the item it belongs to.
    """

    kind: str
    lines: list[str]
    gap: int
    number: int | None = None
    indent: int = field(default=0)

    @property
    def is_list(self) -> str:
        """The list that an item is of: `ordered` or `bullets`; empty for what is no item."""
        return "" if self.kind != "item" else "bullets" if self.number is None else "ordered"

    def announces(self) -> bool:
        """Whether its last line announces what follows."""
        return self.lines[-1].rstrip("*_ ").endswith((":", "："))


def segments(text: str) -> list[Segment] | None:
    """Return the blocks at a text's margin; None where its fences do not pair as FastChat writes them."""
    found: list[Segment] = []
    gap, ticks = 0, ""
    for line in text.split("\n"):
        if ticks:
            found[-1].lines.append(line)
            ticks = "" if line.rstrip() == ticks else ticks
        elif not line.strip():
            gap += 1
        else:
            fence = FENCE.match(line)
            if fence and " " in fence[2].strip():  # words behind a closing line: FastChat took one block for another
                return None
            ticks = fence[1] if fence else ""
            _add(found, line, gap, fence is not None)
            gap = 0
    lone = ticks and found[-1].lines[0] == ticks and any(segment.kind == "fence" for segment in found[:-1])
    return None if lone else found


def _add(found: list[Segment], line: str, gap: int, is_fence: bool) -> None:
    """Add a line that stands in no fence: to the last block, or as the first of a new one."""
    last = found[-1] if found else None
    item = ITEM.match(line)
    if is_fence:
        found.append(Segment("fence", [line], gap))
    elif item:
        found.append(Segment("item", [line], gap, int(item[1]) if item[1] else None))
    elif line[0] == "\t" and last is not None:
        if last.kind in ("item", "nested"):
            last.lines += [""] * gap + [line]
        else:
            found.append(Segment("nested", [line], gap))
    elif HEADING.match(line):
        found.append(Segment("heading", [line], gap))
    elif last is not None and not gap and last.kind in ("text", "item"):
        last.lines.append(line)
        if last.kind == "text" and UNDERLINE.match(line):
            last.kind = "heading"
    else:
        found.append(Segment("text", [line], gap))

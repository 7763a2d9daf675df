"""Reads Markdown that FastChat wrote as what stands at its margin: items, fences, headings, texts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.markdown.fastchat.nested import Nested, nested_code

FENCE = re.compile(r"(`{3,})([^`]*)\Z")
ITEM = re.compile(r"(?:(\d{1,9})\.|\*)(?: |\Z)")
HEADING = re.compile(r"#{1,6} ")
RULE = "---"
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
        nested: the nested items in it, where it has lines behind tabs.
        marked: whether it is a heading that got a # for its underline.
    """

    kind: str
    lines: list[str]
    gap: int
    number: int | None = None
    indent: int = 0
    nested: Nested | None = None
    marked: bool = False

    def announces(self) -> bool:
        """Whether its last line announces what follows."""
        return self.lines[-1].rstrip("*_ ").endswith((":", "："))


def segments(text: str) -> list[Segment] | None:
    """Return the blocks at a text's margin; None where its fences do not pair as FastChat writes them."""
    found: list[Segment] = []
    lines = text.split("\n")
    gap = at = 0
    while at < len(lines):
        line = lines[at]
        fence = FENCE.match(line) if line.startswith("```") else None
        at += 1
        if fence:
            ticks, label = fence[1], fence[2].strip()
            if " " in label:  # words behind a closing line: FastChat took one block for another
                return None
            try:
                end = lines.index(ticks, at) + 1
            except ValueError:
                end = len(lines) + 1
            if end > len(lines) and not label and any(block.kind == "fence" for block in found):
                return None  # a closing line that was read as an opening one
            found.append(Segment("fence", lines[at - 1 : end], gap))
            at, gap = end, 0
        elif not line or line.isspace():
            gap += 1
        elif line[0] == "\t" and "```" in line and (code := _code_in(found, lines, at - 1)):
            at, gap = code, 0
        else:
            _add(found, line, gap)
            gap = 0
    return found


def _add(found: list[Segment], line: str, gap: int) -> None:
    """Add a line that stands in no fence: to the last block, or as the first of a new one."""
    last = found[-1] if found else None
    first = line[0]
    # The first character first: three patterns for every line take a third of the time.
    if (first == "*" or first.isdigit()) and (item := ITEM.match(line)):
        found.append(Segment("item", [line], gap, int(item[1]) if item[1] else None))
    elif first == "\t" and last is not None:
        if last.kind not in ("item", "nested"):
            found.append(last := Segment("nested", [], gap))
            gap = 0
        last.nested = last.nested or Nested()
        last.lines += last.nested.add(line, gap)
    elif first == "#" and HEADING.match(line):
        found.append(Segment("heading", [line], gap))
    elif last is not None and not gap and last.kind in ("text", "item"):
        if first in "-=" and UNDERLINE.match(line):
            _underline(last, line)
        else:
            last.lines.append(line)
    else:
        found.append(Segment("text", [line], gap))


def _code_in(found: list[Segment], lines: list[str], at: int) -> int:
    """Add a nested item's code to the last block, if it begins at a line; return where it ends, 0 where none does."""
    nested = found[-1].nested if found else None
    depth = len(lines[at]) - len(lines[at].lstrip("\t"))
    code = nested_code(lines, at) if nested and depth in nested.widths else None
    if nested is None or code is None:
        return 0
    found[-1].lines += nested.add_code(code[0], depth)
    return code[1]


def _underline(last: Segment, line: str) -> None:
    """Add a line that makes a heading of the text above; what begins as an item does needs # for that.

    FastChat writes as many signs as the heading has characters.
    """
    if last.kind == "item" and len(last.lines) == 1 and len(line) == len(last.lines[0]) > len(RULE):
        last.lines[0] = f"{'#' if line[0] == '=' else '##'} {last.lines[0]}"
        last.kind, last.number, last.marked = "heading", None, True
        return
    last.lines.append(line)
    if last.kind == "text":
        last.kind = "heading"

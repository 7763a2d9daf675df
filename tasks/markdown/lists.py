"""Lists: tight and loose, nested, with the numbers the author gave them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from turbohtml import Element, Node, Text

from tasks.markdown.events import BLANK
from tasks.markdown.state import Block, State

Walk = Callable[[Sequence[Node], State, int], list[Block]]


@dataclass(slots=True)
class Count:
    """The numbering of the ordered lists among one element's children.

    Args:
        next_number: the number after the last ordered list's last item; 0 = none yet, or a heading ended it.
        items: how many items that list had.
        open_end: whether its last item ends with a colon: what follows belongs to it.
        between: tags of the blocks since.
    """

    next_number: int = 0
    items: int = 0
    open_end: bool = False
    between: set[str] = field(default_factory=set)

    def pass_by(self, tag: str) -> None:
        """Take note of a block after the last ordered list; a heading or rule ends the count."""
        if tag in ENDS_COUNT:
            self.next_number = 0
        elif self.next_number:
            self.between.add(tag)

    def close(self, number: int, items: int, text: str) -> None:
        """Take note of an ordered list."""
        self.next_number, self.items, self.between = number, items, set()
        self.open_end = _introduces(text)


RULE = re.compile(r"([-*])(?: *\1){2,} *(?:\n|\Z)")
"""A line of markers that would read as a rule."""
ENDS_COUNT = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "hr"])


def _introduces(text: str) -> bool:
    """Whether a text announces what follows it."""
    return text[-4:].rstrip("*_ ").endswith((":", "：")) if text else False


def list_block(node: Element, state: State, depth: int, walk: Walk, before: list[Block], count: Count) -> str:
    """Render a list.

    Args:
        node: the `<ol>` or `<ul>`.
        state: the answer's state.
        depth: levels of nesting still allowed.
        walk: renders an item's children as blocks.
        before: the blocks before the list; two lists of one kind in a row need different markers.
        count: the numbering so far among the list's siblings.
    """
    items = [child for child in node.children if type(child) is Element]
    ordered = node.tag == "ol"
    if state.lost_starts and not ordered and _lost_boxes(items):
        state.note("task_box", "")
    number = _start(node, items, state, before, count) if ordered else 0
    mark = _marker(ordered, before)
    loose = _is_loose(items)
    lines: list[str] = []
    for item in items:
        if item.tag in ("ol", "ul"):  # a list set straight into a list, as some clients do
            inner = walk([item], state, depth - 2)
            head = mark if not ordered else f"{number}{mark}"
            if lines:
                text = "\n".join([text for _, text in inner])
                width = len(head) + 1
                lines.append(" " * width + indented(text, width, state) if state.indent >= 0 else text)
                continue
        else:
            inner = walk(item.children, state, depth - 2)
        head = f"{number}{mark}" if ordered else mark
        lines.append(_item(head, _task(item) if state.boxes else "", inner, loose, state))
        number += 1
    text = ("\n\n" if loose else "\n").join(lines)
    if ordered:
        count.close(number, len(items), text)
    return text


def _is_loose(items: list[Element]) -> bool:
    """Whether some item holds a paragraph: the page draws one in all items of a loose list, in none of a tight."""
    for item in items:
        for part in item.children:
            if type(part) is Element and part.tag == "p":
                return True
    return False


def _start(node: Element, items: list[Element], state: State, before: list[Block], count: Count) -> int:
    """Return the list's first number: its own, or the next one where the sanitiser lost it."""
    own = node.attr("start")
    if own is not None:
        digits = own.strip()
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else 1
    if state.lost_starts and count.next_number and count.between and _continues(node, items, before, count):
        state.note("list_number", str(count.next_number))
        return count.next_number
    return 1


def _continues(node: Element, items: list[Element], before: list[Block], count: Count) -> bool:
    """Say whether a list whose start was lost continues the last one (rules found on lists whose start was kept).

    A sentence that announces a list begins a new one. Else the list continues if what stands between belonged to the
    last item: it announced it, it is code, or either list is a single item (but for the first of a row of such).
    """
    kind, text = before[-1] if before else ("", "")  # the last one may have been empty
    if kind == "text" and _introduces(text):
        return False
    if count.open_end or count.items == 1 or "pre" in count.between:
        return True
    return len(items) == 1 and ("ul" in count.between or not _opens_row(node))


def _opens_row(node: Element) -> bool:
    """Whether the next ordered list beside this one is a single item too."""
    for sibling in node.next_siblings:
        if type(sibling) is Element and sibling.tag == "ol":
            return sum(type(item) is Element for item in sibling) == 1
        if type(sibling) is Element and sibling.tag in ENDS_COUNT:
            return False
    return False


def _marker(ordered: bool, blocks: list[Block]) -> str:
    """Choose the marker: another one than that of a list of the same kind just before."""
    before = blocks[-1][1] if blocks and blocks[-1][0] == "list" else ""
    if ordered:
        line = before.split("\n", 1)[0]
        return ")" if line[:1].isdigit() and line.lstrip("0123456789")[:1] == "." else "."
    return "*" if before.startswith("-") else "-"


def _lost_boxes(items: list[Element]) -> bool:
    """Whether each item begins with a blank, which stood behind a task list's box before the sanitiser took it."""
    texts = (node.data for item in items for node in item.children[:1] if type(node) is Text)
    return len(items) > 0 and [text[:1] for text in texts] == [" "] * len(items)


def _task(item: Element) -> str:
    """Return the box of a task list's item."""
    inner = item.children
    if inner and type(inner[0]) is Element and inner[0].tag == "p":
        inner = inner[0].children
    for part in inner:
        if type(part) is Text:
            if part.data.strip(BLANK):
                return ""
        elif type(part) is Element:
            if part.tag != "input" or (part.attr("type") or "").lower() != "checkbox":
                return ""
            return "[x] " if part.attr("checked") is not None else "[ ] "
    return ""


def _item(head: str, box: str, inner: list[Block], loose: bool, state: State) -> str:
    """Render one item: its blocks under the marker's text column."""
    if not inner:
        return f"{head} {box}".rstrip()
    if inner[0][0] == "rule":
        inner[0] = ("rule", "***" if head != "*" else "---")
    parts = [inner[0][1]]
    for (kind, _), (next_kind, text) in pairwise(inner):
        parts += [_gap(kind, next_kind, text, loose), "***" if next_kind == "rule" else text]
    text = f"{head} {box}" + indented("".join(parts), len(head) + 1, state)
    if RULE.match(text):  # empty items nested three deep
        line = text.split("\n", 1)[0].rstrip()
        return line[:-1] + "+" + text[len(line) :]
    return text


def _gap(kind: str, next_kind: str, text: str, loose: bool) -> str:
    """Return what separates two blocks of an item: a blank line where the item is loose, or where they would melt."""
    if loose:
        return "\n\n"
    if next_kind in ("text", "quote") and kind not in ("text", "code", "heading", "rule"):
        return "\n\n"
    if kind == next_kind == "text":
        return "\n\n"
    interrupts = next_kind != "list" or kind != "text" or text[:2] in ("- ", "* ") or text.startswith("1. ")
    return "\n" if interrupts and kind != "table" and next_kind != "table" else "\n\n"


def indented(text: str, width: int, state: State) -> str:
    """Indent all lines but the first and the empty ones; where the answer's indentation is spent, none."""
    if "\n" not in text or not state.may_indent(text, width):
        return text
    pad = " " * width
    first, *rest = text.split("\n")
    return "\n".join([first, *[pad + line if line else line for line in rest]])

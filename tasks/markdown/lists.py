"""Lists: tight and loose, nested, with the numbers the author gave them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from turbohtml import Element, Node, Text

from tasks.markdown.events import BLANK
from tasks.markdown.numbering import Count, first_number
from tasks.markdown.simple import simple_run
from tasks.markdown.state import Block, State
from tasks.markdown.tags import MARKS

Walk = Callable[[Sequence[Node], State, int], list[Block]]


LEADS = frozenset(["code", *MARKS])
"""Tags at whose sight siblings may well be a run of words, as an item's mostly are."""
RULE = re.compile(r"([-*])(?: *\1){2,} *(?:\n|\Z)")
"""A line of markers that would read as a rule."""


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
    number = first_number(node, items, state, before, count) if ordered else 0
    mark = _marker(ordered, before)
    parts = [item.children for item in items]
    if state.lost_starts and not ordered and _lost_boxes(parts):
        state.note("task_box", "")
    loose = _is_loose(parts)
    boxes = node.find("input") is not None
    lines: list[str] = []
    for item, nodes in zip(items, parts, strict=True):
        head = f"{number}{mark}" if ordered else mark
        box = _task(nodes) if boxes else ""
        if item.tag in ("ol", "ul"):  # a list set straight into a list, as some clients do
            inner = walk([item], state, depth - 2)
            if lines:
                text = "\n".join([text for _, text in inner])
                width = len(head) + 1
                lines.append(" " * width + indented(text, width, state) if state.indent >= 0 else text)
                continue
            lines.append(_item(head, box, inner, loose, state))
        elif (words := _words(nodes)) and "\n" not in words:  # nearly all
            lines.append(f"{head} {box}{words}")
        else:
            inner = walk(nodes, state, depth - 2) if words is None else [("text", words)] if words else []
            lines.append(_item(head, box, inner, loose, state))
        number += 1
    text = ("\n\n" if loose else "\n").join(lines)
    if ordered:
        count.close(number, len(items), text)
    return text


def _words(nodes: Sequence[Node]) -> str | None:
    """Render an item that is one run of words, as four in five are; None of another."""
    first = nodes[0] if nodes else None
    if type(first) is Element:
        if first.tag == "p" and len(nodes) == 1:
            return simple_run(first.children)
        return simple_run(nodes) if first.tag in LEADS else None
    return simple_run(nodes) if len(nodes) == 1 and type(first) is Text else None


def _is_loose(parts: list[Sequence[Node]]) -> bool:
    """Whether some item holds a paragraph: the page draws one in all items of a loose list, in none of a tight."""
    for nodes in parts:
        for node in nodes:
            if type(node) is Element and node.tag == "p":
                return True
    return False


def _marker(ordered: bool, blocks: list[Block]) -> str:
    """Choose the marker: another one than that of a list of the same kind just before."""
    before = blocks[-1][1] if blocks and blocks[-1][0] == "list" else ""
    if ordered:
        line = before.split("\n", 1)[0]
        return ")" if line[:1].isdigit() and line.lstrip("0123456789")[:1] == "." else "."
    return "*" if before.startswith("-") else "-"


def _lost_boxes(parts: list[Sequence[Node]]) -> bool:
    """Whether each item begins with a blank, which stood behind a task list's box before the sanitiser took it."""
    return bool(parts) and all(nodes and type(nodes[0]) is Text and nodes[0].data[:1] == " " for nodes in parts)


def _task(nodes: Sequence[Node]) -> str:
    """Return the box of a task list's item."""
    if nodes and type(only := nodes[0]) is Element and only.tag == "p":
        nodes = only.children
    for node in nodes:
        if type(node) is Text:
            if node.data.strip(BLANK):
                return ""
        elif type(node) is Element:
            if node.tag != "input" or (node.attr("type") or "").lower() != "checkbox":
                return ""
            return "[x] " if node.attr("checked") is not None else "[ ] "
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

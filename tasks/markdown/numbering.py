"""The first numbers of ordered lists whose `start` the sanitiser removed, within an answer and across answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import takewhile

from turbohtml import Element

from tasks.markdown.state import Block, OpenList, State

ENDS_COUNT = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "hr"])
"""Blocks behind which a list begins anew."""
ITEM = re.compile(r"^(\d{1,9})[.)] ", re.MULTILINE)
STOPPED = re.compile(r"[.!?。！？…][\"'”’»)\]*_`]*\s*\Z")
"""The end of a whole sentence."""
OPEN_END = re.compile(
    r"(?:[,、，;:：(\[{–—-]"
    r"|\b(?:and|or|the|a|of|to|in|with|for|that|und|der|die|das|de|la|et|y|el|en|van|het))\s*\Z"
)
"""An end after which more must come."""
MOST = 0.75
"""Share of a list's lines that end as sentences, from which on one that does not has been broken off."""
LEAST_SHARED = 12
"""Columns of text that two items must begin with alike to be one item; a Chinese letter takes two."""


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


def open_list(found: list[Block]) -> OpenList | None:
    """Return the ordered list that an answer breaks off in: its last block, whose last line is no whole sentence."""
    if not found or found[-1][0] != "list" or not found[-1][1][:1].isdigit():
        return None
    text = found[-1][1]
    *before, last = text.rstrip().rsplit("\n", 1)
    if STOPPED.search(last):
        return None
    others = [STOPPED.search(line) is not None for line in "".join(before).split("\n") if line.strip()]
    by_habit = bool(others) and sum(others) >= MOST * len(others)
    if not (by_habit or OPEN_END.search(last)):
        return None
    marks = list(ITEM.finditer(text))
    ends = [*[mark.start() for mark in marks[1:]], len(text)]
    items = tuple(_letters(text[mark.end() : end]) for mark, end in zip(marks, ends, strict=True))
    return OpenList(int(marks[0][1]), items, last.startswith(" "))


def first_number(node: Element, items: list[Element], state: State, before: list[Block], count: Count) -> int:
    """Return a list's first number: its own, or the next one where the sanitiser lost it.

    Args:
        node: the `<ol>`.
        items: its items.
        state: the answer's state.
        before: the blocks before the list.
        count: the numbering so far among the list's siblings.
    """
    own = node.attr("start")
    if own is not None:
        digits = own.strip()
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else 1
    number = 1
    if state.lost_starts and count.next_number and count.between and _continues(node, items, before, count):
        number = count.next_number
    elif state.lost_starts and state.goes_on is not None and items:
        number = _number_across(state.goes_on, node, items[0].text, before)
        state.goes_on = None
    if number != 1:
        state.note("list_number", str(number))
    return number


def _continues(node: Element, items: list[Element], before: list[Block], count: Count) -> bool:
    """Whether a list whose start was lost continues the last one (rules found on lists whose start was kept).

    A sentence that announces a list begins a new one. Else the list continues if what stands between belonged to the
    last item: it announced it, it is code, or either list is a single item (but for the first of a row of such).
    """
    kind, text = before[-1] if before else ("", "")  # the last one may have been empty
    if kind == "text" and _introduces(text):
        return False
    if count.open_end or count.items == 1 or "pre" in count.between:
        return True
    return len(items) == 1 and ("ul" in count.between or not _opens_row(node))


def _number_across(broken: OpenList, node: Element, first: str, before: list[Block]) -> int:
    """Return the first number of an answer's first list, where the answer before broke off in a list.

    The list goes on where nothing stands before it but the rest of the broken item. It takes the number of the item
    that it repeats, else the next one.
    """
    parent = node.parent
    if isinstance(parent, Element) and parent.tag not in ("div", "section", "article", "main", "body", "html"):
        return 1
    if before and not _is_rest(before, broken):
        return 1
    text = _letters(first)
    shared = [_shared(item, text) for item in broken.items]
    best = max(range(len(shared)), key=lambda at: (shared[at], at))
    alike = [_shared(item, broken.items[best]) for at, item in enumerate(broken.items) if at != best]
    if shared[best] > max(alike, default=0) and (
        shared[best] >= LEAST_SHARED or text[: len(broken.items[best])] == broken.items[best]
    ):
        return broken.number + best
    return broken.number + len(broken.items)


def _is_rest(before: list[Block], broken: OpenList) -> bool:
    """Whether the only block before a list is the rest of the item that was broken off."""
    (kind, text), *more = before
    if more or kind not in ("text", "list"):
        return False
    if kind == "list":
        return broken.nested and not text[:1].isdigit()
    start = text.lstrip("*_`\"'([“‘")[:1]
    return not start.isupper() and not start.isdigit() and not _introduces(text) and STOPPED.search(text) is not None


def _shared(one: str, other: str) -> int:
    """Return the width of what two texts begin with alike."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return sum(1 + (letter > "\u2e80") for letter, _ in same)


def _letters(text: str) -> str:
    """Return a text's letters and digits, in one case."""
    return "".join(filter(str.isalnum, text.casefold()))


def _introduces(text: str) -> bool:
    """Whether a text announces what follows it."""
    return text[-4:].rstrip("*_ ").endswith((":", "：")) if text else False


def _opens_row(node: Element) -> bool:
    """Whether the next ordered list beside this one is a single item too."""
    for sibling in node.next_siblings:
        if type(sibling) is Element and sibling.tag == "ol":
            return sum(type(item) is Element for item in sibling) == 1
        if type(sibling) is Element and sibling.tag in ENDS_COUNT:
            return False
    return False

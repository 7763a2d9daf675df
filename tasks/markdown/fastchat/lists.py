"""Puts code and paragraphs that FastChat moved to the margin back into their items, and numbers lists on.

FastChat writes an item's blocks at the margin, which ends the list for every reader. What stood in an item is told by
blank lines: behind an item its converter writes one line's end, behind a paragraph two, behind code at the margin one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tasks.markdown.fastchat.segments import Segment

Run = list[int]
"""Places of the items that can be of one list, what stands between them apart."""


def put_back(found: list[Segment], starts_lost: bool) -> int:
    """Give each block that belongs to an item the item's indent, in place.

    Args:
        found: the answer's blocks.
        starts_lost: whether lists that go on start at 1 in this conversation: one that counts on was never broken.

    Returns:
        How many blocks were moved.
    """
    moved = 0
    if any(block.lines[0].startswith("  ") for block in found):
        return 0  # FastChat writes no indent but tabs: these blocks stand in their items
    for run, end in _runs(found):
        between = list(pairwise(run))
        votes = [_vote(found, first, second) for first, second in between]
        tail = _tail(found, run[-1], end)
        ordered = found[run[0]].number is not None
        whole = (True in votes or tail > run[-1] + 1) and False not in votes
        for (first, second), vote in zip(between, votes, strict=True):
            if vote or (vote is None and (whole or (starts_lost and ordered))):
                moved += _indent(found, first, second)
        stop = tail
        if tail > run[-1] + 1 or (True in votes and whole):
            while stop < end and not found[stop].gap:
                stop += 1
            moved += _indent(found, run[-1], stop)
    return moved


def _runs(found: list[Segment]) -> Iterator[tuple[Run, int]]:
    """Yield the items that can be of one list, and where the next list or heading begins."""
    at = 0
    while at < len(found):
        if found[at].kind != "item":
            at += 1
            continue
        run, end = [at], at + 1
        while end < len(found) and found[end].kind != "heading":
            if found[end].kind == "item":
                if not _follows(found[run[-1]], found[end]):
                    break
                run.append(end)
            end += 1
        yield run, end
        at = end


def _follows(item: Segment, other: Segment) -> bool:
    """Whether an item can be the next one of a list."""
    if item.number is None or other.number is None:
        return item.number is other.number
    return other.number == item.number + 1


def _vote(found: list[Segment], first: int, second: int) -> bool | None:
    """Whether what stands between two items belongs to the first; None where nothing tells, or nothing is there."""
    between = found[first + 1 : second]
    if any(block.kind == "nested" for block in between):
        return True
    if not between or between[-1].kind == "fence":
        return None
    return not found[second].gap and not between[-1].announces()  # a line that announces items is no item's end


def _tail(found: list[Segment], last: int, end: int) -> int:
    """Return where what belongs to a list's last item surely ends; right behind the item where nothing tells.

    Nested items stand in an item, and so does code with a blank line behind it: FastChat leaves none at the margin.
    """
    stop = last + 1
    for at in range(last + 1, end):
        after = found[at + 1] if at + 1 < len(found) else None
        blank = after is not None and after.gap > 0 and after.kind != "fence" and not after.lines[0].startswith(">")
        if found[at].kind == "nested" or (found[at].kind == "fence" and not found[at].gap and blank):
            stop = at + 1
    return stop


def _indent(found: list[Segment], item: int, end: int) -> int:
    """Indent what stands behind an item, up to a place; return how many blocks that were."""
    number = found[item].number
    width = 2 if number is None else len(str(number)) + 2
    for block in found[item + 1 : end]:
        if block.kind != "nested":  # a nested item's own code and text stand behind tabs
            block.indent = width
    return end - item - 1


def number_on(found: list[Segment]) -> int:
    """Number on the lists whose start the sanitiser lost, in place, by the rules that pages are converted by.

    Returns:
        How many lists go on.
    """
    groups = list(_ordered_groups(found))
    changed = next_number = 0
    for place, (group, between, before) in enumerate(groups):
        first, size = found[group[0]], len(group)
        began = first.number
        if any(found[at].kind == "heading" or found[at].lines[0] in ("---", "***") for at in between):
            next_number = 0
        if first.number == 1 and next_number > 1 and between and not (before.kind == "text" and before.announces()):
            last = groups[place - 1][0]
            kinds = {found[at].kind for at in between}
            ends = found[last[-1]].announces() or len(last) == 1 or "fence" in kinds
            row = place + 1 < len(groups) and len(groups[place + 1][0]) == 1
            if ends or (size == 1 and ("item" in kinds or not row)):
                for count, at in enumerate(group):
                    _renumber(found[at], next_number + count)
                changed += 1
        # A list that began at another number than 1 kept it.
        next_number = (found[group[-1]].number or 0) + 1 if began == 1 else 0
    return changed


def _ordered_groups(found: list[Segment]) -> Iterator[tuple[list[int], list[int], Segment]]:
    """Yield each ordered list's items, the blocks between it and the list before, and the block right before it."""
    group: list[int] = []
    between: list[int] = []
    collected: list[int] = []
    for at, block in enumerate(found):
        if block.indent or block.kind == "nested" or block.lines[0].startswith("  "):
            continue
        if block.number is None:
            collected.append(at)
        elif group and not collected and block.number == (found[group[-1]].number or 0) + 1:
            group.append(at)
        else:
            if group:
                yield group, between, found[group[0] - 1]
            group, between, collected = [at], collected, []
        if group and block.number is not None:
            collected = []
    if group:
        yield group, between, found[group[0] - 1]


def _renumber(item: Segment, number: int) -> None:
    """Give an item another number."""
    item.lines[0] = f"{number}{item.lines[0].lstrip('0123456789')}"
    item.number = number

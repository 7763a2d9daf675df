"""Joins code that breaks off to the code that goes on with it: lines that both hold, a fence that the page closed."""

from __future__ import annotations

import re

from tasks.conversations.code_lines import between
from tasks.conversations.endings import last_code, left_open
from tasks.conversations.word_counts import WordCounts

Found = tuple[str, int, int, str]
"""What shows it; characters left out of the first's end and of the second's beginning; what stands between them."""

FENCE_LINE = re.compile(r"[ \t]*(`{3,}|~{3,})[^`\n]*\n")
HEAD_OF_FILE = re.compile(r"import |from |#include|using |package |#!|<!DOCTYPE", re.IGNORECASE)
MOST_LINES = 400
"""Lines of the first's code that the second may hold again."""


def join_code(first: str, rest: str, words: WordCounts, *, breaks: bool, introduced: bool, says: bool) -> Found | None:
    """Return how the code that a text begins with goes on with the code that another ends with; None = not to be told.

    Args:
        first: a text that ends inside a fence, or with one that is closed.
        rest: the next text, without an introduction.
        words: of the conversation.
        breaks: whether the code of the first breaks off.
        introduced: whether it had an introduction.
        says: whether that says that this is the rest.
    """
    code = last_code(first)
    fence = FENCE_LINE.match(rest)
    if code is None or (fence is None and (introduced or not breaks or not _closes_first(rest))):
        return None
    closing = len(first) - first.rindex(code) - len(code.rstrip()) if code.strip() else _empty_block(first)
    opened = fence.end() if fence else 0
    code, more = code.rstrip(), rest[opened:]
    again = _again(code, more)
    if again is not None:
        return "overlap", closing + again, opened, ""
    if introduced and not (breaks and says):
        return None
    if (introduced and _begins_anew(code, more)) or _half_line_elsewhere(code, more):
        return None
    joint = between(code, more, words)
    return None if joint is None else ("reopened_fence", closing, opened, joint)


def _empty_block(first: str) -> int:
    """Return how many characters close the empty block that a text ends with; 0 where it is open."""
    return 0 if left_open(first.split("\n")) else len(first) - len(first.rstrip("` \t").rstrip())


def _closes_first(rest: str) -> bool:
    """Whether a text begins inside a block: the first of its fences, which names no language, closes it."""
    lines = rest.split("\n")
    return left_open(lines) and not left_open(["```", *lines])


def _again(code: str, more: str) -> int | None:
    """Return how many characters of the end of the first code the second repeats at its beginning."""
    lines, others = code.split("\n"), more.split("\n")
    for at in range(max(0, len(lines) - MOST_LINES), len(lines)):
        shared = lines[at:]
        if len(shared) > len(others) or not shared[0].strip():
            continue
        same = all(ours.rstrip() == theirs.rstrip() for ours, theirs in zip(shared[:-1], others, strict=False))
        if same and others[len(shared) - 1].startswith(shared[-1]) and "".join(shared).strip("{}()[];, \t"):
            return len("\n".join(shared))
    return None


def _begins_anew(code: str, more: str) -> bool:
    """Whether the second code begins with a line of the first: it is written again, in other words."""
    begin = next((line.strip() for line in more.split("\n") if len(line.strip()) > 3), "")
    return begin in {line.strip() for line in code.split("\n")} or HEAD_OF_FILE.match(begin) is not None


def _half_line_elsewhere(code: str, more: str) -> bool:
    """Whether the second code repeats the half line that the first ends with, at another depth."""
    half = code.rsplit("\n", 1)[-1].strip()
    return bool(half) and more.lstrip().startswith(half)

"""Joins code that breaks off to the code that goes on with it: lines that both hold, a fence that the page closed."""

from __future__ import annotations

import re

from tasks.conversations.code_endings import LONE, OPENERS, PAIRS
from tasks.conversations.endings import last_code, left_open
from tasks.conversations.word_counts import WordCounts

Found = tuple[str, int, int, str]
"""What shows it; characters left out of the first's end and of the second's beginning; what stands between them."""

FENCE_LINE = re.compile(r"[ \t]*(`{3,}|~{3,})[^`\n]*\n")
HEAD_OF_FILE = re.compile(r"import |from |#include|using |package |#!|<!DOCTYPE", re.IGNORECASE)
MID_LINE = frozenset(".,;:=+*>&|?%")
"""Signs that no line of code begins with, but one that was cut."""
SPACED = re.compile(r"[=+*<>&|?%.!-]{1,3} |%>")
"""A sign between blanks, or the end of a template's tag, before which a blank stands."""
COMMENTED = re.compile(r"(?:^|\s)(?://|#|--)(?:\s|$)")
BEGINS_LINE = re.compile(
    r"(?:def|class|function|export|import|from|async|public|private|const|let|var|module|func|fn|end|done|fi|else|elif"
    r"|except|finally|catch|case|if|for|while|return|struct|type|interface)\b"
)
"""Words at a line's start outside any block."""
QUOTES = re.compile(r"^[^\"]*\"(?:[^\"]*\"[^\"]*\")*[^\"]*$|(?:^|[=(,\[:])\s*'[^']*$")
"""A line with a string that does not end in it."""
ONE_BLANK = re.compile(r" [^\s*]")
"""A line behind one blank; the lines of a comment begin with one and a star."""
SIGN_LAST = re.compile(r"(\s?)(?:\{%|<%|[=+*/%&|?<-]+)\Z")
"""A sign that a line ends with, and the blank before it."""
OPERATOR = re.compile(r"[=+*/&|<!-]")
HEAD_TAG = re.compile(r"</?\w|<!--|/[*/]|--|[*-] ")
"""What begins a line with such a sign: a tag, a comment, an item."""
DRAWN = re.compile("[\u2500-\u257f]")
"""A line of a drawing or a tree of files."""
OPTION = re.compile(r"-\w+(?:[- =]|$)|_\w")
"""The second half of a name with dashes or underscores."""
GLUED = re.compile(r"(?:->|::|\w\.|</|<\?|\$)\Z")
"""Ends of a line that the rest of a name or a tag follows."""
NEVER_FIRST = re.compile(r"(?:in|is|and|or|as|of|extends|implements|instanceof|AND|AS|ON|IN) ")
NEVER_LAST = re.compile(r"=>\s*\Z|\b(?:extends|implements|throws|struct|interface|enum|namespace)\Z|^\s*[-*+]\Z")
"""Words and signs that no line begins with, or ends with."""
BLOCK = re.compile(
    r"(?:async |\} ?)?(?:def|class|if|for|while|else|elif|try|with|except|finally|case|default|switch|match)\b"
)
"""The beginning of a line that opens a block."""
MEMBER = re.compile(r"\w(?:\.|->)[a-z]+\Z")
"""A member whose name another that begins at the line's start with a capital goes on with: `document.get`."""
TAIL_WORD, HEAD_WORD = re.compile(r"[A-Za-z_]\w*\Z"), re.compile(r"\w+")
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
    joint = _between(code, more, words)
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


def _between(code: str, more: str, words: WordCounts) -> str | None:
    """Return a line's end, or what parts two halves of a line; None where that cannot be told."""
    last, head = code.rsplit("\n", 1)[-1], more.split("\n", 1)[0]
    if not head.strip() or not last.strip():
        return "\n"
    # A model's words begin with their blank, so that a line is often cut before one.
    one = ONE_BLANK.match(head) is not None and not any(map(ONE_BLANK.match, code.split("\n")))
    if (joint := _of_one_line(last, head, one)) is not None:
        return joint
    if head[0] in MID_LINE:
        return " " if SPACED.match(head) else ""
    if head[0] in ")]" and last.count(PAIRS[head[0]]) > last.count(head[0]):
        return ""
    if head[0] in "})]</#@" or last[-1] in "{,;:}>\\" or last.endswith("*/"):
        return "\n"
    if one:
        return _behind_blank(code, last, head[1:])
    if last.strip() in ("//", "#", "--"):
        return "\n" if head[0].isspace() else None if last.strip() == "--" else " "
    if sign := SIGN_LAST.search(last):
        return None if sign.group() in (" /", " *") else " " if sign[1] else ""
    if last[-1] in "([":
        return "\n" if head[0].isspace() else ""
    return _between_words(last, head, words)


def _of_one_line(last: str, head: str, one: bool) -> str | None:
    """Return what parts the end of a line from what can only be its other half; None where it may be another line.

    Args:
        last: the end of the first code.
        head: the first line of the second.
        one: whether it begins with one blank, which is no indent there.
    """
    flush, word = not head[0].isspace(), last[-1].isalnum()
    if (flush or one) and (QUOTES.search(last) or last.count("`") % 2) and not (word and head[0].isalnum()):
        return ""
    if DRAWN.match(last[-1]) and DRAWN.match(head[0]):
        return ""
    if COMMENTED.search(last):
        return None
    if OPERATOR.match(last[-1]) and OPERATOR.match(head[0]) and not HEAD_TAG.match(head):
        return ""
    if word and (OPTION.match(head) or (head[0] == ">" and last.count("<") > last.count(">"))):
        return ""
    if flush and GLUED.search(last):
        return ""
    if flush and ((word and NEVER_FIRST.match(head)) or NEVER_LAST.search(last)):
        return " "
    inside = last[0].isspace() or any(last.count(opens) > last.count(closes) for closes, opens in PAIRS.items())
    if last[-1] in ",:" and not BLOCK.match(last.strip()):
        goes_on = flush and inside and (head[0].isalnum() or head[0] in "\"'") and not BEGINS_LINE.match(head)
        return "" if one else " " if goes_on else None
    if word and last[0].isspace() and head[0] in "[{" and head.count("}") == head.count("{"):
        return " " if head[0] == "{" else ""
    return None


def _behind_blank(code: str, last: str, head: str) -> str | None:
    """Return what stands before a single blank, which is no indent in this code; None where that cannot be told."""
    if SPACED.match(head) or head[0] in MID_LINE or OPENERS.search(last):
        return ""
    if COMMENTED.search(last):
        return "" if head[0].islower() else None
    lines = [line.rstrip() for line in code.split("\n")[:-1] if line.strip()]
    closed = sum(line.endswith((";", "{", "}", ">", ",", "(", ")")) for line in lines)
    return "" if last[-1].isalnum() and head[0].isalnum() and closed > 0.8 * len(lines) > 0 else None


def _between_words(last: str, head: str, words: WordCounts) -> str | None:
    """Return what parts a line that ends in a word, a string or a comment from the next text, as `_between` does."""
    tail, start = TAIL_WORD.search(last), HEAD_WORD.match(head.lstrip())
    if tail and last[0].isspace() and MEMBER.search(last) and head[0].isupper():
        return ""
    quoted, flush = QUOTES.search(last) is not None, not head[0].isspace()
    if flush and last[-1].isdigit() and head[0].isdigit():
        return None
    if tail and start:
        half = words[tail.group().lower()] < 2 and not OPENERS.search(last)
        if half or flush:  # a word seen nowhere else may be half of one
            whole = words[(tail.group() + start.group()).lower()]
            if (whole and flush) or half:
                return "" if whole and flush else None
    inside = last[0].isspace() and head[0].isalnum() and not BEGINS_LINE.match(head)
    if flush and (quoted or inside or COMMENTED.search(last)):
        return None
    if not flush:
        return "\n"
    if OPENERS.search(last):
        return " "
    if head[0] == "(" and tail:
        return ""
    if LONE.match(last) or last.count("(") != last.count(")") or last.count("[") != last.count("]"):
        return None
    return "\n"

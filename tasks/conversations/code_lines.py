"""Tells what stands between code that was cut and the code that goes on with it: a line's end, a blank, nothing."""

from __future__ import annotations

import re

from tasks.conversations.code_endings import LONE, OPENERS, PAIRS
from tasks.conversations.word_counts import WordCounts

MID_LINE = frozenset(".,;:=+*>&|?%")
"""Signs that no line of code begins with, but one that was cut."""
SPACED = re.compile(r"(?:[=+*<>&|?%.!-]{1,3}|:=|/) |%>")
"""A sign between blanks, or the end of a template's tag, before which a blank stands."""
COMMENTED = re.compile(r"(?:^|\s)(?://|#|--|/\*)(?:\s|$)|^\s*;(?:\s|$)")
BEGINS_LINE = re.compile(
    r"(?:def|class|function|export|import|from|async|public|private|const|let|var|module|func|fn|end|done|fi|else|elif"
    r"|except|finally|catch|case|if|for|while|return|struct|type|interface)\b"
)
"""Words at a line's start outside any block."""
QUOTES = re.compile(r"^[^\"]*\"(?:[^\"]*\"[^\"]*\")*[^\"]*$|(?:^|[=(,\[:])\s*'[^']*$")
"""A line with a string that does not end in it."""
MEMBER = re.compile(r"\w(?:\.|->)[a-z]+\Z")
"""A member whose name another that begins at the line's start with a capital goes on with: `document.get`."""
TAIL_WORD, HEAD_WORD = re.compile(r"[A-Za-z_]\w*\Z"), re.compile(r"\w+")
ONE_BLANK, INDENTED_BY_ONE = re.compile(r" [^\s]"), re.compile(r" [^\s*]")
"""A line behind one blank; the lines of a comment begin with one and a star."""
LONE_MARK = re.compile(r"\s*(?://|#|%|;|/\*+|[-*+])\Z")
"""The beginning of a comment or an item, and nothing behind it."""
SIGN_LAST = re.compile(r"(\s?)(?:\{%|<%|:=|[=+*/%&|?<>!-]+)\Z")
"""A sign that a line ends with, and the blank before it."""
OPERATOR = re.compile(r"[=+*/&|<!-]")
HEAD_TAG = re.compile(r"</?\w|<!--|/[*/]|--|[*-] ")
"""What begins a line with such a sign: a tag, a comment, an item."""
ITEM = re.compile(r"[-*+] \S")
DRAWN = re.compile("[\u2500-\u257f]")
"""A line of a drawing or a tree of files."""
DASHED, DASHES = re.compile(r"\w-\w+\Z"), re.compile(r"-\w{2,}")
"""A name with dashes, cut before one of them."""
FLAG = re.compile(r"--?[A-Za-z][\w-]*(?:[ =]|$)")
"""A command's option, which begins a line behind a backslash alone."""
GLUED = re.compile(r"(?:\w->|::|\w\.|</|<\?|\$)\Z")
"""Ends of a line that the rest of a name or a tag follows."""
NEVER_FIRST = re.compile(r"(?:in|is|and|or|as|of|extends|implements|instanceof|AND|AS|ON|IN) ")
NEVER_LAST = re.compile(r"(?<![\w-])(?:extends|implements|throws|struct|interface|enum|namespace)\Z")
"""Words that no line begins with, or ends with."""
FROM, IMPORT = re.compile(r"\s*from\s+[\w.]+\Z"), re.compile(r"\s*import\b[^'\"]*\Z")
FROM_HEAD = re.compile(r"from\s+['\"]")
GOES_ON_CLAUSE = re.compile(r"(?:else|catch|finally|while|from|as)\b|[=)\]},;.]")
"""What follows a closing brace on its line."""
CLAUSE = re.compile(r"(?:else|catch|finally)\b")
THEN, KEYWORD = re.compile(r"(?:then|do)\b"), re.compile(r"\b(?:catch|using|switch|foreach|if|while|for|return)\Z")
OPERATED = re.compile(r"(?:[-+*/<>=!|&^]{1,2}|[!=]==) ")
"""A sign between two values."""
TAG, ATTRIBUTE = re.compile(r"<\w+\Z"), re.compile(r"[\w@:*-]+=")
GENERIC = re.compile(r"\w<[\w<>, ]+>\Z")
STATEMENT_HEAD = re.compile(r"[\w.]+\s*[(=\[]")
"""The beginning of a line that is no prose."""
BLOCK = re.compile(
    r"(?:async |\} ?)?(?:def|class|if|for|while|else|elif|try|with|except|finally|case|default|switch|match)\b"
)
"""The beginning of a line that opens a block."""
STATEMENT = (";", "{", "}", ">", ",", "(", ")")
"""Ends of lines in code whose statements have an end of their own."""
UNTOLD = "?"
"""In the place of a joint: that cannot be told."""


def between(code: str, more: str, words: WordCounts) -> str | None:
    """Return a line's end, or what parts two halves of a line; None where that cannot be told.

    Args:
        code: the code that was cut, without white space at its end.
        more: the code that goes on with it.
        words: of the conversation.
    """
    last, head = code.rsplit("\n", 1)[-1], more.split("\n", 1)[0]
    if not head.strip() or not last.strip():
        return "\n"
    starred = head.startswith(" *") and last.lstrip().startswith(("*", "/*"))
    joint = None
    if ONE_BLANK.match(head) and not starred and not any(map(INDENTED_BY_ONE.match, code.split("\n"))):
        joint = _behind_blank(code, last, head[1:])
    elif not head[0].isspace():
        joint = _in_string(last, head)
        joint = _of_one_line(code, last, head) if joint is None else joint
    if joint is not None:
        return None if joint == UNTOLD else joint
    if head[0] in MID_LINE:
        return " " if SPACED.match(head) else ""
    if head[0] in ")]" and last.count(PAIRS[head[0]]) > last.count(head[0]):
        return ""
    if head[0].isspace():
        return None if _is_half(last, words) else "\n"
    if head[0] in "})]</#@" or last[-1] in "{,;:}>\\" or last.endswith("*/") or ITEM.match(head):
        return "\n"
    if last.strip() == "--":
        return None
    if sign := SIGN_LAST.search(last):
        return None if sign.group() in (" /", " *") else " " if sign[1] else ""
    if last[-1] in "([":
        return ""
    return _between_words(last, head, words)


def _behind_blank(code: str, last: str, head: str) -> str:
    """Return what stands before a single blank, which is no indent in this code, or UNTOLD.

    A model's words begin with their blank, so that a line is often cut before one; so is an indent.
    """
    if QUOTES.search(last) or last.count("`") % 2 or LONE_MARK.match(last):
        return ""
    if COMMENTED.search(last):
        return UNTOLD if STATEMENT_HEAD.match(head) else ""
    if SPACED.match(head) or head[0] in MID_LINE or NEVER_FIRST.match(head):
        return ""
    sign = SIGN_LAST.search(last)
    if (
        (OPENERS.search(last) and last[-1] not in "{:")
        or NEVER_LAST.search(last)
        or (sign and (sign[1] or last[-1] != ">"))
    ):
        return ""
    if last[-1] == "," or (last[-1] == ":" and not BLOCK.match(last.strip())):
        return ""
    if head[0] in PAIRS:
        return "" if last.count(PAIRS[head[0]]) > last.count(head[0]) or last[-1] == "}" else "\n"
    goes_on = {
        "}": GOES_ON_CLAUSE.match(head) is not None or last.count("<") > last.count(">"),
        "{": head.count("}") > head.count("{"),
        ";": last.count(";") > 1 or head.startswith("//"),
        ":": False,
        ">": False,
    }
    if last[-1] in goes_on:
        return "" if goes_on[last[-1]] else "\n"
    lines = [line.rstrip() for line in code.split("\n")[:-1] if line.strip()]
    closed = sum(line.endswith(STATEMENT) for line in lines)
    return "" if head[0] == "{" or closed > 0.8 * len(lines) > 0 else UNTOLD


def _in_string(last: str, head: str) -> str | None:
    """Return what parts the halves of a string or comment that a line ends in, or UNTOLD; None where there is none."""
    if LONE_MARK.match(last):
        return " " if head[0].isalnum() else None
    sign = SIGN_LAST.search(last)
    quoted = QUOTES.search(last) or (last.count("`") % 2 and not (sign and sign[1]))
    if quoted and not (last[-1].isalnum() and head[0].isalnum()):
        apart = head[0].isalnum() or head[0] in "{$" or (head[0] in "(#" and last[-1] != "(")
        ends_word = last[-1] in ',:;.!?)"' or (last[-1].isalnum() and not head[0].isalnum())
        return " " if SPACED.match(head) or (apart and ends_word) else ""
    return UNTOLD if COMMENTED.search(last) and head[0].isalnum() else None


def _of_one_line(code: str, last: str, head: str) -> str | None:
    """Return what parts a line from what can only be its other half, or UNTOLD; None where that may be another line."""
    word = last[-1].isalnum()
    if DRAWN.match(head[0]) or (head[0] == "|" and last.lstrip().startswith("|")):
        return "" if DRAWN.match(last[-1]) and last[-1] not in "│┤┐┘" else "\n"
    if DRAWN.match(last[-1]) and head[0].isalnum():
        return " "
    if COMMENTED.search(last):
        return None
    if OPERATOR.match(last[-1]) and OPERATOR.match(head[0]) and not HEAD_TAG.match(head):
        return ""
    if GLUED.search(last) or (DASHED.search(last) and DASHES.match(head)):
        return ""
    sign = SIGN_LAST.search(last)
    if sign and sign[1] and sign.group() not in (" /", " *") and (head[0].isalnum() or head[0] in "'\"([{@$`_-!"):
        return " "
    if word and head[0] == ">" and last.count("<") > last.count(">"):
        return ""
    if (word and head[0] in "_*&" and not SPACED.match(head)) or (last[-1].isdigit() and head[0].isdigit()):
        return UNTOLD
    if _spaced(last, head) or (head[0] == "{" and (word or last[-1] == ")") and "\n{" not in code):
        return " "
    if word and last[0].isspace() and head[0] == "[":
        return " " if OPENERS.search(last) else ""
    return _behind_comma(last, head)


def _spaced(last: str, head: str) -> bool:
    """Whether a blank alone stands between a line and a text at the margin, which goes on with it."""
    value, indented = last[-1].isalnum() or last[-1] in ")]}'\"", last[0].isspace()
    in_tag, open_brace = last.count("<") > last.count(">"), last.count("{") > last.count("}")
    at_margin = indented and (
        (value and OPERATED.match(head) and not ITEM.match(last.lstrip()))
        or (last[-1] == "}" and CLAUSE.match(head))
        or (last[-1].isalnum() and head[0] == "@")
        or (last[-1] in "}\"'" and ATTRIBUTE.match(head))
        or (GENERIC.search(last) and (head[0].isalnum() or head[0] == "_"))
        or (last[-1] == "{" and head[0].isalnum())
        or (last[-1] == ";" and head.startswith(("//", "/*")))
    )
    return bool(
        at_margin
        or (value and (NEVER_FIRST.match(head) or FLAG.match(head)))
        or (last[-1].isalnum() and head[0] == "\\")
        or (FROM.match(last) and head.startswith("import "))
        or (IMPORT.match(last) and FROM_HEAD.match(head))
        or NEVER_LAST.search(last)
        or (TAG.search(last) and head[0].isalnum())
        or (in_tag and last[-1] in "}\"'" and ATTRIBUTE.match(head))
        or (open_brace and head[0] == "}")
        or (last[-1] == ";" and (open_brace or last.count("(") > last.count(")")) and head[0].isalnum())
        or (last[-1] == "{" and head[0].isalnum() and head.count("}") > head.count("{"))
        or (last[-1] == ";" and THEN.match(head))
        or (head[0] == "(" and KEYWORD.search(last))
        or head.startswith(("/ ", "<- ", "*/", "-->", "-> "))
    )


def _behind_comma(last: str, head: str) -> str | None:
    """Return what stands between a line that ends in a comma or a colon and its other half, as `_of_one_line` does."""
    inside = any(last.count(opens) > last.count(closes) for closes, opens in PAIRS.items())
    if last[-1] not in ",:" or (last[-1] == ":" and not inside and BLOCK.match(last.strip())):
        return None
    value = head[0].isalnum() or head[0] in "\"'[({@$*-" or (last[-1] == ":" and head[0] == "#")
    if value and (inside or (last[0].isspace() and not BEGINS_LINE.match(head))):
        return " "
    return UNTOLD if head[0].isalnum() and (last[-1] == "," or not last[0].isspace()) else None


def _between_words(last: str, head: str, words: WordCounts) -> str | None:
    """Return what parts a line that ends in a word, a string or a comment from a text at the margin."""
    tail, start = TAIL_WORD.search(last), HEAD_WORD.match(head)
    if tail and last[0].isspace() and MEMBER.search(last) and head[0].isupper():
        return ""
    if tail and start:
        whole = words[(tail.group() + start.group()).lower()]
        if whole or _is_half(last, words):
            return "" if whole else None
    inside = last[0].isspace() and head[0].isalnum() and not BEGINS_LINE.match(head)
    if inside or QUOTES.search(last) or COMMENTED.search(last):
        return None
    if OPENERS.search(last):
        return " "
    if head[0] == "(" and tail:
        return ""
    if LONE.match(last) or last.count("(") != last.count(")") or last.count("[") != last.count("]"):
        return None
    begins = BEGINS_LINE.match(head) or STATEMENT_HEAD.match(head)
    return "\n" if begins or not last[-1].isalnum() else None


def _is_half(last: str, words: WordCounts) -> bool:
    """Whether a line may end in half a word: one that is seen nowhere else."""
    tail = TAIL_WORD.search(last)
    return tail is not None and words[tail.group().lower()] < 2 and not OPENERS.search(last)

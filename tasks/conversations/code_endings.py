"""Tells code that breaks off from code that is whole, without knowing its language."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

PAIRS = {")": "(", "]": "[", "}": "{"}
# Each choice begins with a sign of its own: Python's engine then passes over all else fast.
NO_BRACKETS = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\\n])*`|//.*|#.*|--.*|/\*[\s\S]*?\*/")
"""Strings and comments, whose brackets pair with none."""
ESCAPED = re.compile(r"\\[\"'`]")
MOST_ESCAPED = 200
"""Escaped quotes in one code from which on none of them opens a string."""
OPENED = re.compile(r"(?<!/)/\*")
SMILE = re.compile(r"[:;]-?[)(]")
LETTERED = re.compile(r"\n[^\S\n]*\w{1,3}\)")
"""Brackets that pair with none: a smile, a list's `a)`."""
NEVER_CLOSED = r"/\*(?:[^*]|\*+[^*/])*\**\z"
MAY_PAIR_WITH_NONE = r"[:;]-?[)(]|(?m:^)[\s\x1c-\x1f]*[^\s()]{1,3}\)"
"""The same for Rust, whose letters and blanks are a few others: all of those, and more."""
BRACKET = re.compile(r"[()\[\]{}]")
OPENERS = re.compile(
    r"(?:\w\s*[(\[{:=+&\\]|[)\]}]\s*[{:]|->|=>|\b(?:else|for|if|elif|while|do|try|return|import|from|def|class|function|const|let|var"
    r"|public|private|static|new|and|or|not|in|is|await|async|then|elsif|case|select|where|join|on|as|with))\s*$",
    re.IGNORECASE,
)
"""Ends of a line after which more must come."""
NO_OPENER = frozenset(")]};,.\"'`0123456789")
"""The usual last characters of a line that is none of those."""
TRAILING = re.compile(r",\s*$")
LONE = re.compile(r"^\s*[A-Za-z_$@][\w$.-]*\s*$")
COMMENT = re.compile(r"^\s+(?://|#(?!\w)|--|/\*).*$|^\s*(?://|/\*)\s*$")
"""A comment inside a block, or one without a word."""
ENDS_ALONE = re.compile(
    r"\s*(?:end|fi|done|esac|pass|break|continue|exit|return|endif|fin|EOF|EOT|quit|loop|next|wend|endfor)\s*$"
)
OPEN_TAG = re.compile(r"\s*<[A-Za-z][\w:-]*(?:\s[^<>]*)?$")
BLOCKS = [
    (sign, re.compile(opens, re.MULTILINE), re.compile(closes, re.MULTILINE))
    for sign, opens, closes in (
        ("; do", r"^[ \t]*(?:for|while|until)\b.*; do\b", r"\bdone\b"),
        ("; then", r"^[ \t]*if\b.*; then\b", r"\bfi\b"),
        ("\\begin{", r"\\begin\{", r"\\end\{"),
        ("<html", r"<html\b", r"</html"),
    )
]
"""Blocks that words open and close: what a code with any holds, how they open and how they close."""
QUOTE = re.compile(r"\"(?<!\\\")")
OPEN_STRING = re.compile(r"[=(,\[:]\s*(?:'[^']*|`[^`]*)$")


def breaks_off(code: str, may_be_open: bool = True) -> bool:
    r"""Whether code ends where more must come: an open bracket or string, a dangling word, a lone name, a bare comment.

    Args:
        code: the code.
        may_be_open: whether a bracket may be open; False where `may_be_open` says that none is.

    >>> breaks_off("for row in rows:\n    total += row["), breaks_off("total = sum(rows)\nprint(total)")
    (True, False)
    """
    code = code.rstrip()
    last = code.rsplit("\n", 1)[-1]
    if not last or ENDS_ALONE.match(last):
        return False
    if ("'" in last or "`" in last) and OPEN_STRING.search(NO_BRACKETS.sub("", _bounded(last))):
        return True
    if _quotes(last) % 2 and _quotes(code) % 2:
        return True
    if last[-1] not in NO_OPENER and OPENERS.search(last) and not COMMENT.match(last):
        return True
    if last.endswith(",") and not _like(TRAILING, _before(code)):
        return True
    if (may_be_open and _open_brackets(code) > 0) or OPEN_TAG.match(last) or _open_blocks(code):
        return True
    if COMMENT.match(last):
        before = _before(code)
        return bool(before) and not _like(COMMENT, before[-1:])
    if LONE.match(last):
        before = _before(code)
        return bool(before) and not _like(LONE, before)
    return False


def _open_blocks(code: str) -> bool:
    """Whether a shell's loop or condition, a LaTeX environment or an HTML page never ends."""
    return any(sign in code and len(opens.findall(code)) > len(closes.findall(code)) for sign, opens, closes in BLOCKS)


def may_be_open(codes: pl.Series) -> pl.Series:
    """Return whether a bracket of each code may be open: more of a kind open than close. Few in a hundred are so."""
    opened = codes.str.contains(NEVER_CLOSED) | (codes.str.count_matches(ESCAPED.pattern) > MOST_ESCAPED)
    codes = codes.set(opened, "")
    bare = codes.str.replace_all(NO_BRACKETS.pattern, "")
    more = [
        bare.str.count_matches(one, literal=True) > bare.str.count_matches(other, literal=True)
        for other, one in PAIRS.items()
    ]
    return opened | more[0] | more[1] | more[2] | bare.str.contains(MAY_PAIR_WITH_NONE)


def _bounded(code: str) -> str:
    """Return code without what a pattern would look to the end for again and again: of openings each takes a square.

    Those are comments that never close, and escaped quotes where there are very many.
    """
    last = code.rfind("*/")
    if code.rfind("/*") > last - 2:
        code = OPENED.sub(lambda opening: opening.group() if opening.start() < last + 2 else "&&", code)
    return ESCAPED.sub("", code) if "\\" in code and len(ESCAPED.findall(code)) > MOST_ESCAPED else code


def _before(code: str) -> list[str]:
    """Return the lines before the last one that are not blank."""
    return [line for line in code.split("\n")[:-1] if line.strip()]


def _quotes(text: str) -> int:
    """Count the double quotes that are not escaped."""
    return len(QUOTE.findall(text)) if '"' in text else 0


def _like(pattern: re.Pattern[str], lines: Sequence[str]) -> bool:
    """Whether a tenth of some lines, or more, are of a form: then it says nothing of the last."""
    return 10 * sum(pattern.search(line) is not None for line in lines) > len(lines)


def _open_brackets(code: str) -> int:
    """Count the brackets that never close; where one closes that never opened, nothing can be told: 0."""
    stack: list[str] = []
    code = SMILE.sub("", LETTERED.sub("\n", "\n" + NO_BRACKETS.sub("", _bounded(code))))
    for bracket in BRACKET.findall(code):
        if bracket in PAIRS:
            if not stack or stack.pop() != PAIRS[bracket]:
                return 0
        else:
            stack.append(bracket)
    return len(stack)

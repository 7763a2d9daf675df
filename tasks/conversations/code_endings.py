"""Tells code that breaks off from code that is whole, without knowing its language."""

from __future__ import annotations

import re
from collections.abc import Sequence

PAIRS = {")": "(", "]": "[", "}": "{"}
NO_BRACKETS = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\\n])*`|(?://|#|--).*|/\*[\s\S]*?\*/")
"""Strings and comments, whose brackets pair with none."""
EMOTICON = re.compile(r"[:;]-?[)(]|^\s*\w{1,3}[).]", re.MULTILINE)
"""Brackets that pair with none: a smile, a list's `a)`."""
OPENERS = re.compile(
    r"(?:\w\s*[(\[{:=+&\\]|[)\]}]\s*[{:]|->|=>|\b(?:else|for|if|elif|while|do|try|return|import|from|def|class|function|const|let|var"
    r"|public|private|static|new|and|or|not|in|is|await|async|then|elsif|case|select|where|join|on|as|with))\s*$",
    re.IGNORECASE,
)
"""Ends of a line after which more must come."""
TRAILING = re.compile(r",\s*$")
LONE = re.compile(r"^\s*[A-Za-z_$@][\w$.-]*\s*$")
COMMENT = re.compile(r"^\s+(?://|#(?!\w)|--|/\*).*$|^\s*(?://|/\*)\s*$")
"""A comment inside a block, or one without a word."""
ENDS_ALONE = re.compile(
    r"\s*(?:end|fi|done|esac|pass|break|continue|exit|return|endif|fin|EOF|EOT|quit|loop|next|wend|endfor)\s*$"
)
QUOTE = re.compile(r"(?<!\\)\"")
OPEN_STRING = re.compile(r"[=(,\[:]\s*(?:'[^']*|`[^`]*)$")


def breaks_off(code: str) -> bool:
    r"""Whether code ends where more must come: an open bracket or string, a dangling word, a lone name, a bare comment.

    >>> breaks_off("for row in rows:\n    total += row["), breaks_off("total = sum(rows)\nprint(total)")
    (True, False)
    """
    lines = [line for line in code.rstrip().split("\n") if line.strip()]
    if not lines:
        return False
    last, before = lines[-1], lines[:-1]
    if ENDS_ALONE.match(last):
        return False
    if OPEN_STRING.search(NO_BRACKETS.sub("", last)) or (_quotes(last) % 2 and _quotes(code) % 2):
        return True
    if OPENERS.search(last) and not COMMENT.match(last):
        return True
    if last.rstrip().endswith(",") and not _like(TRAILING, before):
        return True
    if _open_brackets(code) > 0:
        return True
    if COMMENT.match(last):
        return bool(before) and not _like(COMMENT, before[-1:])
    return bool(before) and bool(LONE.match(last)) and not _like(LONE, before)


def _quotes(text: str) -> int:
    """Count the double quotes that are not escaped."""
    return len(QUOTE.findall(text))


def _like(pattern: re.Pattern[str], lines: Sequence[str]) -> bool:
    """Whether a tenth of some lines, or more, are of a form: then it says nothing of the last."""
    return 10 * sum(pattern.search(line) is not None for line in lines) > len(lines)


def _open_brackets(code: str) -> int:
    """Count the brackets that never close; where one closes that never opened, nothing can be told: 0."""
    stack: list[str] = []
    for bracket in re.findall(r"[()\[\]{}]", EMOTICON.sub("", NO_BRACKETS.sub("", code))):
        if bracket in PAIRS:
            if not stack or stack.pop() != PAIRS[bracket]:
                return 0
        else:
            stack.append(bracket)
    return len(stack)

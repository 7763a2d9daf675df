"""Takes needless backslashes out of a block of prose."""

from __future__ import annotations

import re
from collections.abc import Callable

from tasks.markdown.fastchat.reading import INDENTED, LONGEST, MOST, Span, code_spans, reading

# The backslash first, which Python's engine searches for fast; what may stand before it is asked behind it.
ESCAPE = re.compile(r"\\(?<!\\\\)(?=[_*])")
ESCAPED = re.compile(r"\\(?<!\\\\)[_*]")
INERT = re.compile(r"\\(?:(?<=[A-Za-z0-9]\\)(?=_[A-Za-z0-9])|(?<=\w \\)(?=\* ))")
"""Before an underscore inside a word, or a star between blanks behind a word, no backslash is needed."""
AT_START = re.compile(
    r"^[ \t]*(?:(?:\d+[.)]|[*+>-])[ \t]*)*+(?:\\\*(?=\s|\Z)|\\?[_*](?:\\?[_*]|[ \t])*$)", re.MULTILINE
)
"""A star that would begin an item, or a line that would be a rule."""
EMPHASIS = {
    "_": (re.compile(r"(?<!\w)_++(?!\s|\Z)"), re.compile(r"(?<=\S)_+(?![^\W_])")),
    "*": (re.compile(r"(?<!\*)\*++(?!\s|\Z)"), re.compile(r"(?<=[^\s*])\*+")),
}
"""Where CommonMark lets an underscore or a star open and close emphasis, and somewhat more."""


def without_backslashes(text: str) -> tuple[str, int]:
    r"""Return a block without the backslashes that the reference parser can do without, and how many went.

    >>> without_backslashes(r"Set `a\_b` and MY\_VAR; \*not bold\*")
    ('Set `a\\_b` and MY_VAR; \\*not bold*', 2)
    """
    before = text.count("\\")
    may_be_code = "    " in text and INDENTED.search(text) is not None
    code = code_spans(text)
    if not may_be_code and not any("\n" in text[start:end] for start, end in code):
        text = _outside_code(text, code, lambda part: INERT.sub("", part))
        code = code_spans(text)
    places = _outside(code, [found.start() for found in ESCAPE.finditer(text)])
    if places and len(text) <= LONGEST:
        bare = _without(text, places)
        escaped = {text[place + 1] for place in places}
        may_be_code |= "``" in text or "~~~" in text or any("\n" in text[start:end] for start, end in code)
        if (not may_be_code and _opens_nothing(text, bare, escaped)) or reading(bare) == (meant := reading(text)):
            text = bare
        else:
            for place in reversed(places[:MOST]):
                shorter = text[:place] + text[place + 1 :]
                text = shorter if reading(shorter) == meant else text
    return text, before - text.count("\\")


def _opens_nothing(text: str, bare: str, escaped: set[str]) -> bool:
    """Whether no sign that a block escapes can begin an item or a rule, or open emphasis that a later one closes.

    Nor may signs without a backslash open any: a bare one beside them would change what they are.
    """
    if AT_START.search(text):
        return False
    others = ESCAPED.sub("!", text)
    for opens, closes in map(EMPHASIS.__getitem__, escaped):
        for read in (bare, others):
            opening = opens.search(read)
            if opening and closes.search(read, opening.end()):
                return False
    return True


def _outside_code(text: str, spans: list[Span], change: Callable[[str], str]) -> str:
    """Return a text with what stands outside spans of code changed."""
    out, at = [], 0
    for start, end in spans:
        out += [change(text[at:start]), text[start:end]]
        at = end
    return "".join([*out, change(text[at:])])


def _outside(spans: list[Span], places: list[int]) -> list[int]:
    """Return the places that stand in no span."""
    left = spans[::-1]
    out = []
    for place in places:
        while left and left[-1][1] <= place:
            left.pop()
        if not left or place < left[-1][0]:
            out.append(place)
    return out


def _without(text: str, places: list[int]) -> str:
    """Return a text without the characters at some places."""
    parts = [text[start + 1 : end] for start, end in zip([-1, *places], [*places, len(text)], strict=True)]
    return "".join(parts)

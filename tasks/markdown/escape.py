"""Backslashes: put where Markdown would read text as markup, and nowhere else, as the reference parser says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.markdown.comparison import misreadings
from tasks.markdown.delimiters import as_literals, variants
from tasks.markdown.events import Event, Kind, Spot, write
from tasks.markdown.state import State

RISKS = re.compile(
    r"\\(?:[!-/:-@\[-`{-~]|\n|$)"  # a backslash that would escape, or break the line
    r"|`|~~"
    r"|(?<![ \n])\*|\*(?![ \n])"  # a star with a neighbour
    r"|(?:^|[\W_])_|_(?:\W|$)"  # an underscore that is not inside a word
    r"|<(?:[A-Za-z/!?]|[^\s<>@]{1,64}@)"  # a tag, a comment or an autolink
    r"|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
)
LINE_START = (
    r"[ \t]*(?:#{1,6}(?=[ \t\n]|\Z)|>|[-+*](?=[ \t\n]|\Z)|%s[.)](?=[ \t\n]|\Z)|~~~|```|\[[^\]\n]+\]:"
    r"|[=|:\-][=|:\- \t]*(?=\n|\Z)|[*_][*_ \t]*(?=\n|\Z))"
)
FIRST_LINE = re.compile(LINE_START % "[0-9]{1,9}")
NEXT_LINE = re.compile(r"\n" + LINE_START % "0{0,8}1")
"""Within a paragraph a line begins a numbered list only with the number 1."""
NUMBERED = re.compile(r"([0-9]{1,9})(?=[.)](?:[ \t]|\Z))")
FIRST = frozenset("#>-+*0123456789~`[=|:_ \t")
CANDIDATE = re.compile(r"[\\`*_\[\]<&~!]|(?:(?<=\n)|\A)[#>+\-=|:]|(?:(?<=\n)|\A)(?<=[0-9])[.)]|(?<=[0-9])[.)](?=\s|\Z)")
OPENER = re.compile(r"(?:\A|\n)[ \t]*(?:[0-9]{1,9})?(?=[^\s0-9])")
"""What stands before the character that makes a line another block."""

LONGEST = 50_000
"""Characters of a block up to which the reference parser is asked; it reads them in 0.1 s, hostile ones in a second."""
SHORT = 500
"""Characters of a block in which each backslash is tried again once all are found."""


def suspect(text: str, start: bool = True) -> bool:
    """Whether text could be read as markup; True is a guess that `escaped` verifies, False is certain.

    Args:
        text: one text node.
        start: whether it begins its block.
    """
    # A character is found by `in` three times as fast as by a pattern, and nine texts in ten hold none of these.
    marked = "*" in text or "_" in text or "`" in text or "<" in text or "&" in text or "\\" in text or "~" in text
    if marked and RISKS.search(text):
        return True
    if "](" in text or ("\n" in text and NEXT_LINE.search(text)):
        return True
    return start and text[:1] in FIRST and FIRST_LINE.match(text) is not None


def simply_escaped(text: str, paragraph: bool) -> str | None:
    """Return a suspect text that is all of its block, where what it needs is certain; else None.

    A star or underscore without another opens nothing, and a number at the start takes one backslash. Two suspect
    paragraphs in three end here: the reference parser took a sixth of the time of all conversion for them.
    """
    if "\\" in text or "](" in text or "\n" in text or text.count("*") > 1 or text.count("_") > 1:
        return None
    if RISKS.search(text.replace("*", "x").replace("_", "x")):
        return None
    if not FIRST_LINE.match(text):
        return text
    numbered = NUMBERED.match(text)
    if numbered and not paragraph:
        return text
    return f"{numbered[1]}\\{text[numbered.end() :]}" if numbered else None


def escaped(events: list[Event], context: str, state: State, risky: bool) -> str:
    """Render a block's events with the fewest backslashes that make it read as it should.

    Beside a formula each dollar of the text is escaped: a reader that knows formulas would pair it with another.

    Args:
        events: the block's tidy events.
        context: paragraph, heading or cell: what the text must not turn into.
        state: the answer's state; its effort pays for each reading.
        risky: whether some text could be read as markup.
    """
    dollars = _dollars(events)
    size = sum(len(value) for _, value in events)
    if not risky:
        return write(events, dollars)
    if size > LONGEST or state.effort < size:
        return _hurried(events, dollars)
    for variant in variants(events):
        spots, missing = _needed(variant, context, state, size, dollars)
        if not missing:
            return write(variant, spots)
    if state.effort < size:
        return _hurried(events, dollars)
    state.note("inexact", "")
    for _ in range(3):  # what is written as it stands can keep another pair from being read
        _, missing = _needed(events, context, state, size, dollars)
        if not missing:
            break
        events = as_literals(events, missing)
    spots, missing = _needed(events, context, state, size, dollars)
    return _hurried(events, dollars) if missing else write(events, spots)


def _dollars(events: list[Event]) -> set[Spot]:
    """Return the places of the dollars that stand in text, where the block holds a formula."""
    if not any(kind == Kind.RAW and value.startswith("$") for kind, value in events):
        return set()
    texts = [(at, value) for at, (kind, value) in enumerate(events) if kind == Kind.TEXT and "$" in value]
    return {(at, place) for at, value in texts for place, character in enumerate(value) if character == "$"}


def _needed(events: list[Event], context: str, state: State, size: int, given: set[Spot]) -> tuple[set[Spot], set[int]]:
    """Find the backslashes that events need beside those given: before the openings of what is misread.

    Returns:
        The spots, and which events are not read as the markup that they are, whatever is escaped.
    """
    spots = given
    guessed: set[Spot] = set()
    while state.effort >= size:
        state.effort -= size
        found, missing = misreadings(events, spots, context)
        if found is None:  # not the one block that it should be
            found = guessed = _line_starts(events)
        if not found and not missing:
            return _fewest(events, context, state, size, spots, given, guessed), missing
        if not found - spots:
            return spots, missing or {-1}
        spots = spots | found
    return spots, {-1}


def _fewest(
    events: list[Event], context: str, state: State, size: int, spots: set[Spot], given: set[Spot], guessed: set[Spot]
) -> set[Spot]:
    """Drop each backslash without which the block reads the same; in a long block only those that were a guess."""
    runs = {(at, place) for at, place in spots if (at, place - 1) in spots or (at, place + 1) in spots}
    tried = spots if size <= SHORT else guessed | runs
    changed = len(spots) > 1
    while changed:  # without one, another may be needed no longer
        changed = False
        for spot in sorted((spots & tried) - given, reverse=True):
            if state.effort >= size:
                state.effort -= size
                if misreadings(events, spots - {spot}, context) == (set(), set()):
                    spots = spots - {spot}
                    changed = True
    return spots


def _line_starts(events: list[Event]) -> set[Spot]:
    """Return the first characters of lines that could begin another block than a paragraph."""
    spots: set[Spot] = set()
    for at, (kind, value) in enumerate(events):
        if kind == Kind.TEXT:
            first = at == 0 or events[at - 1][0] == Kind.BREAK
            found = [FIRST_LINE.match(value)] if first else []
            for line in [*found, *NEXT_LINE.finditer(value)]:
                opener = OPENER.match(value, line.start()) if line else None
                if opener:
                    spots.add((at, opener.end()))
            if first and value[:1] == "<":
                spots.add((at, 0))
            spots.update((at, line.end() - 1) for line in re.finditer(r"\n[ \t]*<", value))
    return spots


def _hurried(events: list[Event], spots: set[Spot]) -> str:
    """Escape a block that is too long or too many to verify, by the local rules alone, beside the spots given."""
    for at, (kind, value) in enumerate(events):
        if kind == Kind.TEXT and suspect(value):
            near = set(_near_risks(value))
            spots = spots | {(at, found.start()) for found in CANDIDATE.finditer(value) if found.start() in near}
    return write(events, spots)


def _near_risks(text: str) -> Iterator[int]:
    """Yield the positions at which some risk stands: marks, line starts, brackets before links."""
    for found in RISKS.finditer(text):
        yield from range(found.start(), min(found.end(), found.start() + 4))
    for line in [FIRST_LINE.match(text), *NEXT_LINE.finditer(text)]:
        if line:
            yield from range(line.start(), min(line.end(), line.start() + 14))
    if "](" in text:
        yield from (place for place, character in enumerate(text) if character in "[]")

"""Backslashes: put where Markdown would read text as markup, and nowhere else, as the reference parser says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from tasks.markdown.delimiters import variants
from tasks.markdown.events import Event, Kind, plain, render
from tasks.markdown.reader import reads_as
from tasks.markdown.state import State

MARKS = re.compile(r"[\\`*_<&~]")
RISKS = re.compile(
    r"\\(?:[!-/:-@\[-`{-~]|\n|$)"  # a backslash that would escape, or break the line
    r"|`|~~"
    r"|(?<![ \n])\*|\*(?![ \n])"  # a star with a neighbour
    r"|(?:^|[\W_])_|_(?:\W|$)"  # an underscore that is not inside a word
    r"|<(?:[A-Za-z/!?]|[^\s<>@]{1,64}@)"  # a tag, a comment or an autolink
    r"|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
)
LINE_START = (
    r"[ \t]*(?:#{1,6}(?:[ \t\n]|\Z)|>|[-+*](?:[ \t\n]|\Z)|[0-9]{1,9}[.)](?:[ \t\n]|\Z)|~~~|```|\[[^\]\n]+\]:"
    r"|[=|:\-][=|:\- \t]*(?:\n|\Z)|[*_][*_ \t]*(?:\n|\Z))"
)
FIRST_LINE = re.compile(LINE_START)
NEXT_LINE = re.compile(r"\n" + LINE_START)
FIRST = frozenset("#>-+*0123456789~`[=|:_ \t")
CANDIDATE = re.compile(r"[\\`*_\[\]<&~!]|(?:(?<=\n)|\A)[#>+\-=|:]|(?:(?<=\n)|\A)(?<=[0-9])[.)]|(?<=[0-9])[.)](?=\s|\Z)")
CLOSING_HASHES = re.compile(r"#+[ \t]*\Z")

Spot = tuple[int, int]
"""An event and a position in its text, before which a backslash can stand."""
LONGEST = 4_000
"""Characters of a block up to which the reference parser is asked (it is not linear on hostile text)."""


def suspect(text: str, start: bool = True) -> bool:
    """Whether text could be read as markup; True is a guess that `settle` verifies, False is certain.

    Args:
        text: one text node.
        start: whether it begins its block.
    """
    if MARKS.search(text) and RISKS.search(text):
        return True
    if "](" in text:
        return True
    if start and text and text[0] in FIRST and FIRST_LINE.match(text):
        return True
    return "\n" in text and NEXT_LINE.search(text) is not None


def settle(events: list[Event], context: str, state: State) -> str:
    """Render a block's events with the fewest backslashes that make it read as it should.

    Args:
        events: the block's tidy events.
        context: paragraph, heading or cell: what the text must not turn into.
        state: the answer's state; its effort pays for each reading.
    """
    size = sum(len(value) for _, value in events)
    if size > LONGEST or state.effort < size:
        return _hurried(events, context)

    def reads(variant: list[Event], write: Callable[[list[Event]], str]) -> bool:
        state.effort -= size
        return reads_as(variant, write, context)

    if reads(events, plain):
        return plain(events)
    for variant in variants(events):
        if variant is not events and reads(variant, plain):
            return plain(variant)
        spots = list(_spots(variant, context))
        if spots and reads(variant, partial(_write, spots=spots)):
            return _write(variant, _fewest(spots, state.effort // max(size, 1), partial(_reads_with, reads, variant)))
    state.note("inexact", "")
    return _write(events, list(_spots(events, context)))


def _reads_with(
    reads: Callable[[list[Event], Callable[[list[Event]], str]], bool], events: list[Event], spots: list[Spot]
) -> bool:
    """Whether events read as meant with backslashes before these spots."""
    return reads(events, partial(_write, spots=spots))


def _hurried(events: list[Event], context: str) -> str:
    """Escape a block that is too long or too many to verify, by the local rules alone."""
    near = {at: _near_risks(value) for at, (kind, value) in enumerate(events) if kind is Kind.TEXT and suspect(value)}
    return _write(events, [(at, place) for at, place in _spots(events, context) if place in near.get(at, ())])


def _near_risks(text: str) -> set[int]:
    """Return the positions of a text at which some risk stands: marks, line starts, brackets before links."""
    places = {
        place for found in RISKS.finditer(text) for place in range(found.start(), min(found.end(), found.start() + 4))
    }
    for found in NEXT_LINE.finditer(text):
        places.update(range(found.start(), min(found.end(), found.start() + 14)))
    first = FIRST_LINE.match(text)
    if first:
        places.update(range(min(first.end(), 14)))
    if "](" in text:
        places.update(place for place, character in enumerate(text) if character in "[]")
    return places


def _spots(events: list[Event], context: str) -> Iterator[Spot]:
    """Yield event and position of each character that a backslash could stand before."""
    for at, (kind, value) in enumerate(events):
        if kind is not Kind.TEXT:
            continue
        for found in CANDIDATE.finditer(value):
            yield at, found.start()
        if context == "heading" and at == len(events) - 1:
            closing = CLOSING_HASHES.search(value)
            if closing and closing.start():
                yield at, closing.start()


def _write(events: list[Event], spots: list[Spot]) -> str:
    """Render events with a backslash before each spot."""
    places: dict[int, list[int]] = {}
    for at, position in spots:
        places.setdefault(at, []).append(position)
    parts = []
    for at, (kind, value) in enumerate(events):
        start = 0
        for position in sorted(set(places.get(at, ()))):
            parts += [value[start:position], "\\"]
            start = position
        parts.append(value[start:] if start or at in places else render(kind, value))
    return "".join(parts)


def _fewest(spots: list[Spot], trials: int, reads: Callable[[list[Spot]], bool]) -> list[Spot]:
    """Drop every backslash whose removal leaves the reading the same, the last ones first, halves before singles."""
    kept = list(spots)
    todo = [(0, len(spots))]
    while todo and trials > 0:
        low, high = todo.pop()
        dropped = set(spots[low:high])
        trial = [spot for spot in kept if spot not in dropped]
        trials -= 1
        if reads(trial):
            kept = trial
        elif high - low > 1:
            middle = (low + high) // 2
            todo += [(low, middle), (middle, high)]
    return kept

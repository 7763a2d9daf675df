"""Turns a conversation before and after into what a reader compares: few turns, cut to size, differences marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

HEAD, TAIL = 480, 240
"""Characters shown of a text's start and end; a screen of a phone."""
BEFORE = 80
"""Characters shown before the first difference."""
MOST_TURNS = 4
WORD = re.compile(r"\s*\S+|\s+")
PSEUDONYM = re.compile(r"(<[A-Z_]{2,16}_[0-9]{1,9}>)")

Start = Literal["text", "difference", "pseudonym"]
Piece = tuple[str, bool]
"""A stretch of text and whether it is marked."""


@dataclass(frozen=True)
class Turn:
    """One turn as it stood at one side.

    Args:
        turn: raw index; -1 where there is none.
        mark: what became of it, where it was dropped or merged.
    """

    turn: int
    role: str
    text: str
    mark: str = ""


@dataclass(frozen=True)
class Shown:
    """One turn as shown: its text in pieces."""

    turn: int
    role: str
    mark: str
    pieces: list[Piece]
    characters: int


@dataclass(frozen=True)
class Sample:
    """One example: the same turns before and after, or a copy and what was kept in its place.

    Args:
        row_id: the conversation.
        notes: what was measured, by name.
        pairs: what stood there, and what stands there now, where anything does.
        more: turns that are not shown.
    """

    row_id: str
    notes: list[tuple[str, str]]
    pairs: list[tuple[Shown, Shown | None]]
    more: int = 0

    def two(self) -> bool:
        """Whether there is a second side at all."""
        return any(other for _, other in self.pairs)


@dataclass(frozen=True)
class Gallery:
    """Everything the report says of one word of the vocabulary."""

    word: str
    sentence: str
    stage: str
    conversations: int
    turns: int
    titles: tuple[str, str] = ("source", "result")
    samples: list[Sample] = field(default_factory=list)
    example: str = ""


def choose_turns(before: Sequence[Turn], focus: Sequence[int]) -> list[int]:
    """Return the raw indices to show: those in question, and the turn before the first of them."""
    places = [turn.turn for turn in before]
    wanted = [place for place in places if place in set(focus)][: MOST_TURNS - 1] or places[:2]
    if wanted and wanted[0] in places and places.index(wanted[0]):
        wanted = [places[places.index(wanted[0]) - 1], *wanted]
    return wanted


def clip(text: str, start: int = 0) -> tuple[str, str]:
    """Cut a text to what is shown: its part from near `start`, and its end; either may be all."""
    first = max(0, start - BEFORE) if start > HEAD - BEFORE else 0
    if len(text) - first <= HEAD + TAIL:
        return ("…" if first else "") + text[first:], ""
    return ("…" if first else "") + text[first : first + HEAD], text[-TAIL:]


def difference(one: str, other: str) -> int:
    """Return the place of the first character that differs; 0 for equal texts."""
    if one == other:
        return 0
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low


def _pieces(head: str, tail: str) -> list[Piece]:
    """Mark the pseudonyms of a text."""
    text = f"{head}\n⋯\n{tail}" if tail else head
    return [(piece, PSEUDONYM.fullmatch(piece) is not None) for piece in PSEUDONYM.split(text) if piece]


def show(turn: Turn, start: int = 0) -> Shown:
    """Return a turn as shown, from near a place on."""
    return Shown(turn.turn, turn.role, turn.mark, _pieces(*clip(turn.text, start)), len(turn.text))


def compare(one: Turn, other: Turn) -> tuple[Shown, Shown]:
    """Return two turns as shown, from their first difference on, with the words marked that only one of them has."""
    start = difference(one.text, other.text)
    cut = [clip(turn.text, start) for turn in (one, other)]
    words = [WORD.findall(head) for head, _ in cut]
    matcher = SequenceMatcher(None, words[0], words[1], autojunk=False)
    pieces: tuple[list[Piece], list[Piece]] = ([], [])
    for kind, from_one, to_one, from_other, to_other in matcher.get_opcodes():
        for side, low, high in ((0, from_one, to_one), (1, from_other, to_other)):
            if high > low:
                pieces[side].append(("".join(words[side][low:high]), kind != "equal"))
    for side, (_, tail) in enumerate(cut):
        if tail:
            pieces[side].append((f"\n⋯\n{tail}", False))
    shown = [
        Shown(turn.turn, turn.role, turn.mark, pieces[side], len(turn.text)) for side, turn in enumerate((one, other))
    ]
    return shown[0], shown[1]


def begin(turn: Turn, other: Turn | None, start: Start) -> int:
    """Return the place in a turn's text from near which it is shown."""
    if start == "pseudonym":
        found = PSEUDONYM.search(turn.text)
        return found.start() if found else 0
    return difference(turn.text, other.text) if start == "difference" and other else 0


def before_after(
    row_id: str,
    notes: list[tuple[str, str]],
    before: Sequence[Turn],
    after: Sequence[Turn],
    focus: Sequence[int],
    start: Start = "text",
) -> Sample:
    """Show the turns in question as they were and as they are.

    Args:
        row_id: the conversation.
        notes: what was measured, by name.
        before: its raw turns.
        after: its turns as they read now, with what became of each.
        focus: raw indices of the turns in question.
        start: from where a long text is shown: its start, the first difference, or the first pseudonym.
    """
    wanted = choose_turns(before, focus)
    after_by_place = {turn.turn: turn for turn in after}
    pairs: list[tuple[Shown, Shown | None]] = []
    for turn in before:
        if turn.turn in wanted:
            other = after_by_place.get(turn.turn)
            pairs.append(
                (show(turn, begin(turn, other, start)), show(other, begin(other, turn, start)) if other else None)
            )
    return Sample(row_id, notes, pairs, more=len(before) - len(pairs))


def side_by_side(row_id: str, notes: list[tuple[str, str]], copy: Sequence[Turn], kept: Sequence[Turn]) -> Sample:
    """Show a dropped copy beside the conversation kept in its place, from the turn on where they part."""
    same = 0
    while same < min(len(copy), len(kept)) and copy[same].text == kept[same].text:
        same += 1
    start = max(0, min(same, len(copy) - 1, len(kept) - 1) - 1)
    both = list(zip(copy, kept, strict=False))[start : start + 2]
    pairs: list[tuple[Shown, Shown | None]] = [compare(one, other) for one, other in both]
    return Sample(row_id, notes, pairs, more=max(len(copy), len(kept)) - len(pairs))

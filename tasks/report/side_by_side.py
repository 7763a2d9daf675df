"""Lays two versions of a conversation side by side: a few turns, shortened, with the differences marked."""

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
    """One turn as it stands on one side.

    Args:
        turn: raw index, -1 where there is none.
        mark: what became of it, where it was dropped or merged.
    """

    turn: int
    role: str
    text: str
    mark: str = ""


@dataclass(frozen=True)
class ShownTurn:
    """One turn as it is shown: its text in pieces, and how many characters it has."""

    turn: int
    role: str
    mark: str
    pieces: list[Piece]
    characters: int


@dataclass(frozen=True)
class Example:
    """One conversation: its turns before and after, or a dropped copy and what was kept in its place.

    Args:
        row_id: the conversation.
        notes: names and values of what was measured.
        pairs: a turn of the left side and the one on its right, if there is one.
        more: how many turns are not shown.
    """

    row_id: str
    notes: list[tuple[str, str]]
    pairs: list[tuple[ShownTurn, ShownTurn | None]]
    more: int = 0

    def two_sided(self) -> bool:
        """Whether any turn has a right side."""
        return any(other for _, other in self.pairs)


@dataclass(frozen=True)
class ExampleGroup:
    """A reason or a repair: its sentence, how often it was given, and examples of it.

    Args:
        word: the reason's or the repair's name.
        sentence: what it means.
        stage: the view in which it is new.
        conversations: how many it was given to.
        turns: how many it was given to.
        titles: of the left and the right side.
        examples: those that are shown.
        example: row_id of one conversation, also where all are too long to be shown.
    """

    word: str
    sentence: str
    stage: str
    conversations: int
    turns: int
    titles: tuple[str, str] = ("source", "result")
    examples: list[Example] = field(default_factory=list)
    example: str = ""


def choose_turns(before: Sequence[Turn], focus: Sequence[int]) -> list[int]:
    """Return the raw indices to show: those in question, and the turn before the first of them."""
    places, asked = [turn.turn for turn in before], set(focus)
    wanted = [place for place in places if place in asked][: MOST_TURNS - 1] or places[:2]
    first = places.index(wanted[0]) if wanted else 0
    return [places[first - 1], *wanted] if first else wanted


def clip(text: str, start: int = 0) -> tuple[str, str]:
    """Return what is shown of a text: the part from near `start` on, and its end where that is not in the first."""
    first = max(0, start - BEFORE) if start > HEAD - BEFORE else 0
    if len(text) - first <= HEAD + TAIL:
        return ("…" if first else "") + text[first:], ""
    return ("…" if first else "") + text[first : first + HEAD], text[-TAIL:]


def first_difference(one: str, other: str) -> int:
    """Return the place of the first character that differs; 0 for equal texts."""
    if one == other:
        return 0
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low


def _pieces(head: str, tail: str) -> list[Piece]:
    """Return a text in pieces, its pseudonyms marked."""
    text = f"{head}\n⋯\n{tail}" if tail else head
    return [(piece, PSEUDONYM.fullmatch(piece) is not None) for piece in PSEUDONYM.split(text) if piece]


def show(turn: Turn, start: int = 0) -> ShownTurn:
    """Return a turn as it is shown, from near a character on."""
    return ShownTurn(turn.turn, turn.role, turn.mark, _pieces(*clip(turn.text, start)), len(turn.text))


def mark_differences(one: Turn, other: Turn) -> tuple[ShownTurn, ShownTurn]:
    """Return two turns as they are shown, from their first difference on, words that only one of them has marked."""
    start = first_difference(one.text, other.text)
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
        ShownTurn(turn.turn, turn.role, turn.mark, pieces[side], len(turn.text))
        for side, turn in enumerate((one, other))
    ]
    return shown[0], shown[1]


def first_shown(turn: Turn, other: Turn | None, start: Start) -> int:
    """Return the character of a turn's text from near which it is shown."""
    if start == "pseudonym":
        found = PSEUDONYM.search(turn.text)
        return found.start() if found else 0
    return first_difference(turn.text, other.text) if start == "difference" and other else 0


def before_after(
    row_id: str,
    notes: list[tuple[str, str]],
    before: Sequence[Turn],
    after: Sequence[Turn],
    focus: Sequence[int],
    start: Start = "text",
) -> Example:
    """Return the turns in question as they were and as they are.

    Args:
        row_id: the conversation.
        notes: names and values of what was measured.
        before: its raw turns.
        after: its turns as they read now, with what became of each.
        focus: raw indices of the turns in question.
        start: from where a long text is shown: its start, the first difference, or the first pseudonym.
    """
    wanted = choose_turns(before, focus)
    after_by_place = {turn.turn: turn for turn in after}
    pairs: list[tuple[ShownTurn, ShownTurn | None]] = []
    for turn in before:
        if turn.turn in wanted:
            other = after_by_place.get(turn.turn)
            pairs.append(
                (
                    show(turn, first_shown(turn, other, start)),
                    show(other, first_shown(other, turn, start)) if other else None,
                )
            )
    return Example(row_id, notes, pairs, more=len(before) - len(pairs))


def side_by_side(row_id: str, notes: list[tuple[str, str]], copy: Sequence[Turn], kept: Sequence[Turn]) -> Example:
    """Return a dropped copy beside the conversation kept in its place, from the turn on where they part."""
    same = 0
    while same < min(len(copy), len(kept)) and copy[same].text == kept[same].text:
        same += 1
    start = max(0, min(same, len(copy) - 1, len(kept) - 1) - 1)
    both = list(zip(copy, kept, strict=False))[start : start + 2]
    pairs: list[tuple[ShownTurn, ShownTurn | None]] = [mark_differences(one, other) for one, other in both]
    return Example(row_id, notes, pairs, more=max(len(copy), len(kept)) - len(pairs))

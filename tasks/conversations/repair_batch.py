"""The repair of a batch: conversations whose turns alternate are seen from the columns, the others read one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

import schemas.repairs
from schemas.enums import Fate
from schemas.marks import Mark
from schemas.reasons import Reason
from schemas.settings import Input
from tasks.conversations.raw import SPEAKERS, RawTurns
from tasks.conversations.repairs import NO_MARKS, Repaired, repair
from tasks.conversations.roles import Role

_MARKS = {mark.value: mark for mark in Mark}
TELLING = (Reason.TOOL_ROUND, Reason.IMAGE_ROUND, Reason.NOT_TEXT, Reason.NULL_TEXT)
"""Reasons of a round that say why a whole conversation goes."""
MadeRow = tuple[int, int, schemas.repairs.Repair]
"""A repair: row, turn, kind."""


@dataclass(frozen=True)
class BatchMarks:
    """What the fields of a batch's turns say beside their words, of the few rows that say anything.

    Args:
        by_row: marks by row and turn, reasoning apart.
        reasoning: row, turn and text.
    """

    by_row: dict[int, dict[int, set[Mark]]] = field(default_factory=dict)
    reasoning: list[tuple[int, int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class BatchRepair:
    """What repairs make of a batch.

    Args:
        role: of each turn, flat.
        fates: columns fate, into_turn and reason of each turn, flat.
        reasons: why a conversation goes as a whole.
        unlabelled: raw indices of answers without label; None = none.
        made: what was changed in turns.
        joined: of turns that go on in mid-sentence, by place: the place they are merged into, characters left out at
            the end before and at their start, and what stands between.
    """

    role: pa.StringArray
    fates: list[pa.Array]
    reasons: list[str | None]
    unlabelled: list[list[int] | None]
    made: list[MadeRow]
    joined: dict[int, tuple[int, int, int, str]] = field(default_factory=dict)


def read_marks(column: pa.ChunkedArray) -> BatchMarks:
    """Read a column of MARK lists."""
    found = BatchMarks()
    if column.null_count == len(column):
        return found
    for row, marks in enumerate(column.to_pylist()):
        for mark in marks or ():
            if mark["mark"] == Mark.REASONING:
                found.reasoning.append((row, mark["turn"], mark["text"]))
            else:
                found.by_row.setdefault(row, {}).setdefault(mark["turn"], set()).add(_MARKS[mark["mark"]])
    return found


def repair_batch(
    raw: RawTurns, content: pa.StringArray, marks: BatchMarks, pages: list[bool], settings: Input
) -> BatchRepair:
    """Repair the conversations of a batch.

    Args:
        raw: the turns.
        content: their texts as converted.
        marks: what their fields say.
        pages: per conversation, whether its answers come from ChatGPT's page.
        settings: what becomes of repeated turns, tools and images.
    """
    rows = len(raw.ends) - 1
    fates: list[str | None] = [None] * len(content)
    into: list[int | None] = [None] * len(content)
    dropped: list[str | None] = [None] * len(content)
    reasons: list[str | None] = [None] * rows
    unlabelled: list[list[int] | None] = [None] * rows
    made: list[MadeRow] = []
    turned: dict[int, str] = {}
    joined: dict[int, tuple[int, int, int, str]] = {}
    odd = ~raw.well_formed(content)
    odd[list(marks.by_row)] = True
    for row in np.flatnonzero(odd).tolist():
        start, end = raw.ends[row : row + 2].tolist()
        roles, texts = raw.meanings(start, end), content[start:end].to_pylist()
        found = repair(roles, texts, settings, page=pages[row], marks=marks.by_row.get(row, NO_MARKS))
        turns = raw.turn[start:end].to_pylist()
        fates[start:end] = [fate.fate for fate in found.fates]
        dropped[start:end] = [fate.reason for fate in found.fates]
        into[start:end] = [None if fate.into_turn is None else turns[fate.into_turn] for fate in found.fates]
        for at, fate in enumerate(found.fates, start):
            if fate.fate == Fate.MERGED and fate.joined and fate.into_turn is not None:
                joined[at] = (start + fate.into_turn, *fate.joined)
        unlabelled[row] = [turns[at] for at in found.unlabelled] or None
        for at, role in _changed(roles, found.roles):
            turned[start + at] = role.value
            made.append((row, turns[at], schemas.repairs.Repair.TOOL_TEXT))
        kept = [role for fate, role in zip(found.fates, found.roles, strict=True) if fate.fate is None]
        if Role.USER not in kept:
            reasons[row] = _why_nothing(found)
    columns = [pa.array(fates, pa.string()), pa.array(into, pa.int32()), pa.array(dropped, pa.string())]
    role_column = raw.role
    if turned:
        named = [turned.get(at, word) for at, word in enumerate(raw.role.to_pylist())]
        role_column = pa.array(named, pa.string())
    return BatchRepair(role_column, columns, reasons, unlabelled, made, joined)


def _why_nothing(found: Repaired) -> str:
    """Return why a conversation has no round left: the reason of all its questions, if that says more."""
    reasons = {fate.reason for fate, role in zip(found.fates, found.roles, strict=True) if role is Role.USER}
    telling = reasons & {reason.value for reason in TELLING}
    return next(iter(telling)) if len(reasons) == len(telling) == 1 else Reason.NO_EXCHANGE.value  # type: ignore[return-value]  # of a dropped turn


def _changed(before: list[Role | None], after: list[Role | None]) -> Iterator[tuple[int, Role]]:
    """Yield the places whose role became that of a speaker."""
    for at, (was, role) in enumerate(zip(before, after, strict=True)):
        if role is not None and role is not was and role in SPEAKERS:
            yield at, role

"""Finds the rounds that lean on a question or answer that was dropped before them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from schemas.enums import Fate
from schemas.reasons import Reason
from tasks.conversations.continuing import Request, request_of
from tasks.conversations.pairs import asks_again
from tasks.conversations.ragged import offsets_of, owners_of
from tasks.quality.rules import Judgement

NOTHING_LOST = frozenset(
    (
        Reason.LEADING_ASSISTANT,
        Reason.SUPERSEDED_ANSWER,
        Reason.HIDDEN_TURN,
        Reason.DROPPED_ROLE,
        Reason.TRAILING_USER,
        Reason.UNANSWERED,
        Reason.UNKNOWN_ROLE,
    )
)
"""Reasons of turns that the conversation goes on without: a greeting, what was asked or answered anew, a turn alone."""


def with_leaning_rounds(judgement: Judgement, turns: pa.ListArray, signals: pl.DataFrame, after_drop: str) -> Judgement:
    """Return the judgement with the rest of each conversation cut, or flagged, behind a round that was dropped.

    Args:
        judgement: what the rules said.
        turns: all raw turns as converted, no null lists.
        signals: one row per kept turn: row, round and turn.
        after_drop: drop, tag or keep.
    """
    if after_drop == "keep":
        return judgement
    flat = turns.flatten()
    dropped = pc.fill_null(pc.equal(flat.field("fate"), Fate.DROPPED.value), False).to_numpy(zero_copy_only=False)
    rows = {*owners_of(offsets_of(turns.value_lengths()))[dropped].tolist(), *judgement.cuts}
    if not rows:
        return judgement
    flags, cuts = [*judgement.flags], dict(judgement.cuts)
    numbers: dict[int, dict[int, int]] = {}
    positions = signals.filter(pl.col("row").is_in(sorted(rows))).select("row", "turn", "round")
    for row, turn, number in positions.iter_rows():
        numbers.setdefault(row, {})[turn] = number
    for row, rounds in numbers.items():
        bad = {number: scope for number, _, scope in cuts.get(row, [])}
        found = _first_leaning(turns[row].as_py(), rounds, bad)
        if found is None:
            continue
        if after_drop == "tag":
            flags[row] = [*flags[row], Reason.LEANS_ON_DROPPED.value]
        else:
            cuts[row] = sorted([*cuts.get(row, []), (found, Reason.LEANS_ON_DROPPED, "rest")], key=lambda one: one[0])
    return Judgement(flags, cuts)


def _first_leaning(turns: list[dict[str, Any]], rounds: dict[int, int], bad: Mapping[int, str]) -> int | None:
    """Return the number of the first kept round that leans on a dropped one; None = none does.

    Args:
        turns: of one conversation, raw.
        rounds: the round of each kept turn, by raw index.
        bad: scope of the rounds that the rules drop, by number.
    """
    lost: str | None = None
    begun = False
    systems: set[str] = set()
    for turn in turns:
        number, user = rounds.get(turn["turn"], -1), turn["role"] == "user"
        if turn["role"] == "system":
            if turn["reason"] == Reason.MISPLACED_SYSTEM and turn["content"] not in systems:
                lost = lost or _SOMETHING  # what follows obeys it
            systems.add(turn["content"])
        elif number in bad:
            if bad[number] == "rest":
                return None  # the rest goes for a reason of its own
            lost = turn["content"] if user else lost
        elif number >= 0:
            if user and _leans(turn["content"], lost):
                return number
            lost, begun = None, True
        elif turn["fate"] == Fate.DROPPED:
            lost = _lost_with(turn, lost, begun=begun)
    return None


def _lost_with(turn: Mapping[str, Any], lost: str | None, *, begun: bool) -> str | None:
    """Return what is lost once a turn was dropped, given what was lost before it since the last kept round."""
    user = turn["role"] == "user"
    if turn["reason"] == Reason.LEADING_ASSISTANT:
        return lost or _BEGINNING
    if turn["reason"] in NOTHING_LOST:
        return lost
    if turn["reason"] != Reason.EMPTY_QUESTION:
        return turn["content"] if user else _SOMETHING if lost in (None, _BEGINNING) else lost
    return _SOMETHING if begun and not user else lost  # an answer to nothing, in the middle


def _leans(question: str, lost: str | None) -> bool:
    """Whether a question leans on what was lost before it: it does not ask the same again, or wants the rest of it."""
    if lost == _BEGINNING:
        return request_of(question) is Request.REST
    return lost is not None and not asks_again(lost, question)


_SOMETHING = "\0"
"""What was lost where no question tells it: nothing repeats it."""
_BEGINNING = "\1"
"""An answer before the first question was lost, a greeting or a piece's first: only who asks for its rest misses it."""

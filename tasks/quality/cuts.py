"""Cuts bad rounds out of conversations: what goes, and what is left."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from schemas.reasons import Reason
from schemas.settings import Quality
from tasks.quality.rules import Judgement, Scope


@dataclass(frozen=True)
class Cut:
    """What is cut from one conversation.

    Args:
        turns: the reason of each turn that is dropped, by raw index.
        reason: why the whole conversation is dropped; None = something is left.
    """

    turns: dict[int, Reason]
    reason: Reason | None


def cut(signals: pl.DataFrame, judgement: Judgement, settings: Quality) -> dict[int, Cut]:
    """Return the cut of each row that loses a turn or is too short as it is."""
    sizes = signals.group_by("row", maintain_order=True).agg(
        rounds=pl.col("round").max() + 1, size=pl.col("characters").sum()
    )
    small = sizes.filter((pl.col("rounds") < settings.min_rounds) | (pl.col("size") < settings.min_characters))["row"]
    affected = sorted({*judgement.cuts, *small})
    turns: dict[int, list[tuple[int, int, int]]] = {}
    kept = signals.filter(pl.col("row").is_in(affected)).select("row", "round", "turn", "characters")
    for row, *turn in kept.iter_rows():
        turns.setdefault(row, []).append(tuple(turn))
    return {row: _cut_one(part, judgement.cuts.get(row, []), settings) for row, part in turns.items()}


def _cut_one(turns: list[tuple[int, int, int]], bad: list[tuple[int, Reason, Scope]], settings: Quality) -> Cut:
    """Cut one conversation, given its kept turns as (round, raw index, characters)."""
    dropped: dict[int, Reason] = {}
    last = max((round_ for round_, _, _ in turns), default=-1)
    for round_, reason, scope in bad:
        end = last if scope == "rest" or round_ < 0 else round_
        for number in range(max(round_, 0), end + 1):
            dropped.setdefault(number, reason)
    marked = {turn: dropped[round_] for round_, turn, _ in turns if round_ in dropped}
    kept = [(round_, characters) for round_, _, characters in turns if round_ not in dropped]
    rounds = len({round_ for round_, _ in kept if round_ >= 0})
    if rounds == 0 and bad:
        return Cut(marked, bad[0][1])
    if rounds < settings.min_rounds:
        return Cut(marked, Reason.TOO_FEW_ROUNDS)
    if sum(characters for _, characters in kept) < settings.min_characters:
        return Cut(marked, Reason.TOO_SHORT)
    return Cut(marked, None)

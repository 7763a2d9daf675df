"""Cuts bad rounds out of conversations: what goes, and what is left."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from schemas.reasons import Reason
from schemas.settings import Quality
from tasks.quality.rules import Reach, Verdicts


@dataclass(frozen=True)
class Cut:
    """What is cut from one conversation.

    Args:
        turns: raw index of each turn that goes, with its reason.
        reason: why the whole conversation goes; None = something is left.
    """

    turns: dict[int, Reason]
    reason: Reason | None


def cut(signals: pl.DataFrame, verdicts: Verdicts, settings: Quality) -> dict[int, Cut]:
    """Return what is cut from each row that loses anything, or is too short as it is."""
    sizes = signals.group_by("row", maintain_order=True).agg(
        rounds=pl.col("round").max() + 1, size=pl.col("characters").sum()
    )
    small = sizes.filter((pl.col("rounds") < settings.min_rounds) | (pl.col("size") < settings.min_characters))["row"]
    affected = sorted({*verdicts.cuts, *small})
    turns = signals.filter(pl.col("row").is_in(affected)).select("row", "round", "turn", "characters")
    return {
        row: _cut_one(part.drop("row").rows(), verdicts.cuts.get(row, []), settings)
        for (row,), part in turns.partition_by("row", as_dict=True).items()
    }


def _cut_one(turns: list[tuple[int, int, int]], bad: list[tuple[int, Reason, Reach]], settings: Quality) -> Cut:
    """Cut one conversation, given its living turns as (round, raw index, characters)."""
    gone: dict[int, Reason] = {}
    last = max((round_ for round_, _, _ in turns), default=-1)
    for round_, reason, reach in bad:
        end = last if reach == "tail" or round_ < 0 else round_
        for number in range(max(round_, 0), end + 1):
            gone.setdefault(number, reason)
    marked = {turn: gone[round_] for round_, turn, _ in turns if round_ in gone}
    kept = [(round_, characters) for round_, _, characters in turns if round_ not in gone]
    rounds = len({round_ for round_, _ in kept if round_ >= 0})
    if rounds == 0 and bad:
        return Cut(marked, bad[0][1])
    if rounds < settings.min_rounds:
        return Cut(marked, Reason.TOO_FEW_ROUNDS)
    if sum(characters for _, characters in kept) < settings.min_characters:
        return Cut(marked, Reason.TOO_SHORT)
    return Cut(marked, None)

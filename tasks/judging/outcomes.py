"""Judgements as outcomes: who wins a question in one order, and in both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

FATES = ("scored", "unreadable", "refused", "too_long", "failed")
ORDERS = ("first", "second")
ALL = "all"

Row = Mapping[str, Any]
"""A row of the table judgements."""


@dataclass
class Question:
    """One question for one pair: its judgements by order."""

    question_id: str
    category: str
    rows: dict[str, Row] = field(default_factory=dict)

    def gaps(self, orders: Iterable[str]) -> list[float] | None:
        """Return the model's lead in each order; None where a judgement that was to be made has no scores."""
        wanted = [self.rows[order] for order in orders if order in self.rows]
        if not wanted or any(row["fate"] != "scored" for row in wanted):
            return None
        return [row["score"] - row["score_against"] for row in wanted]

    def outcome(self, orders: Iterable[str]) -> int | None:
        """Return 1 = the model wins, -1 = it loses, 0 = neither, or not in every order; None = not judged."""
        gaps = self.gaps(orders)
        if gaps is None:
            return None
        signs = {int(np.sign(gap)) for gap in gaps}
        return signs.pop() if len(signs) == 1 else 0

    def length_gap(self) -> tuple[int, int]:
        """Return the lengths of the model's and the other's answer, in characters."""
        row = next(iter(self.rows.values()))
        return int(row["characters"]), int(row["characters_against"])


@dataclass
class Pair:
    """All questions of one pair of models."""

    model: str
    against: str
    questions: list[Question]

    def orders(self) -> tuple[str, ...]:
        """Return the orders it was judged in."""
        return tuple(order for order in ORDERS if any(order in one.rows for one in self.questions))

    def categories(self) -> list[str]:
        """Return the categories in the order of the questions."""
        return list(dict.fromkeys(one.category for one in self.questions))

    def scores(self, orders: Iterable[str], questions: Iterable[Question]) -> tuple[npt.NDArray[np.float64], ...]:
        """Return the model's and the other's scores, means over the orders, one value a counted question."""
        orders = tuple(orders)
        counted = [one for one in questions if one.gaps(orders) is not None]
        return tuple(
            np.array([np.mean([one.rows[order][name] for order in orders if order in one.rows]) for one in counted])
            for name in ("score", "score_against")
        )


def pairs_of(rows: Iterable[Row]) -> list[Pair]:
    """Return the pairs of the judgements between two models, in the order they come in."""
    found: dict[tuple[str, str], dict[str, Question]] = {}
    for row in rows:
        if row["kind"] == "pair":
            questions = found.setdefault((row["model"], row["against"]), {})
            question = questions.setdefault(row["question_id"], Question(row["question_id"], row["category"]))
            question.rows[row["shown"]] = row
    return [Pair(*names, list(questions.values())) for names, questions in found.items()]


def count_fates(rows: Iterable[Row]) -> dict[str, int]:
    """Return how many judgements were expected, and how many of them met each fate."""
    listed = list(rows)
    return {"expected": len(listed)} | {fate: sum(row["fate"] == fate for row in listed) for fate in FATES}

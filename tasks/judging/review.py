"""What people are asked to read, by need and by chance, and how far they agree with the judge."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from schemas.settings.judge import Judge
from tasks.judging.outcomes import Pair, Question, Row, pairs_of
from tasks.judging.plan import digest
from tasks.judging.statistics import kappa, share

VERDICTS = ("model", "tie", "against")
NEED = ("unreadable", "orders_disagree")
CHANCE = "chance"
ARENA = "arena"
"""How a pair came before a person: by need, by the sample, or in a battle of the arena, where it was written."""
Answers = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Rows of 09_answers by model and question id."""


@dataclass(frozen=True)
class Card:
    """One pair to read.

    Args:
        pair: digest of question and answers.
        model: in question.
        against: the other.
        question_id: of the question.
        category: of the question.
        question: its text.
        left: the answer shown on the left.
        right: the answer shown on the right.
        model_left: whether the left one is the model's; which is drawn, so that nobody can tell from the place.
        words: what the judge said, one a judgement: which answer it saw first, its scores for left and right, its text.
        drawn: chance | unreadable | orders_disagree.
    """

    pair: str
    model: str
    against: str
    question_id: str
    category: str
    question: str
    left: str
    right: str
    model_left: bool
    words: tuple[tuple[str, str, str], ...]
    drawn: str

    def verdict(self, side: str) -> str:
        """Return the verdict that a choice of left | tie | right is."""
        return "tie" if side == "tie" else "model" if (side == "left") == self.model_left else "against"


def pair_digest(question: str, answer: str, answer_against: str) -> str:
    """Return what a pair is known by in every comparison: question and answers, whichever model is in question."""
    return digest("pair", question, sorted((answer, answer_against)))[:24]


def draw(rows: Sequence[Row], answers: Answers, settings: Judge) -> list[Card]:
    """Return the pairs to be read: those that need it first, then the sample by chance, each in a drawn order.

    The sample is drawn from all pairs with two answers, whatever became of them, so that it speaks for all of them. A
    pair that needs reading and is in the sample counts as drawn by chance.
    """
    whole = [
        (_lot(settings.seed, pair, one), pair, one)
        for pair in pairs_of(rows)
        for one in pair.questions
        if all(one.question_id in answers[name] for name in (pair.model, pair.against))
    ]
    whole.sort(key=lambda drawn: drawn[0])
    chance = math.ceil(settings.review_share * len(whole))
    sample = [_card(pair, one, answers, CHANCE, lot) for lot, pair, one in whole[:chance]]
    rest = [(_need(pair, one), lot, pair, one) for lot, pair, one in whole[chance:]]
    needed = [(NEED.index(need), _card(pair, one, answers, need, lot)) for need, lot, pair, one in rest if need]
    return [card for _, card in sorted(needed, key=lambda one: one[0])] + sample


def _lot(seed: int, pair: Pair, question: Question) -> float:
    """Return a number from 0 to 1 that depends on the pair and the seed alone."""
    text = f"{seed}\0{pair.model}\0{pair.against}\0{question.question_id}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2**64


def _need(pair: Pair, question: Question) -> str | None:
    """Return why a pair needs reading."""
    if any(row["fate"] == "unreadable" for row in question.rows.values()):
        return "unreadable"
    gaps = question.gaps(pair.orders())
    return "orders_disagree" if gaps is not None and len({np.sign(gap) for gap in gaps}) > 1 else None


def _card(pair: Pair, question: Question, answers: Answers, drawn: str, lot: float) -> Card:
    mine, other = (answers[name][question.question_id] for name in (pair.model, pair.against))
    model_left = int(lot * 2**32) % 2 == 0
    left, right = (mine, other) if model_left else (other, mine)
    words = []
    for order, row in question.rows.items():
        first_is_left = (order == "first") == model_left
        scores = "no scores"
        if row["fate"] == "scored":
            own, others = row["score"], row["score_against"]
            scores = f"{own:g} : {others:g}" if model_left else f"{others:g} : {own:g}"
        words.append(("left" if first_is_left else "right", scores, row.get("text") or row.get("detail") or ""))
    return Card(
        pair=pair_digest(mine["question"], mine["answer"], other["answer"]),
        model=pair.model,
        against=pair.against,
        question_id=question.question_id,
        category=question.category,
        question=mine["question"],
        left=left["answer"],
        right=right["answer"],
        model_left=model_left,
        words=tuple(words),
        drawn=drawn,
    )


def agreement(
    rows: Sequence[Row], votes: Iterable[Mapping[str, Any]], answers: Answers, settings: Judge
) -> list[dict[str, Any]]:
    """Return the table agreement: each person, and all together, by how the pairs were drawn.

    Of several votes of one person on one pair the last counts. Votes of other comparisons and of the arena count where
    question and answers are the same.
    """
    judged = _judged(rows, answers)
    names = {row[side] for row in rows for side in ("model", "against")}
    votes = [vote for vote in votes if vote["model"] in names]
    last = {(vote["who"], vote.get("voter"), vote["pair"]): vote for vote in votes if vote["pair"] in judged}
    people: list[str | None] = [*dict.fromkeys(who for who, *_ in last)]
    found = []
    for who in [*people, None] if len(people) > 1 else people:
        for drawn, ways in ((CHANCE, (CHANCE,)), ("need", NEED), (ARENA, (ARENA,))):
            mine = [vote for vote in last.values() if who in (None, vote["who"]) and vote["drawn"] in ways]
            if mine:
                found.append({"who": who, "drawn": drawn} | _agree(mine, judged, settings))
    return found


def _judged(rows: Sequence[Row], answers: Answers) -> dict[str, tuple[str, int | None]]:
    """Return by pair whose win the outcome 1 is, and the outcome."""
    found = {}
    for pair in pairs_of(rows):
        for one in pair.questions:
            if all(one.question_id in answers[name] for name in (pair.model, pair.against)):
                mine, other = (answers[name][one.question_id] for name in (pair.model, pair.against))
                key = pair_digest(mine["question"], mine["answer"], other["answer"])
                found[key] = (pair.model, one.outcome(pair.orders()))
    return found


def _agree(
    votes: Sequence[Mapping[str, Any]], judged: Mapping[str, tuple[str, int | None]], settings: Judge
) -> dict[str, Any]:
    table = np.zeros((3, 3))
    unjudged = 0
    for vote in votes:
        model, outcome = judged[vote["pair"]]
        if outcome is None:
            unjudged += 1
            continue
        own = VERDICTS.index(vote["verdict"])
        # The same pair may stand the other way round in the comparison that was voted on.
        table[own if vote["model"] == model else 2 - own, 1 - outcome] += 1
    total, agreed = int(table.sum()), int(np.trace(table))
    same, beyond = share(agreed, total, settings.confidence), kappa(table, settings.confidence)
    return {
        "votes": total,
        "agreed": agreed,
        "share": same.value,
        "share_low": same.low,
        "share_high": same.high,
        "kappa": beyond.value,
        "kappa_low": beyond.low,
        "kappa_high": beyond.high,
        "unjudged": unjudged,
    }

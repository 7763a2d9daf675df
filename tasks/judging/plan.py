"""What is to be judged: every question, pair and order, with the key under which its replies are kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from schemas.settings.judge import Judge
from tasks.judging.endpoint import Endpoint
from tasks.judging.prompt import messages, prompt_digest
from tasks.judging.questions import Question

CHARACTERS_A_TOKEN = 4.0
"""Of English prose, for the estimate before the first call; what a run costs is counted by the endpoint."""


def digest(*parts: object) -> str:
    """Return the digest of plain values."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Item:
    """One judgement to be made.

    Args:
        kind: pair | self_check.
        model: in question; its answer is shown first where `order` is first.
        against: the other model.
        question: the question.
        order: first | second.
        answer: of the model; None where there is none.
        answer_against: of the other.
    """

    kind: str
    model: str
    against: str
    question: Question
    order: str
    answer: str | None
    answer_against: str | None

    def is_whole(self) -> bool:
        """Whether both answers are there."""
        return self.answer is not None and self.answer_against is not None

    def shown(self) -> tuple[str, str]:
        """Return the two answers in the order they are shown."""
        pair = self.answer or "", self.answer_against or ""
        return pair if self.order == "first" else (pair[1], pair[0])

    def messages(self) -> list[dict[str, str]]:
        """Return what the judge is asked."""
        return messages(self.question.text, *self.shown())

    def key(self, judge: Endpoint, settings: Judge, sample: int = 0) -> str:
        """Return the digest of all that a reply depends on: judge, prompt, question, answers in their order, sample.

        The host belongs to the judge, its port does not: a local server gets another one each time.
        """
        asked = [judge.host, judge.model, settings.temperature, settings.max_tokens]
        return digest(prompt_digest(), asked, self.question.question_id, self.question.text, self.shown(), sample)


def make_pairs(models: Sequence[str], against: Sequence[str]) -> list[tuple[str, str]]:
    """Return the pairs: each model against each of the others named, or without those all pairs of the models."""
    if against:
        return [(model, other) for model in models for other in against if model != other]
    return [(model, other) for place, model in enumerate(models) for other in models[place + 1 :]]


def plan(
    pairs: Sequence[tuple[str, str]],
    questions: Sequence[Question],
    answers: Mapping[str, Mapping[str, str]],
    settings: Judge,
) -> list[Item]:
    """Return every judgement to be made.

    Args:
        pairs: of models.
        questions: all of them are expected, whether or not they were answered.
        answers: by model, by question id.
        settings: which orders, and how many self checks.
    """
    orders = ("first", "second") if settings.orders == "both" else (settings.orders,)
    found = [
        Item(
            "pair",
            model,
            against,
            one,
            order,
            answers[model].get(one.question_id),
            answers[against].get(one.question_id),
        )
        for model, against in pairs
        for one in questions
        for order in orders
    ]
    return (
        [*found, *_self_checks(pairs[0][0], questions, answers[pairs[0][0]], settings.self_check)] if pairs else found
    )


def _self_checks(model: str, questions: Sequence[Question], answers: Mapping[str, str], count: int) -> Iterator[Item]:
    """Yield answers against themselves, one category after the other."""
    by_category: dict[str, list[Question]] = {}
    for one in questions:
        if one.question_id in answers:
            by_category.setdefault(one.category, []).append(one)
    deepest = max(map(len, by_category.values()), default=0)
    turns = [group[depth] for depth in range(deepest) for group in by_category.values() if depth < len(group)]
    for one in turns[:count]:
        text = answers[one.question_id]
        yield Item("self_check", model, model, one, "first", text, text)


@dataclass(frozen=True)
class Prices:
    """US dollars for a million tokens read, and written."""

    read: float
    written: float

    def of(self, read: float, written: float) -> float:
        """Return what so many tokens cost."""
        return (read * self.read + written * self.written) / 1e6


LIST_PRICES = Prices(30.0, 60.0)
"""Of gpt-4, by OpenAI's list."""


def prices(judge: Endpoint, settings: Judge) -> Prices:
    """Return the judge's prices: as set, else gpt-4's, and nothing at an address of this machine."""
    known = Prices(0.0, 0.0) if judge.is_local() else LIST_PRICES
    return Prices(
        known.read if settings.price_in is None else settings.price_in,
        known.written if settings.price_out is None else settings.price_out,
    )


def tokens_in(asked: list[dict[str, str]]) -> float:
    """Return about how many tokens a prompt has."""
    return sum(len(one["content"]) for one in asked) / CHARACTERS_A_TOKEN

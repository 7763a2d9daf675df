"""Has a judge compare models' answers: plans every judgement, asks for it, and publishes figures and report."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from schemas.errors import PipelineError, SettingsError
from schemas.judging import JUDGEMENTS
from schemas.settings.judge import Judge
from tasks.answer import PRESENT, stored_answers
from tasks.judging.ask import Asked, at_once
from tasks.judging.client import Client, Reply
from tasks.judging.endpoint import Endpoint
from tasks.judging.folder import held
from tasks.judging.journal import Entry, Journal
from tasks.judging.plan import Item, Prices, make_pairs, plan, prices, tokens_in
from tasks.judging.publish import Published, publish
from tasks.judging.questions import Question
from tasks.judging.read_scores import read_scores
from tasks.judging.rows import judged_row, tokens_of, unjudged_row
from tasks.judging.training_data import Leak, check_leaks

JOURNAL = "replies.jsonl"


class CostError(PipelineError):
    """A run would cost, or has cost, more than judge.max_cost."""


@dataclass
class Plan:
    """All that is to be judged, and what it will cost.

    Args:
        judge: the endpoint that judges.
        questions: of the set.
        file: of the questions.
        items: every judgement.
        answers: the rows of 09_answers, by model.
        leaks: what is known of each model's training data.
        known: replies that are there already.
        calls: requests to be sent, repetitions for unreadable replies not counted.
        cost: US dollars they are estimated to cost.
    """

    judge: Endpoint
    questions: Sequence[Question]
    file: Path
    items: list[Item]
    answers: dict[str, list[dict[str, Any]]]
    leaks: list[Leak]
    known: int = 0
    calls: int = 0
    cost: float = 0.0
    by_key: dict[str, list[Item]] = field(default_factory=dict)


def make_plan(
    root: Path,
    models: Sequence[str],
    against: Sequence[str],
    judge: Endpoint,
    file: Path,
    questions: Sequence[Question],
    settings: Judge,
) -> Plan:
    """Return what is to be judged; nothing is asked yet.

    Raises:
        SettingsError: no pair is named, or a model has seen the questions in training.
        SourceError: a model has no answers.
    """
    pairs = make_pairs(list(dict.fromkeys(models)), list(dict.fromkeys(against)))
    if not pairs:
        raise SettingsError("There is no pair to judge: name two models or more, or others with --against.")
    names = list(dict.fromkeys(name for pair in pairs for name in pair))
    stored = {name: stored_answers(root, name) for name in names}
    leaks = check_leaks(root, stored, file, questions, settings)
    texts = {
        name: {
            row["question_id"]: row["answer"]
            for row in rows
            if row["fate"] in PRESENT and row["question"] in {one.text for one in questions}
        }
        for name, rows in stored.items()
    }
    made = Plan(judge, questions, file, plan(pairs, questions, texts, settings), stored, leaks)
    with held(root / JUDGEMENTS) as folder, Journal(folder / JOURNAL) as journal:
        _estimate(made, journal, settings)
    return made


def _estimate(made: Plan, journal: Journal, settings: Judge) -> None:
    """Sort the judgements by the key of their first request, and say what those still to be sent will cost."""
    rate = prices(made.judge, settings)
    for item in made.items:
        if item.is_whole():
            # Two pairs may ask the very same: one reply serves both.
            made.by_key.setdefault(item.key(made.judge, settings), []).append(item)
    for key, (item, *_) in made.by_key.items():
        known = journal.entries.get(key)
        if known is not None and known["fate"] != "failed":
            made.known += 1
        else:
            made.calls += 1
            made.cost += rate.of(tokens_in(item.messages()), settings.written)


def judge(root: Path, made: Plan, settings: Judge, notify: Callable[[int, int], None] = lambda *_: None) -> Published:
    """Return the published comparison; a killed run goes on from the replies it had.

    Args:
        root: the data root.
        made: the plan.
        settings: of the judge and the figures.
        notify: told how many judgements are done and how many there are.

    Raises:
        CostError: it would cost more than judge.max_cost, or has.
        EndpointError: the judge takes no request; what has come is kept.
        LedgerError: fates do not add up to what was expected.
        UnjudgedError: too few judgements are scored; nothing is published.
    """
    if made.cost > settings.max_cost:
        raise CostError(
            f"{made.calls:,} judgements would cost some ${made.cost:,.2f}, more than judge.max_cost="
            f"{settings.max_cost:g}: raise it with --set judge.max_cost=…, or judge fewer models or one order."
        )
    with held(root / JUDGEMENTS) as folder, Journal(folder / JOURNAL) as journal:
        samples = asyncio.run(_ask(made, settings, journal, notify))
        rate = prices(made.judge, settings)
        rows = [_row(item, made, samples, settings, rate) for item in made.items]
        about: dict[str, Any] = {
            "expected": len(made.items),
            "judge": made.judge,
            "file": made.file,
            "questions": made.questions,
            "leaks": made.leaks,
            "answers": made.answers,
        }
        return publish(root, rows, settings, **about)


def _row(item: Item, made: Plan, samples: dict[str, list[Entry]], settings: Judge, rate: Prices) -> dict[str, Any]:
    if not item.is_whole():
        return unjudged_row(item, made.judge.model, item.key(made.judge, settings))
    key = item.key(made.judge, settings)
    return judged_row(item, made.judge.model, key, samples[key], rate)


async def _ask(
    made: Plan, settings: Judge, journal: Journal, notify: Callable[[int, int], None]
) -> dict[str, list[Entry]]:
    """Return the replies to every judgement by its key: one, or more where the first could not be read."""
    samples: dict[str, list[Entry]] = {}
    budget = Budget(prices(made.judge, settings), settings)
    async with Client(made.judge, settings) as client:
        asked = Asked(client, journal, budget.begin, budget.end)

        async def work(entry: tuple[str, list[Item]]) -> None:
            key, (item, *_) = entry
            messages, replies = item.messages(), []
            for sample in range(settings.again + 1):
                own = item.key(made.judge, settings, sample)
                reply = await asked.reply(own, messages, settings.temperature, settings.max_tokens)
                replies.append(journal.entries[own])
                if reply.fate != "answered" or read_scores(reply.text).how != "none":
                    break
            samples[key] = replies
            notify(len(samples), len(made.by_key))

        await at_once(made.by_key.items(), settings.parallel, work)
    return samples


class Budget:
    """What a run has spent, by the endpoint's own count of tokens where it counts, and what is under way."""

    def __init__(self, rate: Prices, settings: Judge) -> None:
        self.rate, self.settings = rate, settings
        self.spent = self.under_way = 0.0

    def begin(self, messages: list[dict[str, str]]) -> None:
        """Count a request that is to be sent. Raises CostError where it would go over the limit."""
        cost = self.rate.of(tokens_in(messages), self.settings.written)
        if self.spent + self.under_way + cost > self.settings.max_cost:
            raise CostError(
                f"${self.spent:,.2f} are spent, and another request would go over judge.max_cost="
                f"{self.settings.max_cost:g}: every reply is kept; raise it with --set judge.max_cost=… and the same "
                "command goes on."
            )
        self.under_way += cost

    def end(self, messages: list[dict[str, str]], reply: Reply) -> None:
        """Count what a reply cost in place of what it was estimated to."""
        self.under_way -= self.rate.of(tokens_in(messages), self.settings.written)
        self.spent += self.rate.of(*tokens_of(messages, reply.entry()))

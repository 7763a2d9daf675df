"""Asks a model every question of a set, or reads its answers from a file, and keeps them in 09_answers/<model>/."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.counts import Counts
from schemas.errors import SourceError
from schemas.judging import Answers as Contract
from schemas.settings.judge import Answers
from tasks.judging.ask import Asked, at_once
from tasks.judging.client import Client
from tasks.judging.endpoint import Endpoint
from tasks.judging.folder import held
from tasks.judging.journal import Journal
from tasks.judging.plan import digest
from tasks.judging.prompt import suspected_injection
from tasks.judging.questions import Question, read_answers
from tasks.store.parts import write_table

FILE, JOURNAL = "answers.parquet", "replies.jsonl"
PRESENT = ("answered", "too_long")

Source = Endpoint | tuple[str, Path]
"""Where answers come from: an endpoint, or a model's name and the file of its answers."""


@dataclass(frozen=True)
class Answered:
    """What came of one model.

    Args:
        model: its name.
        path: of its table.
        questions: how many were asked.
        present: how many have an answer.
        missing: the others, by fate.
        calls: requests that this run sent, retries not counted.
        unknown: answers of a file to questions that are not in the set.
    """

    model: str
    path: Path
    questions: int
    present: int
    missing: dict[str, int]
    calls: int
    unknown: int = 0


def answer(
    root: Path,
    source: Source,
    questions: Sequence[Question],
    settings: Answers,
    notify: Callable[[str, int, int], None] = lambda *_: None,
) -> Answered:
    """Return what came of one model, its table written; a killed run goes on from the replies it had.

    Args:
        root: the data root.
        source: the model's endpoint, or its file.
        questions: all of them.
        settings: how it is asked.
        notify: told the model, how many are done and how many there are.

    Raises:
        EndpointError: the endpoint takes no request; what has come is kept, the table of before stays.
        SourceError: the file holds no answers to these questions.
    """
    model = source.name if isinstance(source, Endpoint) else source[0]
    with held(root / Contract.folder / model) as folder:
        if isinstance(source, Endpoint):
            with Journal(folder / JOURNAL) as journal:
                calls = asyncio.run(_ask(source, questions, settings, journal, notify))
                rows = [_asked_row(source, one, settings, journal) for one in questions]
            unknown = 0
        else:
            found = read_answers(source[1])
            unknown = len(found.keys() - {one.question_id for one in questions})
            if unknown == len(found):
                raise SourceError(f"{source[1]} answers none of the questions: name their file with --questions.")
            rows, calls = [_file_row(model, source[1], one, found.get(one.question_id)) for one in questions], 0
            notify(model, len(questions), len(questions))
        path = folder / FILE
        table = pa.Table.from_pylist(rows, schema=Contract.schema())
        write_table(path, Contract, [(table, Counts())], digest(*(row["key"] for row in rows)))
    fates = [row["fate"] for row in rows if row["fate"] not in PRESENT]
    missing = {fate: fates.count(fate) for fate in sorted(set(fates))}
    return Answered(model, path, len(rows), len(rows) - len(fates), missing, calls, unknown)


def _key(endpoint: Endpoint, question: Question, settings: Answers) -> str:
    """Return the digest of all that an answer depends on; of its address the host, since ports of servers change."""
    asked = [endpoint.name, endpoint.host, endpoint.model, settings.temperature, settings.max_tokens]
    return digest("answer", asked, question.question_id, question.text)


async def _ask(
    endpoint: Endpoint,
    questions: Sequence[Question],
    settings: Answers,
    journal: Journal,
    notify: Callable[[str, int, int], None],
) -> int:
    done = 0
    async with Client(endpoint, settings) as client:
        asked = Asked(client, journal)

        async def work(question: Question) -> None:
            nonlocal done
            messages = [{"role": "user", "content": question.text}]
            key = _key(endpoint, question, settings)
            await asked.reply(key, messages, settings.temperature, settings.max_tokens)
            done += 1
            notify(endpoint.name, done, len(questions))

        await at_once(questions, settings.parallel, work)
    return asked.calls


def _asked_row(endpoint: Endpoint, question: Question, settings: Answers, journal: Journal) -> dict[str, Any]:
    key = _key(endpoint, question, settings)
    reply = journal.entries[key]
    names = ("fate", "finish_reason", "prompt_tokens", "completion_tokens", "seconds", "attempts", "request_id")
    text = reply["text"] if reply["fate"] in PRESENT else None
    return {
        **_about(endpoint.name, question, text),
        **{name: reply[name] for name in names},
        "detail": reply["detail"] or None,
        "answered_at": reply["at"],
        "asked": endpoint.url,
        "served_model": reply["model"],
        "temperature": settings.temperature,
        "max_tokens": settings.max_tokens,
        "key": key,
    }


def _file_row(model: str, path: Path, question: Question, text: str | None) -> dict[str, Any]:
    missing = {"fate": "failed", "detail": "the file has no answer to it"}
    fate = {"fate": "answered", "detail": None} if text is not None else missing
    key = digest("file", model, question.question_id, question.text, text)
    return _about(model, question, text) | fate | {"asked": path.name, "key": key}


def _about(model: str, question: Question, text: str | None) -> dict[str, Any]:
    return {
        "model": model,
        "question_id": question.question_id,
        "category": question.category,
        "question": question.text,
        "answer": text,
        "characters": len(text or ""),
        "injection_suspected": suspected_injection(text or ""),
    }


def stored_answers(root: Path, model: str) -> list[dict[str, Any]]:
    """Return the rows of a model's answers. Raises SourceError where it was never asked."""
    path = root / Contract.folder / model / FILE
    if not path.is_file():
        raise SourceError(
            f"There are no answers of {model} in {root / Contract.folder}: "
            f"`sharegpt answer --model {model}=URL` asks it, --data names another data root."
        )
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows

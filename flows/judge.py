"""Asks models the questions and has a judge compare their answers. Deployment judge/vicuna."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.environment import prepare

prepare()

from prefect import flow, task  # noqa: E402  # the environment must be set before
from prefect.artifacts import create_markdown_artifact  # noqa: E402
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.states import Completed  # noqa: E402
from prefect.task_runners import ThreadPoolTaskRunner  # noqa: E402

from flows.clean import data_root  # noqa: E402
from schemas.errors import SettingsError  # noqa: E402
from schemas.settings.judge import OPENAI, QUESTIONS, Answers, Judge  # noqa: E402
from schemas.shipped import or_shipped  # noqa: E402
from tasks import answer as answers_of  # noqa: E402
from tasks import judge as judgements_of  # noqa: E402
from tasks.judging.endpoint import JUDGE, Endpoint, check_keys, parse_endpoint, parse_model  # noqa: E402
from tasks.judging.publish import Published  # noqa: E402
from tasks.judging.questions import read_questions  # noqa: E402

ENDPOINTS = 4
"""Models that are asked at a time; each has its own limit of requests under way."""


@task(name="answer", task_run_name="answer {word}", cache_policy=NO_CACHE, persist_result=False)
def answer(word: str, root: Path, questions: Path, settings: Answers) -> Any:
    """A model's endpoint, or its file -> its answers."""
    done = answers_of.answer(root, parse_model(word), read_questions(questions), settings)
    message = f"{done.model}: {done.present} of {done.questions} answers, {done.calls} asked for now"
    return Completed(message=message, data=done.model)


@task(name="judge", task_run_name="judge: {models}", cache_policy=NO_CACHE, persist_result=False, tags=["judge"])
def compare(root: Path, models: list[str], against: list[str], judge_url: str, questions: Path, settings: Judge) -> Any:
    """Answers of all models -> judgements, figures, report. Prefect's limit on the tag `judge` holds for it."""
    endpoint = parse_endpoint(JUDGE, judge_url, settings.model)
    made = judgements_of.make_plan(root, models, against, endpoint, questions, read_questions(questions), settings)
    done = judgements_of.judge(root, made, settings)
    fates = done.manifest["fates"]
    return Completed(message=f"{fates['scored']:,} of {fates['expected']:,} judgements scored", data=done)


@flow(
    name="judge",
    flow_run_name="judge {models}",
    persist_result=False,
    task_runner=ThreadPoolTaskRunner(max_workers=ENDPOINTS),  # type: ignore[arg-type]  # overloads know no such runner
)
def judge(
    models: list[str],
    against: list[str] | None = None,
    judge_url: str = OPENAI,
    questions: str = str(QUESTIONS),
    data: str | None = None,
    answers: Answers = Answers(),
    judge: Judge = Judge(),
) -> Any:
    """Models' answers, judged in pairs; the final state's result is the comparison.

    Args:
        models: `NAME=URL`, `NAME=URL#MODEL` or `NAME=FILE`; `NAME` alone: its answers are there already.
        against: those of them that the others are compared with; without, each is with each.
        judge_url: where the judge is asked.
        questions: file of the questions.
        data: the data root.
        answers: how models are asked.
        judge: how answers are judged.
    """
    if not models:
        raise SettingsError("models names none: give NAME=URL, NAME=FILE, or NAME where its answers are there.")
    root, file = data_root(data).resolve(), Path(or_shipped(questions))
    words = [word for word in models if "=" in word]
    sources = [parse_model(word) for word in words]
    check_keys(one for one in sources if isinstance(one, Endpoint))
    asked = [answer.submit(word, root, file, answers) for word in words]
    for future in asked:
        future.result()
    names = [word.partition("=")[0] for word in models]
    others = against or []
    mine = [name for name in names if name not in others]
    done: Published = compare.submit(root, mine, others, judge_url, file, judge).result()
    where = f"With answers and reviews: `{(done.path / 'judge.html').resolve()}`"
    create_markdown_artifact(f"{figures(done)}\n{where}\n", "win-rates", "Who wins")
    return Completed(message=f"comparison {done.version}", data=done)


def figures(done: Published) -> str:
    """Return the figures over all questions as a Markdown table."""
    import pyarrow.parquet as pq

    rows = [row for row in pq.read_table(done.path / "win_rates.parquet").to_pylist() if row["category"] == "all"]
    names = ("model", "against", "orders", "counted", "win", "tie", "loss", "total", "total_against")
    lines = ["| " + " | ".join((*names, "ratio")) + " |", "|" + "---|" * (len(names) + 1)]
    for row in rows:
        ratio = "" if row["ratio"] is None else f"{row['ratio']:.4f}"
        lines.append("| " + " | ".join([*(str(row[name]) for name in names), ratio]) + " |")
    return "\n".join(lines) + "\n"

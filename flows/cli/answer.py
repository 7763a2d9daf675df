"""`sharegpt answer`: asks models the questions of a set, or reads their answers from files."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli import DATA, DataOption, say
from flows.cli.asking import Counter, QuestionsOption, make_section
from schemas.errors import PipelineError
from schemas.settings.judge import QUESTIONS, Answers


def answer(
    models: Annotated[
        list[str],
        typer.Option("--model", metavar="NAME=URL", help="A model: NAME=URL, NAME=URL#MODEL-THERE or NAME=FILE.jsonl."),
    ],
    questions: QuestionsOption = QUESTIONS,
    data: DataOption = DATA,
    sets: Annotated[list[str] | None, typer.Option("--set", metavar="answers.FIELD=VALUE", help="Any setting.")] = None,
) -> None:
    """Ask models the questions; answers that are there already are not asked for again.

    Example: sharegpt answer --model mine=http://127.0.0.1:8000/v1
    """
    from tasks.answer import answer as answer_all
    from tasks.judging.endpoint import Endpoint, check_keys, parse_model
    from tasks.judging.questions import read_questions

    settings = make_section("answers", Answers, sets or [])
    sources = [parse_model(word) for word in models]
    check_keys(one for one in sources if isinstance(one, Endpoint))
    asked = read_questions(questions)
    short = []
    for source in sources:
        with Counter() as counter:
            done = answer_all(data, source, asked, settings, counter.progress)
        beside = "".join(f", {count} {fate}" for fate, count in done.missing.items())
        typer.echo(f"{done.model}: {done.present} of {done.questions} answers{beside}; {done.calls} asked for now")
        if done.unknown:
            say(f"{done.model}: {done.unknown} answers of the file are to other questions, and left out.")
        if isinstance(source, Endpoint) and done.calls < done.questions:
            say(f"{done.model}: the others were there; delete {done.path.parent} to ask for them again.")
        short += [done.model] if done.missing else []
    if short:
        raise PipelineError(
            f"Not all questions have answers of {', '.join(short)}: the same command asks for those that failed again; "
            "`sharegpt judge` counts the others as failed."
        )

"""`sharegpt votes`: what people said in the arena, one strength a model, and their battles for the judge."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli import DATA, DataOption, say
from flows.cli.table import console, make_table
from schemas.errors import SourceError
from schemas.serving import VOTES, ArenaStrengths


def votes(
    data: DataOption = DATA,
    for_judge: Annotated[
        Path | None,
        typer.Option("--for-judge", help="Write battles whose texts are kept into this folder, for the judge."),
    ] = None,
) -> None:
    """Count the arena's votes: Bradley-Terry strengths, in the view arena_strengths; or write battles for the judge.

    Example: sharegpt votes
    """
    from tasks.serving import vote_figures
    from tasks.serving.vote_files import read_votes

    found = read_votes(data)
    if not found:
        raise SourceError(f"There are no votes in {data / VOTES}: `sharegpt serve-model RUN RUN` has an arena.")
    if for_judge is None:
        rows = vote_figures.publish_strengths(data, found)
        names = list(ArenaStrengths.columns())
        console().print(make_table(names, [[row[name] for name in names] for row in rows]))
        return
    counts = vote_figures.for_judge(found, for_judge)
    named = " ".join(f"--model {name}={for_judge}/{name}.jsonl" for name in counts)
    say(f"{max(counts.values())} battles of {' and '.join(counts)}; these commands have them judged and compared:")
    typer.echo(f"sharegpt answer --questions {for_judge}/questions.jsonl {named}")
    typer.echo(
        f"sharegpt judge --questions {for_judge}/questions.jsonl --models {','.join(counts)} --set judge.leakage=report"
    )

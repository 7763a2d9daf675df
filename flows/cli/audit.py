"""`sharegpt audit`: every saved check over the current version, and the share of rows that was dropped."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli import DATA, DataOption, say
from schemas.errors import PipelineError
from schemas.manifest import MAX_DROP_RATE


def audit(
    data: DataOption = DATA,
    max_drop_rate: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Largest share of rows that may have been dropped.")
    ] = MAX_DROP_RATE,
) -> None:
    """Run every saved check over the current version: those of verify, and the share of rows dropped.

    A sentence per check that does not hold, and exit code 1. The deployment audit/sharegpt does the same on a schedule.

    Example: sharegpt audit --data data
    """
    from tasks.verify import audited

    done = audited(data.resolve(), max_drop_rate)
    if done.alone:
        say(done.alone)
    for fault in done.faults:
        say(f"fault: {fault}")
    if done.faults:
        raise PipelineError(done.sentence())
    typer.echo(done.sentence())

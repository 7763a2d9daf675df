"""Lifts a stage into a Prefect task over parts."""

from __future__ import annotations

from typing import Any

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed

from tasks.runtime.run_context import RunContext
from tasks.runtime.stage import Stage
from tasks.store.parts import Part


def told(part: Part) -> Any:
    """Return a finished state whose message a person understands; Prefect hands on the part, its data."""
    counts = part.counts
    living = counts.get("living", counts.get("rows", 0))
    made = "made" if part.fresh else "unchanged"
    message = f"part {part.number}: {living:,} in, {counts.get('kept', 0):,} kept, {made}"
    return Completed(message=message, data=part)


def lift(stage: Stage, name: str) -> Task[[Part, RunContext], Part]:
    """Return the Prefect task that makes a part of a stage (or finds it made).

    Prefect's own cache is not used: it says cached after the file was deleted. The file is its own proof.
    """

    @task(name=name, task_run_name=f"{name} part {{part.number}}", cache_policy=NO_CACHE, persist_result=False)
    def make(part: Part, context: RunContext) -> Part:
        finished: Part = told(context.make(stage, part))
        return finished

    return make

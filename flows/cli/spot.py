"""`sharegpt train --spot`: prints the task, or launches it, follows it and brings the run home."""

from __future__ import annotations

from pathlib import Path

import typer

from flows.cli import say
from flows.cli.table import console, make_table
from schemas.settings.spot import Spot
from schemas.settings.train import Train


def on_spot(data: Path, settings: Train, spot: Spot, version: str | None, *, printed: bool) -> None:
    """Print the task of a run, or train it on spot instances.

    Args:
        data: the data root.
        settings: of the run.
        spot: of the machines.
        version: which published version.
        printed: whether the task is only printed.
    """
    from tasks.spot import bring_home, follow, launch_or_find, plan_spot, reckon
    from tasks.training.shapes import shape_of
    from tasks.training.source import find_source
    from tasks.training.spot.task import to_yaml

    root = data.resolve()
    task, run = plan_spot(root, spot, settings, version)
    config = find_source(root, version, settings).base.config
    state = shape_of(config).state_bytes() * 3 / 4 if config.get("model_type") == "llama" else None  # no gradients
    for line in reckon(spot, settings, state):
        say(line)
    if printed:
        typer.echo(to_yaml(task), nl=False)
        return
    number, fresh = launch_or_find(task)
    say(f"job {number} {'launched' if fresh else 'goes on'}: `sky jobs logs {number}` shows what it prints")
    follow(task["name"], spot, lambda job, spent: say(_line(job.status, job.resources, job.recoveries, spent)))
    row = bring_home(root, run, spot.bucket)
    facts = (
        "status",
        "steps",
        "attempts",
        "preemptions",
        "lost_steps",
        "hours",
        "cost",
        "cost_on_demand",
        "saved_share",
    )
    console().print(make_table(["run", *facts], [[run, *(row[name] for name in facts)]]))


def _line(status: str, resources: str, recoveries: int, spent: float | None) -> str:
    money = "" if spent is None else f", {spent:,.2f} $ so far"
    return f"{status} on {resources or 'no machine yet'}, {recoveries} recoveries{money}"

"""Trains a model on a published version, on this machine. Deployment train/vicuna."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from flows.environment import prepare

prepare()

from prefect import flow, get_run_logger, task  # noqa: E402  # the environment must be set before
from prefect.artifacts import (  # noqa: E402
    create_markdown_artifact,
    create_progress_artifact,
    update_progress_artifact,
)
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.states import Completed  # noqa: E402

from flows.clean import data_root  # noqa: E402
from schemas.errors import PipelineError  # noqa: E402
from schemas.settings.train import Train, make_train  # noqa: E402
from tasks import train as verb  # noqa: E402
from tasks.training.curve import draw, read_losses  # noqa: E402

DEFAULT = make_train("vicuna-7b", {})
STEP = 2.0
"""Per cent between two updates of the progress artifact: each is a call to the server."""


class StepsArtifact:
    """Shows a run's steps on Prefect's page."""

    def __init__(self) -> None:
        self.steps, self.shown = 1, 0.0
        self.artifact: UUID | None = None

    def notify(self, line: dict[str, Any]) -> None:
        """Take in the plan or a line of the log."""
        if "plan" in line:
            self.steps = line["plan"]["steps"]
            made = create_progress_artifact(0.0, "steps", f"run {line['run']}: {self.steps:,} steps")
            self.artifact = made if isinstance(made, UUID) else None
            for note in line["notes"]:
                get_run_logger().warning(note)
        share = 100.0 * line.get("step", 0) / self.steps
        if "loss" in line and self.artifact is not None and share - self.shown >= STEP:
            self.shown = share
            update_progress_artifact(
                self.artifact, share, description=f"step {line['step']:,}, loss {line['loss']:.4f}"
            )


@task(name="train", task_run_name="train: {settings.preset}", cache_policy=NO_CACHE, persist_result=False)
def train_run(root: Path, settings: Train, version: str | None, mirror: str | None) -> Any:
    """The run: resumed, trained, published, or found done."""
    done = verb.train(root, settings, version, Path(mirror) if mirror else None, StepsArtifact().notify)
    if done.code:
        raise PipelineError(
            done.message or f"run {done.run} was stopped at step {done.row.get('last_step')}: run again."
        )
    return Completed(message=f"run {done.run}: {done.outcome}", data=done)


@flow(name="train", flow_run_name="train {train.preset}", persist_result=False)
def train(
    data: str | None = None, version: str | None = None, train: Train = DEFAULT, mirror: str | None = None
) -> Any:
    """Train a model on a published version; a run that was stopped goes on from its newest whole checkpoint.

    Args:
        data: the data root, a folder or s3://…; SHAREGPT_DATA or ./data where none is given.
        version: a published version, or how its name begins; the current one where none is given.
        train: preset, base model and all that differs from the preset.
        mirror: a folder that outlives the machine, to which checkpoints are copied.
    """
    # In this thread, not submitted: only the main thread hears SIGTERM, at which a checkpoint is saved.
    done: Any = train_run(data_root(data).resolve(), train, version, mirror, return_state=True).result()
    create_markdown_artifact(run_markdown(done.folder, done.row), "training", f"Run {done.run}")
    return Completed(message=f"run {done.run}: {done.outcome}", data=done.run)


def run_markdown(folder: Path, row: dict[str, Any]) -> str:
    """Return a run as Markdown: the loss curve, then its row of training_runs."""
    curve = draw(read_losses(folder))
    shown = {name: value for name, value in row.items() if value is not None}
    cells = [
        f"| {name} | {value:,.6g} |" if isinstance(value, float) else f"| {name} | {value} |"
        for name, value in shown.items()
    ]
    return "\n".join([f"# Run {folder.name}", "", "```text", curve, "```", "", "| | |", "|---|---|", *cells]) + "\n"

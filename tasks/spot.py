"""Trains a run on spot instances through SkyPilot: a task written, launched once, followed, its ledger brought home."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from schemas.settings.spot import Spot
from schemas.settings.train import Train
from schemas.training import FOLDER
from tasks.store.catalogue import rebuild
from tasks.training import log
from tasks.training.files import TEMPORARY, TrainingError, differs, read_json
from tasks.training.publish import MANIFEST
from tasks.training.source import find_source
from tasks.training.spot import client, cost
from tasks.training.spot.task import make_task

POLL = 60.0
Notify = Callable[[client.Job, float | None], None]


def plan_spot(root: Path, spot: Spot, settings: Train, version: str | None = None) -> tuple[dict[str, Any], str]:
    """Return the task of a run, and the run's id. Raise TrainingError where it cannot be."""
    if spot.max_cost is not None and spot.price is None:
        raise TrainingError("spot.max_cost needs spot.price: without a price no cost is known.")
    source = find_source(root, version, settings)
    return make_task(spot, settings, source.run, source.version), source.run


def reckon(spot: Spot, settings: Train, state_bytes: float | None) -> list[str]:
    """Return what a preemption will cost, and how often to save, as sentences beside the task.

    Args:
        spot: with its guesses on preemptions.
        settings: with save_minutes.
        state_bytes: of weights and optimiser; None where not known.
    """
    lost = cost.expected_loss(settings.save_minutes, spot.restart_minutes)
    lines = [
        f"a preemption costs {lost:.0f} minutes on average: half of train.save_minutes = {settings.save_minutes:g}, "
        f"and {spot.restart_minutes:g} until a new machine trains"
    ]
    if state_bytes is not None:
        seconds = cost.save_seconds(state_bytes)
        best = cost.best_interval(seconds, spot.hours_between)
        lines.append(
            f"a checkpoint has {state_bytes / 1e9:,.0f} GB ({seconds:.0f} s at 1 GB/s): with a preemption every "
            f"{spot.hours_between:g} hours, saving every {best:.0f} minutes loses least (Young)"
        )
        if seconds > settings.notice_seconds:
            lines.append(
                f"at SIGTERM nothing is saved: that takes longer than the notice of {settings.notice_seconds:g} s"
            )
    return lines


def launch_or_find(task: dict[str, Any]) -> tuple[int, bool]:
    """Return the id of the run's job and whether it was launched now: one that still goes on is found by name."""
    found = client.find_job(task["name"])
    if found is not None and not found.ended:
        return found.number, False
    return client.launch(task), True


def follow(name: str, spot: Spot, notify: Notify = lambda *_: None, wait: float = POLL) -> client.Job:
    """Ask after a job until it has ended, cancel it past its bounds, and return how it ended.

    Args:
        name: of the job.
        spot: with max_hours, max_cost and price.
        notify: is given the job and what it cost so far, at every change of its status.
        wait: seconds between two questions.

    Raises:
        TrainingError: the job is gone, has failed, or was cancelled past its bounds.
    """
    heard: tuple[str, int] | None = None
    while True:
        job = client.find_job(name)
        if job is None:
            raise TrainingError(f"SkyPilot knows no job {name} any more: `sky jobs queue --all` shows what there is.")
        spent = None if spot.price is None else job.seconds / 3_600 * spot.price
        if heard != (job.status, job.recoveries):
            heard = (job.status, job.recoveries)
            notify(job, spent)
        if job.ended:
            if job.status != "SUCCEEDED":
                raise TrainingError(
                    f"Job {job.number} ended as {job.status}: {job.reason or f'sky jobs logs {job.number}'}."
                )
            return job
        bounds = ((job.seconds / 3_600, spot.max_hours, "hours"), (spent, spot.max_cost, "dollars"))
        for now, most, unit in bounds:
            if now is not None and most is not None and now > most:
                client.cancel(job.number)
                raise TrainingError(f"Job {job.number} was cancelled: {now:,.1f} {unit} are more than {most:g}.")
        time.sleep(wait)


def bring_home(root: Path, run: str, bucket: str, *, model: bool = True) -> dict[str, Any]:
    """Copy a run's records, and its model, from the bucket; return its row of training_runs.

    Args:
        root: the data root.
        run: its id.
        bucket: as in the settings; `file://` will do.
        model: whether final/ and the manifest are copied too.

    Raises:
        TrainingError: the bucket holds no attempts, or a model that is not what its manifest says.
    """
    import fsspec

    place = f"{bucket.rstrip('/')}/{run}"
    system, path = fsspec.core.url_to_fs(place)
    if not system.exists(f"{path}/attempts"):
        raise TrainingError(f"{place} holds no attempts: no machine has begun yet, or the bucket is another one.")
    folder = root / FOLDER / run
    folder.mkdir(parents=True, exist_ok=True)
    model = model and system.exists(f"{path}/{MANIFEST}")
    # The manifest last: it says that the model is whole.
    for name in ("attempts", "run.json", *(("final", "answers.json", MANIFEST) if model else ())):
        _fetch(system, path, name, folder)
    manifest = read_json(folder / MANIFEST) if model else None
    if manifest is not None and (wrong := differs(folder, manifest["files"])):
        (folder / MANIFEST).unlink()
        raise TrainingError(f"The model in {place} is not whole yet ({wrong}): ask again once it is uploaded.")
    row = log.write_log(folder, read_json(folder / "run.json"))
    rebuild(root)
    return row


def _fetch(system: Any, place: str, name: str, folder: Path) -> None:
    """Copy a file of a run, or all files below a folder of it, each under a temporary name until it is whole."""
    for path in system.find(f"{place}/{name}"):
        goal = folder / path[len(place) :].lstrip("/")
        goal.parent.mkdir(parents=True, exist_ok=True)
        temporary = goal.with_name(TEMPORARY + goal.name)
        system.get_file(path, str(temporary))
        temporary.replace(goal)

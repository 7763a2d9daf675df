"""Trains a model on a published version: `08_models/<run>`, resumed where it stopped, unchanged where it is done."""

from __future__ import annotations

import dataclasses
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from schemas.errors import BusyError
from schemas.settings.train import Train
from schemas.training import FOLDER, LATEST
from tasks.store.catalogue import build
from tasks.store.code_digest import code_digest
from tasks.training import checkpoints, log, process
from tasks.training.files import TrainingError, read_json, write_json
from tasks.training.mirror import Mirror
from tasks.training.plan import count_gpus
from tasks.training.publish import code_and_libraries, publish, read_model
from tasks.training.report import write_report
from tasks.training.setup import RunSetup, set_up
from tasks.training.source import Source, find_source

Notify = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Trained:
    """What an attempt came to.

    Args:
        run: the run's id.
        folder: where it lies.
        outcome: unchanged, finished, preempted, killed or failed.
        row: of the view training_runs.
        message: one sentence, where something is to be said.
        notes: what was set aside or differs since the last attempt.
    """

    run: str
    folder: Path
    outcome: str
    row: dict[str, Any]
    message: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def code(self) -> int:
        """Return the exit code: 0 done, 33 stopped with a whole checkpoint, 143 stopped without one, 1 own fault."""
        return {"finished": 0, "unchanged": 0, "preempted": 33, "stopped": 143}.get(self.outcome, 1)


def need(*modules: str) -> None:
    """Raise TrainingError where a library of the extra `train` is not installed."""
    missing = [module for module in modules if importlib.util.find_spec(module) is None]
    if missing:
        raise TrainingError(
            f"Training needs {', '.join(missing)}: `make train-demo` installs what requirements-train.lock pins, or "
            "pip install 'sharegpt-clean[train]'."
        )


def train(
    root: Path, settings: Train, version: str | None = None, mirror: Path | None = None, notify: Notify = lambda _: None
) -> Trained:
    """Train until done, stopped or failed.

    Args:
        root: the data root.
        settings: of the run.
        version: which published version, or how its name begins; None = the current one.
        mirror: a second place for checkpoints, such as a bucket; runs lie below it by id.
        notify: is given the plan, then every line of the log.

    Raises:
        TrainingError: the run cannot begin; PipelineError also where the tokenizer cannot be had.
    """
    need("torch", "transformers", "accelerate", *(["peft"] if settings.method == "lora" else []))
    source = find_source(root, version, settings)
    folder = root / FOLDER / source.run
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise BusyError(f"Another process trains run {source.run}: wait for it, or stop it first.") from error
    try:
        return _train(root, folder, source, Mirror(folder, mirror / source.run if mirror else None), notify)
    finally:
        lock.release()


def _train(root: Path, folder: Path, source: Source, mirror: Mirror, notify: Notify) -> Trained:
    mirror.fetch()
    done = read_model(folder)
    if done is not None:
        _point_to(root, source.run)
        build(root)
        return Trained(source.run, folder, "unchanged", log.read_row(folder))
    devices = source.settings.devices or max(1, count_gpus())
    setup = set_up(folder, source, devices)
    place = mirror.place / "checkpoints" if mirror.place else None
    found, notes = checkpoints.newest_of(folder / "checkpoints", place, source.run)
    attempt = _begin(folder, source, setup, found, notes)
    mirror.push()
    left_out = setup.about["data"]["left_out"]
    if left_out:
        longest = source.settings.longest
        notes = [*notes, f"{left_out:,} samples of more than train.longest = {longest} tokens are left out"]
    notify(
        {"plan": dataclasses.asdict(setup.plan), "resumed": attempt["resumed_step"], "notes": notes, "run": source.run}
    )
    job = setup.write_job(attempt, found, place)
    files = {ending: log.attempt_path(folder, attempt["attempt"], ending) for ending in ("jsonl", "txt")}
    words = process.command(job, setup.plan.devices)
    code, asked = process.run_child(words, files["jsonl"], files["txt"], notify, mirror.look)
    outcome, message = _end(folder, attempt, code, asked)
    row = log.write_log(folder, setup.about)
    write_report(folder, setup.about, row)
    if outcome == "finished":
        publish(folder, setup, row)
        mirror.finish()
        _point_to(root, source.run)
    mirror.push()
    build(root)
    return Trained(source.run, folder, outcome, row, message, notes)


def _begin(
    folder: Path, source: Source, setup: RunSetup, found: checkpoints.Checkpoint | None, notes: list[str]
) -> dict[str, Any]:
    """Write the record of an attempt that begins, and close those whose process vanished."""
    for record in log.close_open(folder):
        write_json(log.attempt_path(folder, record["attempt"]), record)
    numbers = [record["attempt"] for record in log.records(folder)]
    made_by = code_and_libraries(code_digest("tasks.training.worker"))
    if found is not None:
        notes += [
            f"{name} differ from those of the checkpoint: {found.facts[name]}, now {made_by[name]}"
            for name in ("code", "libraries")
            if found.facts.get(name) not in (None, made_by[name])
        ]
    record = {
        "attempt": max(numbers, default=0) + 1,
        "started": log.now(),
        "ended": None,
        "outcome": log.OPEN,
        "message": "; ".join(notes) or None,
        "resumed_step": found.step if found else 0,
        "seconds": 0.0,
        "devices": setup.plan.devices,
        "device": None,
        "spot": None,
        "price": source.settings.price,
        "price_on_demand": source.settings.price_on_demand,
        **made_by,
    }
    write_json(log.attempt_path(folder, record["attempt"]), record)
    return record


def _end(folder: Path, attempt: dict[str, Any], code: int, asked: int | None) -> tuple[str, str]:
    """Write how an attempt ended; return outcome and sentence."""
    number = attempt["attempt"]
    outcome_file = read_json(log.attempt_path(folder, number, "outcome.json")) or {}
    outcome, message = outcome_file.get("outcome", "killed"), outcome_file.get("message", "")
    if not outcome_file and asked is None:
        console = log.attempt_path(folder, number, "txt")
        how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        message = f"The training process ended {how} without a word (out of memory?): {console} has what it printed."
    ended = log.now()
    seconds = _between(attempt["started"], ended)
    recorded = attempt | {"ended": ended, "seconds": seconds, "outcome": outcome, "device": outcome_file.get("device")}
    recorded["message"] = "; ".join(one for one in (attempt["message"], message) if one) or None
    write_json(log.attempt_path(folder, number), recorded)
    if outcome in ("preempted", "killed") and asked is not None:
        whole = any(checkpoints.fault(one) is None for one in checkpoints.folders(folder / "checkpoints"))
        return ("preempted" if whole else "stopped"), message
    return outcome, message


def _between(start: str, end: str) -> float:
    from datetime import datetime

    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def _point_to(root: Path, run: str) -> None:
    """Name the newest finished run."""
    path = root / FOLDER / LATEST
    if read_json(path) != {"run": run}:
        write_json(path, {"run": run})

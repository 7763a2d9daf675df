"""Checkpoints one can trust: a list of sizes and hashes is written last, and what it does not prove is never loaded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.training.files import TEMPORARY, TrainingError, differs, listed, read_json, write_json

COMPLETE = "complete.json"
PREFIX = "checkpoint-"
ASIDE = "set-aside"


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint whose list was found to hold.

    Args:
        path: its folder.
        step: the optimiser step after which it was taken.
        facts: what complete.json says beside the files: run, version, tokens so far, code, libraries.
    """

    path: Path
    step: int
    facts: dict[str, Any]


def seal(folder: Path, facts: dict[str, Any]) -> None:
    """Flush every file of a checkpoint to disk, then write complete.json with facts, sizes and hashes.

    Args:
        folder: `checkpoint-<step>`, written by the trainer.
        facts: at least run and step.
    """
    write_json(folder / COMPLETE, {**facts, "files": listed(folder, (COMPLETE,), flush=True)})


def step_of(folder: Path) -> int | None:
    """Return the step in a checkpoint folder's name; None where it is no such name."""
    number = folder.name.removeprefix(PREFIX)
    return int(number) if folder.name.startswith(PREFIX) and number.isdigit() else None


def folders(home: Path) -> list[Path]:
    """List checkpoint folders, newest step first, whole or not."""
    found = [path for path in home.glob(f"{PREFIX}*") if path.is_dir() and step_of(path) is not None]
    return sorted(found, key=lambda path: step_of(path) or 0, reverse=True)


def fault(folder: Path) -> str | None:
    """Return why a checkpoint is not whole, in a few words; None where it is."""
    complete = read_json(folder / COMPLETE)
    if not isinstance(complete, dict) or "files" not in complete:
        return f"it has no {COMPLETE}"
    if complete.get("step") != step_of(folder):
        return f"its {COMPLETE} is of step {complete.get('step')}"
    return differs(folder, complete["files"])


def newest_whole(home: Path, run: str) -> tuple[Checkpoint | None, list[str]]:
    """Return the newest whole checkpoint and what was found wrong with newer ones, which are set aside.

    Args:
        home: folder of the checkpoints.
        run: the digest that decides the weights.

    Raises:
        TrainingError: a whole checkpoint is of another run.
    """
    faults: list[str] = []
    for folder in folders(home):
        wrong = fault(folder)
        if wrong is None:
            facts = read_json(folder / COMPLETE)
            if facts["run"] != run:
                raise TrainingError(
                    f"{folder} is a checkpoint of run {facts['run']}, not {run}: another version, base or other "
                    "settings. Move it away, or train with those settings."
                )
            return Checkpoint(folder, facts["step"], facts), faults
        faults.append(f"{folder.name} was set aside: {wrong}")
        set_aside(folder)
    return None, faults


def set_aside(folder: Path) -> Path:
    """Move a checkpoint that is not whole out of the way, under a name of its own, and return where it lies."""
    home = folder.parent / ASIDE
    home.mkdir(exist_ok=True)
    number = 1
    while (target := home / f"{folder.name}-{number}").exists():
        number += 1
    return folder.rename(target)


def rotate(home: Path, keep: int) -> list[str]:
    """Remove whole checkpoints beyond the newest `keep` (at least 1), and those set aside; return the names.

    Whole means listed: sizes are compared, not hashes, since this happens after every save.
    """
    whole = [folder for folder in folders(home) if _is_listed(folder)]
    gone = whole[max(1, keep) :]
    for folder in gone:
        # The list goes first: a removal that is cut short must not leave what looks whole.
        (folder / COMPLETE).unlink(missing_ok=True)
        shutil.rmtree(folder)
    if whole:
        shutil.rmtree(home / ASIDE, ignore_errors=True)
    return [folder.name for folder in gone]


def _is_listed(folder: Path) -> bool:
    complete = read_json(folder / COMPLETE)
    if not isinstance(complete, dict) or "files" not in complete:
        return False
    sizes = ((folder / entry["name"], entry["bytes"]) for entry in complete["files"])
    return all(path.is_file() and path.stat().st_size == size for path, size in sizes)


def copy_whole(folder: Path, home: Path) -> Path:
    """Copy a whole checkpoint into another home, complete.json last; return where it lies there."""
    target = home / folder.name
    if fault(target) is None:
        return target
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for path in _in_order(folder):
        goal = target / path.relative_to(folder)
        goal.parent.mkdir(parents=True, exist_ok=True)
        temporary = goal.with_name(TEMPORARY + goal.name)
        shutil.copyfile(path, temporary)
        temporary.replace(goal)
    return target


def _in_order(folder: Path) -> Iterator[Path]:
    """Yield the listed files of a checkpoint, and its list last."""
    for entry in read_json(folder / COMPLETE)["files"]:
        yield folder / entry["name"]
    yield folder / COMPLETE


def newest_of(local: Path, mirror: Path | None, run: str) -> tuple[Checkpoint | None, list[str]]:
    """Return the newest whole checkpoint of two places, brought to the local one, and what was set aside."""
    found, faults = newest_whole(local, run)
    if mirror is None or not mirror.is_dir():
        return found, faults
    other, more = newest_whole(mirror, run)
    faults += [f"{sentence} (in {mirror})" for sentence in more]
    if other is not None and (found is None or other.step > found.step):
        found = Checkpoint(copy_whole(other.path, local), other.step, other.facts)
    return found, faults

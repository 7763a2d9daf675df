"""A local stand-in for spot instances: runs the task's own `run:` line, and kills it at seeded moments."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow.parquet as pq

from tasks.training import checkpoints
from tasks.training.files import TrainingError, read_json
from tasks.training.spot.task import HOME

Kind = Literal["notice", "crash", "mid-save", "lost upload"]
KINDS: tuple[Kind, ...] = ("notice", "crash", "mid-save", "lost upload")
PATIENCE = 900.0
"""Seconds that one start may take before the simulation gives up."""
MOST_STARTS = 40
EXACT = ("loss", "grad_norm", "learning_rate", "tokens", "label_tokens", "eval_loss")


@dataclass(frozen=True)
class Kill:
    """One preemption.

    Args:
        kind: notice = SIGTERM first; crash = SIGKILL; mid-save = SIGKILL while a checkpoint is being written;
            lost upload = SIGKILL, the machine with its disk is gone, and the newest file never reached the bucket.
        step: it strikes once the log has reached this step.
    """

    kind: Kind
    step: int


def draw_kills(seed: int, count: int, steps: int) -> list[Kill]:
    """Return seeded preemptions in order of steps: every kind before any comes twice."""
    chance = random.Random(seed)
    kinds: list[Kind] = []
    while len(kinds) < count:
        kinds += chance.sample(KINDS, len(KINDS))
    places = sorted(chance.sample(range(2, max(count + 3, steps * 3 // 4)), count))
    return [Kill(kind, step) for kind, step in zip(kinds, places, strict=False)]


class Machine:
    """One machine after another that runs a task in a sandbox, with a folder that plays the bucket.

    Args:
        task: as make_task returns it.
        sandbox: an empty folder.
        data: the data root whose version is trained on.
        environment: beside the task's own, for instance where Python's tools lie.
    """

    def __init__(
        self, task: dict[str, Any], sandbox: Path, data: Path, environment: dict[str, str] | None = None
    ) -> None:
        self.task, self.sandbox, self.data = task, sandbox, data
        self.bucket = sandbox / "bucket"
        self.disk = sandbox / "disk"
        self.environment = environment or {}
        self.bucket.mkdir(parents=True, exist_ok=True)
        self.new_disk()

    def new_disk(self) -> None:
        """Give the next machine an empty disk with the shards, as file_mounts would."""
        shutil.rmtree(self.disk, ignore_errors=True)
        version = next(Path(goal).name for goal in self.task["file_mounts"] if "07_shards" in goal)
        shutil.copytree(self.data / "07_shards" / version, self.disk / "07_shards" / version)

    def start(self) -> subprocess.Popen[bytes]:
        """Start the task's run line, its processes in a group of their own."""
        places = {"SHAREGPT_DATA": str(self.disk), "SHAREGPT_MIRROR": str(self.bucket)}
        environment = os.environ | self.task["envs"] | places | self.environment
        with (self.sandbox / "console.txt").open("ab") as out:
            return subprocess.Popen(  # noqa: S603  # the line that the task holds
                ["/bin/bash", "-c", self.task["run"]],
                cwd=HOME,
                env=environment,
                start_new_session=True,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def run(self, kill: Kill | None) -> int:
        """Run once, struck by a preemption where one is given; return the exit code (negative: the signal)."""
        process = self.start()
        deadline = time.monotonic() + PATIENCE
        while process.poll() is None:
            if time.monotonic() > deadline:
                os.killpg(process.pid, signal.SIGKILL)
                raise TrainingError(
                    f"The simulated machine did nothing for {PATIENCE:.0f} s: see {self.sandbox}/console.txt."
                )
            if kill is not None and self._struck(kill):
                os.killpg(process.pid, signal.SIGTERM if kill.kind == "notice" else signal.SIGKILL)
                kill_done, kill = kill, None
                code = process.wait()
                if kill_done.kind == "lost upload":
                    lose_newest(self.bucket)
                    self.new_disk()
                return code
            time.sleep(0.01)
        return process.returncode

    def _struck(self, kill: Kill) -> bool:
        """Whether the moment of a preemption has come."""
        reached = last_step(self.disk)
        if kill.kind != "mid-save":
            return reached >= kill.step
        # A folder without its list: the checkpoint is being written at this very moment.
        writing = [
            folder
            for folder in self.disk.glob("08_models/*/checkpoints/checkpoint-*")
            if not (folder / checkpoints.COMPLETE).exists() and (checkpoints.step_of(folder) or 0) >= kill.step - 1
        ]
        return bool(writing) and any(folder.is_dir() and any(folder.iterdir()) for folder in writing)


def last_step(disk: Path) -> int:
    """Return the last step in the newest attempt's log; 0 where there is none."""
    logs = sorted(disk.glob("08_models/*/attempts/*.jsonl"))
    lines = logs[-1].read_text(encoding="utf-8").splitlines() if logs else []
    steps = [line.partition('"step": ')[2].partition(",")[0] for line in lines]
    return max((int(step) for step in steps if step.isdigit()), default=0)


def lose_newest(bucket: Path) -> None:
    """Make the newest checkpoint in the bucket half: its list is there before its weights, as parallel uploads do."""
    newest = [folders[0] for home in bucket.glob("*/checkpoints") if (folders := checkpoints.folders(home))]
    for folder in newest:
        entries = (read_json(folder / checkpoints.COMPLETE) or {"files": []})["files"]
        largest = max(entries, key=lambda entry: entry["bytes"], default=None)
        if largest is not None:
            (folder / largest["name"]).unlink(missing_ok=True)


def run_until_done(machine: Machine, kills: list[Kill], notify: Callable[[str], None] = lambda _: None) -> list[int]:
    """Start the task again and again until it exits with 0; return the exit codes.

    Raises TrainingError where it fails by its own fault, or does not end.
    """
    codes: list[int] = []
    waiting = list(kills)
    while len(codes) < MOST_STARTS:
        reached = last_step(machine.disk)
        waiting = [kill for kill in waiting if kill.step > reached or kill.kind == "mid-save"]
        kill = waiting.pop(0) if waiting else None
        code = machine.run(kill)
        codes.append(code)
        notify(f"start {len(codes)}: {f'{kill.kind} at step {kill.step}' if kill else 'undisturbed'}, exit code {code}")
        if code == 0:
            return codes
        if code == 1:
            raise TrainingError(f"The task failed by its own fault: see {machine.sandbox}/console.txt.")
    raise TrainingError(f"The task was not done after {MOST_STARTS} starts.")


def differences(one: Path, other: Path) -> list[str]:
    """Return how two runs differ in what must be equal bit for bit: weights, and the log without superseded lines."""
    found = []
    logs = [valid_rows(folder) for folder in (one, other)]
    if list(logs[0]) != list(logs[1]):
        found.append(f"steps: {len(logs[0])} lines and {len(logs[1])}")
    for key in logs[0].keys() & logs[1].keys():
        found += [
            f"{name} at step {key[0]}: {logs[0][key][name]!r} and {logs[1][key][name]!r}"
            for name in EXACT
            if logs[0][key][name] != logs[1][key][name]
        ]
    weights = [sorted((folder / "final").glob("*.safetensors")) for folder in (one, other)]
    if [path.read_bytes() for path in weights[0]] != [path.read_bytes() for path in weights[1]]:
        found.append("the final weights")
    return found


def valid_rows(folder: Path) -> dict[tuple[int, bool], dict[str, Any]]:
    """Return the lines of a run's log that no later attempt superseded, by step and whether it is an evaluation."""
    rows = [row for row in pq.read_table(folder / "log").to_pylist() if not row["superseded"]]
    return {
        (row["step"], row["loss"] is None): row
        for row in sorted(rows, key=lambda row: (row["step"], row["loss"] is None))
    }

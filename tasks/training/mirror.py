"""The second place of a run, such as a bucket: what a machine that vanishes must not take with it."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from tasks.training.files import TEMPORARY, files_below, read_json

EVERY = 5.0
"""Seconds between two looks at the small files."""
FINAL = ("final", "log", "attempts")
FINAL_FILES = ("answers.json", "attempts.parquet", "run.parquet", "run.json", "report.html", "manifest.json")


class Mirror:
    """Keeps the small files of a run in a second place; checkpoints are copied by the worker as they are sealed."""

    def __init__(self, folder: Path, place: Path | None) -> None:
        self.folder, self.place = folder, place
        self.looked = 0.0

    def fetch(self) -> None:
        """Bring what another machine left: records of attempts, and the finished model where there is one."""
        if self.place is None:
            return
        _copy_new(self.place / "attempts", self.folder / "attempts")
        if read_json(self.place / "manifest.json") and not (self.folder / "manifest.json").exists():
            self._copy_all(self.place, self.folder)

    def look(self) -> None:
        """Copy what changed among the records of attempts, now and then."""
        if self.place is not None and time.monotonic() - self.looked > EVERY:
            self.push()

    def push(self) -> None:
        """Copy what changed among the records of attempts."""
        if self.place is not None:
            _copy_new(self.folder / "attempts", self.place / "attempts")
            if (self.folder / "run.json").is_file():
                _copy_file(self.folder / "run.json", self.place / "run.json")
            self.looked = time.monotonic()

    def finish(self) -> None:
        """Copy the finished model, its manifest last."""
        if self.place is not None:
            self._copy_all(self.folder, self.place)

    def _copy_all(self, source: Path, target: Path) -> None:
        for name in FINAL:
            _copy_new(source / name, target / name)
        for name in FINAL_FILES:
            if (source / name).is_file():
                _copy_file(source / name, target / name)


def _copy_new(source: Path, target: Path) -> None:
    """Copy the files of a folder that are missing there, or shorter or older."""
    if not source.is_dir():
        return
    for path in files_below(source):
        goal = target / path.relative_to(source)
        if (
            goal.is_file()
            and goal.stat().st_size >= path.stat().st_size
            and goal.stat().st_mtime >= path.stat().st_mtime
        ):
            continue
        _copy_file(path, goal)


def _copy_file(path: Path, goal: Path) -> None:
    goal.parent.mkdir(parents=True, exist_ok=True)
    temporary = goal.with_name(TEMPORARY + goal.name)
    shutil.copy2(path, temporary)
    temporary.replace(goal)

"""Folders of answers and judgements: who holds one, which comparison is current, and how one is put in its place."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from schemas.errors import BusyError
from schemas.judging import JUDGEMENTS
from tasks.runtime.machine_errors import faults
from tasks.store.hashes import TEMPORARY
from tasks.store.judging_files import LATEST, MANIFEST
from tasks.store.parts import write_text

LOCK = ".lock"


@contextmanager
def held(folder: Path) -> Iterator[Path]:
    """Make a folder for its owner alone, hold it against other runs, and clear what a killed one left half-written.

    Raises BusyError, and MachineError where the machine refuses something.
    """
    with faults(folder.absolute()):
        for parent in reversed([folder, *folder.parents]):
            if not parent.exists():
                parent.mkdir(mode=0o700, exist_ok=True)
        lock = FileLock(folder / LOCK, timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise BusyError(f"Another run works on {folder}: wait for it to end.") from error
        try:
            for leftover in folder.glob(f"{TEMPORARY}*"):
                shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
            yield folder
        finally:
            lock.release()


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return a comparison's manifest."""
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return manifest


@contextmanager
def replaced(root: Path, version: str) -> Iterator[Path]:
    """Yield an empty folder that becomes the current comparison when all in it is written, and not before.

    A comparison of that name, made of the same judgements, gets the new files one by one: each is whole at any moment.
    """
    folder = root / JUDGEMENTS
    building, place = folder / f"{TEMPORARY}{version}", folder / version
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(mode=0o700)
    yield building
    if place.is_dir():
        for file in sorted(building.iterdir()):
            file.replace(place / file.name)
        building.rmdir()
    else:
        building.replace(place)
    write_text(folder / LATEST, json.dumps({"version": version}) + "\n")

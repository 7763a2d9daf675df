"""The data root as a folder: made for its owner alone, and cleared of what is not whole."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path

from schemas.errors import PipelineError
from schemas.tables import STAGES
from tasks.store.hashes import TEMPORARY
from tasks.store.parts import folder
from tasks.store.sql_text import is_readable, printable

PREVIEW = "preview"
"""Below a data root: the root of samples."""
SPILL = "-sql"
"""How the name of a spill folder ends."""


def root_of(data: Path, sample: int | None) -> Path:
    """Return where a run works: on the data root, or for a sample in its preview folder.

    Raises PipelineError where a sample is no number of rows: none at all would stand for the whole source.
    """
    if sample is not None and (type(sample) is not int or sample < 1):
        raise PipelineError(f"sample is a number of rows from 1 on, and not {sample!r}: leave it out for all rows.")
    return data / PREVIEW if sample else data


def stage_folders(root: Path) -> list[Path]:
    """Return the folders of the stages 01 to 06 that are there."""
    return [path for stage in STAGES[:-1] if (path := folder(root, stage)).is_dir()]


def remove_tree(path: Path) -> None:
    """Remove a folder: renamed first, so that nobody sees half of it, then swept."""
    leaving = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")
    path.replace(leaving)
    shutil.rmtree(leaving)


def make_root(root: Path) -> Path:
    """Make the data root for its owner alone and give its absolute path. Raise PipelineError for a path of no use."""
    if not is_readable(root.absolute()):
        raise PipelineError(
            f"The path {printable(root)} holds a backslash, or bytes that are not UTF-8, and DuckDB cannot read "
            "below such a folder: give another --data."
        )
    if not root.exists():
        root.mkdir(parents=True, mode=0o700)
    for stage in STAGES:
        (root / stage.folder).mkdir(exist_ok=True, mode=0o700)
    return root.resolve()


def missing_folders(root: Path) -> list[Path]:
    """Return the folders that are made with a data root, innermost first; none where it is there."""
    return list(takewhile(lambda path: not path.exists(), (root.absolute(), *root.absolute().parents)))


def remove_empty(made: list[Path], lock: str) -> None:
    """Remove the folders that were made for a data root, where nothing but its lock came into it."""
    root = made[0]
    if any(path.name != lock for path in root.rglob("*") if not path.is_dir()):
        return
    with contextlib.suppress(OSError):  # somebody else put something there meanwhile: it stays
        for stage in STAGES:
            (root / stage.folder).rmdir()
        (root / lock).unlink()
        for path in made:
            path.rmdir()


def sweep(root: Path) -> None:
    """Remove what a killed run left half-written; only the holder of the data root's lock may call this."""
    for stage in STAGES:
        _remove(folder(root, stage).rglob(f"{TEMPORARY}*"))
    _remove(root.glob(f"{TEMPORARY}*"))


def spill_path(root: Path) -> Path:
    """Return where this process's queries spill what memory cannot hold."""
    return root / f"{TEMPORARY}{os.getpid()}{SPILL}"


def _is_in_use(path: Path) -> bool:
    """Whether a folder is the spill folder of a process that is alive: a query may run beside a run."""
    number = path.name.removeprefix(TEMPORARY).removesuffix(SPILL)
    if not path.name.endswith(SPILL) or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except PermissionError:  # it is another user's
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True


def _remove(leftovers: Iterable[Path]) -> None:
    for leftover in [path for path in leftovers if not _is_in_use(path)]:
        if leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)

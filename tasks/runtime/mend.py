"""Does a run's work again where a file of the data root turned out to be damaged: that file alone is made anew."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from schemas.errors import DamagedError, LedgerError, PipelineError
from tasks.runtime.workers import stopped
from tasks.store.versions import damaged_stages

PASSES = 5
"""How often the work is begun before it is left: each pass but the last found damage."""

Result = TypeVar("Result")


def may_be_damage(error: Exception) -> bool:
    """Whether an error may come from a damaged file, and not from the input, the settings or the machine."""
    return not isinstance(error, PipelineError) or isinstance(error, DamagedError | LedgerError)


def mark_damaged(root: Path, paths: Iterable[Path]) -> list[Path]:
    """Give damaged files a new time, so that the next look at each reads it; return them.

    Nothing is removed: each stands until a whole one takes its place.
    """
    marked = sorted(set(paths))
    for path in marked:
        with contextlib.suppress(OSError):
            os.utime(path)
        logging.getLogger("sharegpt").warning("%s was damaged and is made anew.", path.relative_to(root))
    return marked


def mended(root: Path, work: Callable[[], Result]) -> Result:
    """Return what the work gives; where it fails over damaged files of a data root, it is done once more."""
    for _ in range(PASSES - 1):
        try:
            return work()
        except Exception as error:
            if stopped.is_set() or not may_be_damage(error):
                raise
            named = [Path(error.path)] if isinstance(error, DamagedError) else []
            if not mark_damaged(root, [*named, *damaged_stages(root, read=True)]):
                raise
    return work()

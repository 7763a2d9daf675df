"""What the worker processes do of a run while Prefect comes up: its source is counted and ingested."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor, Future
from pathlib import Path

from flows.planning import plan_run, sizes
from schemas.settings import Settings
from tasks.ingest import find_ingested, make_ingested
from tasks.runtime.run_context import ProgressListener, worker_deaths
from tasks.runtime.workers import tidied
from tasks.sources.ranges import Range
from tasks.sources.sample import choose_rows
from tasks.store.parts import Part


class Ahead:
    """The plan of a run whose flow has not begun, and the parts of stage 01 that are being made.

    The flow asks for both where it would make them itself, and there meets what failed.

    Args:
        source: files, folders or globs of this machine.
        root: the data root, held by the caller for the whole run.
        sample: so many rows only.
        settings: of the run.
        pool: the worker processes.
        listeners: hear of the parts as soon as they are known.
        thread: plans, and hands the parts to the worker processes.
    """

    def __init__(
        self,
        source: list[str],
        root: Path,
        sample: int | None,
        settings: Settings,
        pool: Executor,
        listeners: Sequence[ProgressListener],
        thread: Executor,
    ) -> None:
        self.root = root
        self._source, self._sample, self._settings = source, sample, settings
        self._pool, self._listeners = pool, listeners
        self._begun = thread.submit(self._begin)

    def _begin(self) -> tuple[list[Range], dict[str, Future[Part]]]:
        reading, level = self._settings.input, self._settings.shards.compression_level
        with worker_deaths():
            whole = plan_run(self._source, self.root, reading, self._pool.map)
            ranges = choose_rows(whole, self._sample) if self._sample else whole
            planned = sizes(ranges)
            for listener in self._listeners:
                listener.on_start(planned)
            missing = [one for one in ranges if find_ingested(self.root, one, reading) is None]
            return whole, {
                one.key: self._pool.submit(tidied, make_ingested, one, self.root, reading, level) for one in missing
            }

    def plan(self) -> list[Range]:
        """Return the ranges of the whole source. Raise what `plan_run` raises."""
        return self._begun.result()[0]

    def ingested(self, key: str) -> Part | None:
        """Return the part of a range that was being ingested; None where there was one, and when asked again.

        A run that finds the part's file damaged asks again, and must make it anew. Raise what ingesting raises.
        """
        begun = self._begun.result()[1].pop(key, None)
        with worker_deaths():
            return begun.result() if begun else None

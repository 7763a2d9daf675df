"""The context of a run on a data root: settings, worker processes, and the listeners to its progress."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from filelock import FileLock, Timeout

from schemas.counts import Counts
from schemas.errors import BusyError, PipelineError
from tasks.runtime.machine_errors import faults, public_errors
from tasks.runtime.run_config import RunConfig
from tasks.runtime.run_input import RunInput
from tasks.runtime.stage import Stage, make_part
from tasks.runtime.workers import stopped, tidied
from tasks.store.parts import Part
from tasks.store.root import make_root, missing_folders, remove_empty, sweep
from tasks.store.versions import put_back

LOCK = ".lock"

Job = tuple[Callable[..., Any], tuple[Any, ...]]
"""A picklable function and its arguments."""


@dataclass(frozen=True)
class Event:
    """A part is ready.

    Args:
        view: the stage.
        key: of the part.
        counts: what the stage counted.
        seconds: CPU seconds of work; 0 where the part was found.
        fresh: whether it was made now.
    """

    view: str
    key: str
    counts: Counts
    seconds: float
    fresh: bool


class Size(NamedTuple):
    """Of a part: rows of the source, and bytes of it."""

    rows: int
    bytes: int


class ProgressListener(Protocol):
    """Follows the progress of a run in this process."""

    def on_start(self, parts: Mapping[str, Size]) -> None:
        """Take in the parts that each stage will have, by key."""

    def on_part(self, event: Event) -> None:
        """Take in that a part is ready."""


SIGNAL_ON_ITS_WAY = 0.5
"""Seconds within which the signal that ended a worker has reached this process too."""


def timed(function: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    """Return what a function returns, and the CPU seconds it took."""
    began = time.process_time()
    result = function(*arguments)
    return result, time.process_time() - began


@contextmanager
def worker_deaths() -> Iterator[None]:
    """Raise PipelineError with the mend where a worker process dies; what workers raise, with its sentence redacted."""
    try:
        with public_errors():
            yield
    except (BrokenExecutor, RuntimeError) as error:  # what has no workers any more raises RuntimeError
        # A signal to the whole group may reach a worker first.
        if stopped.wait(SIGNAL_ON_ITS_WAY if isinstance(error, BrokenExecutor) else 0):
            raise PipelineError("interrupted") from error
        if not isinstance(error, BrokenExecutor):
            raise
        message = "A worker process died (out of memory, or killed): run again, with fewer --workers if it recurs."
        raise PipelineError(message) from error


class RunContext:
    """A run's data root, settings, worker processes, listeners and source.

    A plain class on purpose: Prefect looks through dataclasses and models among a task's arguments.
    """

    def __init__(
        self,
        root: Path,
        config: RunConfig,
        pool: Executor | None,
        listeners: Sequence[ProgressListener] = (),
        source: RunInput = RunInput(),  # noqa: B008  # frozen
    ) -> None:
        self.root, self.config, self.pool, self.listeners, self.source = root, config, pool, listeners, source
        self.level = config.settings.shards.compression_level

    def work(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run a function in a worker process and return its result. Raise PipelineError where the process died.

        Without a pool this process is a worker, of a cluster, and the function runs here.
        """
        if self.pool is None:
            return function(*arguments)
        with worker_deaths():
            return self.pool.submit(tidied, function, *arguments).result()

    def begin(self, jobs: Sequence[Job]) -> list[Future[Any]]:
        """Hand jobs to the worker processes, one per part, and go on; `results` waits for them."""
        if self.pool is None:
            raise PipelineError("there are no workers to spread jobs over")
        with worker_deaths():
            return [self.pool.submit(tidied, timed, function, *arguments) for function, arguments in jobs]

    def results(self, view: str, begun: Sequence[Future[Any]], rows: Callable[[Any], int] = lambda _: 0) -> list[Any]:
        """Wait for jobs that began; notify of each, with the rows that `rows` finds in it, and return them in order."""
        results = []
        with worker_deaths():
            for number, future in enumerate(begun):
                result, seconds = future.result()
                results.append(result)
                made = rows(result)
                counts = Counts(rows=made, kept=made)
                self.notify(Part(view, f"{number:05d}", self.root, "", counts, fresh=True, seconds=seconds))
        return results

    def notify(self, part: Part) -> Part:
        """Notify the listeners that a part is ready, and return the part."""
        for listener in self.listeners:
            listener.on_part(Event(part.view, part.key, part.counts, part.seconds, part.fresh))
        return part

    def make(self, stage: Stage, upstream: Part) -> Part:
        """Return one part of one stage: found where its file proves itself, else made."""
        part = stage.find(self.root, upstream, self.config)
        if part is None:
            settings = self.config.of(stage.sections)
            digest = stage.digest(upstream.digest, self.config)
            part = self.work(make_part, stage, self.root, upstream, settings, digest, self.level)
        return self.notify(part)


@contextmanager
def held(root: Path) -> Iterator[Path]:
    """Make the data root, hold it against other runs, and sweep what a killed run or this one left half-written.

    A new one in which nothing was made is removed again: a mistaken word in a command leaves no folders behind.
    Raises BusyError, and MachineError where the machine refuses something.
    """
    made = missing_folders(root)
    with faults(root.absolute()):
        path = make_root(root)
        lock = FileLock(path / LOCK, timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            message = f"Another run works on {path}: wait for it to end, or give this one its own --data."
            raise BusyError(message) from error
        try:
            sweep(path)
            put_back(path)
            yield path
        finally:
            sweep(path)
            if made:
                remove_empty(made, LOCK)
            lock.release()

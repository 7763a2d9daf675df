"""One run on one data root: who makes each part, or finds it made, and who is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from filelock import FileLock, Timeout

from schemas.errors import BusyError, PipelineError
from schemas.settings import Shards
from tasks.runtime.machine_errors import faults
from tasks.runtime.run_config import RunConfig
from tasks.runtime.stage import Stage, make_part
from tasks.runtime.workers import stopped, tidied
from tasks.store.parts import Part, make_root, sweep

LOCK = ".lock"

Job = tuple[Callable[..., Any], tuple[Any, ...]]
"""A picklable function and its arguments."""


@dataclass(frozen=True)
class Event:
    """What a listener is told when a part is ready.

    Args:
        view: the stage.
        number: of the part.
        counts: what the stage counted.
        seconds: CPU seconds of work; 0 where the part was found.
        fresh: whether it was made now.
    """

    view: str
    number: int
    counts: dict[str, int]
    seconds: float
    fresh: bool


class ProgressListener(Protocol):
    """Who is told of a run in this process."""

    def expect(self, parts: int) -> None:
        """Hear how many parts each stage will have."""

    def hear(self, event: Event) -> None:
        """Hear that a part is ready."""


def timed(function: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    """Call a function; give its result and the CPU seconds it took."""
    began = time.process_time()
    result = function(*arguments)
    return result, time.process_time() - began


@contextmanager
def told_deaths() -> Iterator[None]:
    """Return what the death of a worker process means. Raises PipelineError."""
    try:
        yield
    except (BrokenExecutor, RuntimeError) as error:  # what has no workers any more raises RuntimeError
        if stopped.is_set():
            raise PipelineError("interrupted") from error
        if not isinstance(error, BrokenExecutor):
            raise
        message = "A worker process died (out of memory, or killed): run again, with fewer --workers if it recurs."
        raise PipelineError(message) from error


class RunContext:
    """A run's data root, settings, worker processes and listener.

    A plain class on purpose: Prefect looks through dataclasses and models among a task's arguments.
    """

    def __init__(
        self, root: Path, config: RunConfig, pool: Executor | None, listeners: Sequence[ProgressListener] = ()
    ) -> None:
        self.root, self.config, self.pool, self.listeners = root, config, pool, listeners
        shards = config.settings["shards"]
        self.level = shards.compression_level if isinstance(shards, Shards) else 3

    def work(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run a function in a worker process and give its result. Raises PipelineError where the process died.

        Without a pool this process is a worker, of a cluster, and the function runs here.
        """
        if self.pool is None:
            return function(*arguments)
        with told_deaths():
            return self.pool.submit(tidied, function, *arguments).result()

    def begin(self, jobs: Sequence[Job]) -> list[Future[Any]]:
        """Hand jobs to the worker processes, one per part, and go on; `results` waits for them."""
        if self.pool is None:
            raise PipelineError("there are no workers to spread jobs over")
        with told_deaths():
            return [self.pool.submit(tidied, timed, function, *arguments) for function, arguments in jobs]

    def results(self, view: str, begun: Sequence[Future[Any]], rows: Callable[[Any], int] = lambda _: 0) -> list[Any]:
        """Wait for jobs that began; tell of each, with the rows that `rows` finds in it, and give them in order."""
        results = []
        with told_deaths():
            for number, future in enumerate(begun):
                result, seconds = future.result()
                results.append(result)
                made = rows(result)
                counts = {"rows": made, "kept": made}
                self.tell(Part(view, number, self.root, "", counts, fresh=True, seconds=seconds))
        return results

    def tell(self, part: Part) -> Part:
        """Tell the listeners that a part is ready, and give the part."""
        for listener in self.listeners:
            listener.hear(Event(part.view, part.number, part.counts, part.seconds, part.fresh))
        return part

    def make(self, stage: Stage, upstream: Part) -> Part:
        """Return one part of one stage: found where its file proves itself, else made."""
        part = stage.find(self.root, upstream, self.config)
        if part is None:
            settings = self.config.of(stage.sections)
            digest = stage.digest(upstream.digest, self.config)
            part = self.work(make_part, stage, self.root, upstream, settings, digest, self.level)
        return self.tell(part)


@contextmanager
def held(root: Path) -> Iterator[Path]:
    """Make the data root, hold it against other runs, and sweep what a killed run or this one left half-written.

    Raises BusyError, and MachineError where the machine refuses something.
    """
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
            yield path
        finally:
            sweep(path)
            lock.release()

"""The run's worker processes: started by spawn, one library thread each, gone when their parent is gone."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any

# Each worker is one core's worth: a library that starts a thread per core in every worker only makes them queue.
ENVIRONMENT = {
    "POLARS_MAX_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    # Python puts the working folder first among the places of modules: a secrets.py there would run in every child.
    "PYTHONSAFEPATH": "1",
}

YOUNG = 100_000
"""Objects made before Python's collector looks at them. After every 700 it costs a tenth of a batch, which makes
millions and none in a circle, and a sixth of the time in which Prefect is imported."""

stopped = threading.Event()
"""Set where this process was asked to stop: workers that died then died of that."""


def cores() -> int:
    """Count the cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def spared_collector() -> Iterator[None]:
    """Keep Python's collector from what a process of ours imports within: all of it stays, and looking takes long."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _follow_parent() -> None:
    """Leave at once when the parent process is gone (a SIGKILLed parent tells nobody)."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def prepare() -> None:
    """Prepare this process to be a worker: watch the parent, leave Ctrl-C to it, one thread a library."""
    import signal

    import pyarrow as pa

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(YOUNG)
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    threading.Thread(target=_follow_parent, daemon=True).start()


def tidied(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function in a worker, and give back to the system what Arrow and the C library keep for a next time.

    A stage's batch is some 65 MB of Arrow; what is kept from stage to stage is up to 120 MB in every worker.
    """
    import ctypes

    import pyarrow as pa

    try:
        return function(*arguments)
    finally:
        pa.default_memory_pool().release_unused()
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc alone has it
        if trim is not None:
            trim(0)


def stop(others: Sequence[BaseProcess] = ()) -> None:
    """End this process's workers at once; what they were writing has no name yet, and is swept.

    Args:
        others: children that are none of the pool's.
    """
    stopped.set()
    kill_others(others)


def kill_others(others: Sequence[BaseProcess]) -> None:
    """End the children of this process's pools but those."""
    for child in multiprocessing.active_children():
        if child not in others:
            child.kill()


@contextlib.contextmanager
def workers(count: int | None) -> Iterator[ProcessPoolExecutor]:
    """Return a pool of `count` processes (None = one per core); unstarted work is dropped on the way out."""
    kept = {name: os.environ.get(name) for name in ENVIRONMENT}
    os.environ.update(ENVIRONMENT)
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(count or cores(), mp_context=context, initializer=prepare)
    stopped.clear()
    others = multiprocessing.active_children()
    idle = False
    try:
        yield pool
        idle = True
    except Exception:
        raise
    except BaseException:
        # An interruption: nothing that is under way is wanted any more.
        stop(others)
        raise
    finally:
        if idle:  # all work was waited for: what Python clears away in a process that ends takes up to a second
            kill_others(others)
        pool.shutdown(wait=True, cancel_futures=True)
        for name, value in kept.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})

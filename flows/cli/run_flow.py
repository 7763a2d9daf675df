"""Runs the flow in this process, beside Prefect's server and the worker processes."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.cli import say
from flows.cli.server_watch import ServerWatch, check_answers, check_home, check_named
from flows.cli.stop import stoppable
from flows.environment import prepare
from flows.kept_server import KeptServer, find_or_start
from flows.server import API_URL, Server, is_configured, start_server
from schemas.settings import Runner, Settings

if TYPE_CHECKING:
    from flows.ahead import Ahead
    from tasks.runtime.run_context import ProgressListener
    from tasks.store.versions import Published

WORKER_BYTES = 4 << 20
"""Bytes of a source for each worker process: to start one takes 1.5 CPU s, and 4 MB as much, beside Prefect's start."""


def run_flow(
    source: list[str],
    data: Path,
    sample: int | None,
    settings: Settings,
    listeners: Sequence[ProgressListener] = (),
    accept: bool = False,
    kept: bool = True,
) -> Published:
    """Run the flow in this process, with a live display and further listeners. Raise what the flow raises.

    `kept`: whether a server may be used that ends some time after this run, while this process goes on.
    """
    from flows.ahead import Ahead
    from flows.beforehand import check_settings
    from flows.cli.progress import Progress
    from flows.planning import local_bytes
    from tasks.runtime.guard import guard_children
    from tasks.runtime.run_context import held
    from tasks.store.root import root_of

    check_settings(settings)
    prepare(quiet=True)
    check_home()
    check_named()
    say("starting Prefect …")
    guard_children()
    server = find_server(settings.runner, kept)
    size = local_bytes(source)
    here = size is not None and settings.runner.kind == "local"
    with (
        held(root_of(data, sample)) if here else nullcontext() as root,
        ThreadPoolExecutor(1) as thread,  # waited for behind the workers, without which it ends at once
        started_workers(settings, size) as pools,
        Progress(size) as progress,
    ):
        following = [progress, *listeners]
        begun = [Ahead(source, root, sample, settings, pools[-1], following, thread)] if root else []
        for pool in pools:
            thread.submit(warm_workers, pool, worker_count(settings.runner, size), settings)
        named = {"source": source, "data": str(data), "sample": sample, "config": "", "accept": accept}
        # The state, and not the result: Prefect then logs no traceback of a failure told in a sentence.
        flow = partial(imported_flow(), **named, **dict(settings), return_state=True)
        return call_flow(flow, server, following, pools, begun)


def imported_flow() -> Callable[..., Any]:
    """Import Prefect, what a flow's begin imports and the stages, while server and workers come up; return the flow."""
    importlib.import_module("fastapi.encoders")
    from flows.clean import clean

    return clean


def find_server(runner: Runner, kept: bool) -> Server | KeptServer | None:
    """Return the server of a run: kept by an earlier one, or starting; None where one is configured or must be."""
    if is_configured() or runner.kind != "local":
        return None
    found = find_or_start(runner.keep_server) if kept else None
    if found is None:
        return start_server(runner)
    os.environ[API_URL] = found.url
    say(
        f"Prefect's server at {found.url} stays for later runs: it ends after {found.minutes} minutes without one, or "
        "by `sharegpt server stop`."
    )
    return found


def call_flow(
    flow: Callable[..., Any],
    server: Server | KeptServer | None,
    listeners: Sequence[ProgressListener],
    pools: Sequence[Executor],
    begun: Sequence[Ahead],
) -> Published:
    """Call the flow once Prefect's server answers, with listeners and worker processes, watching the server."""
    from prefect import tags
    from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    from flows import steps

    url = PREFECT_API_URL.value() if server is None else server.url
    if server is not None:
        server.wait()
    elif url:
        check_answers(url)
    watch = ServerWatch(server, url) if url else None
    # A server of ours asks nobody whether he lives; who sends a sign of life looks each second whether the flow ended.
    own = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None} if server is not None else {}

    def call() -> Published:
        with tags("sharegpt"), temporary_settings(own):
            published: Published = flow().result()
            return published

    steps.listeners += listeners
    steps.pools += pools
    steps.begun += begun
    try:
        done: Published = stoppable(call, watch)
        return done
    finally:
        steps.listeners.clear()
        steps.pools.clear()
        steps.begun.clear()


def worker_count(runner: Runner, size: int | None) -> int:
    """Return how many processes a run has: a core each, and no more than WORKER_BYTES of the source pay for."""
    from tasks.runtime.workers import cores

    return runner.workers or (cores() if size is None else min(cores(), -(-size // WORKER_BYTES) or 1))


@contextmanager
def started_workers(settings: Settings, size: int | None) -> Iterator[list[Executor]]:
    """Yield a pool whose processes come up, and load what counts and ingests; none for a cluster.

    Args:
        settings: of the run.
        size: bytes of the source, where known.
    """
    from flows.warm import warm_reading
    from tasks.runtime.workers import workers

    if settings.runner.kind != "local":
        yield []
        return
    count = worker_count(settings.runner, size)
    with workers(count) as pool:
        for _ in range(count):
            pool.submit(warm_reading)
        yield [pool]


def warm_workers(pool: Executor, count: int, settings: Settings) -> None:
    """Have each process of a pool load the stages and the encoder, behind what it was given to do before."""
    from flows.warm import warm_stages

    for _ in range(count):
        pool.submit(warm_stages, settings.tokens.tokenizer, settings.tokens.template)

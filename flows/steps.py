"""The steps of the DAG as Prefect tasks."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed

from flows.ahead import Ahead
from flows.order import STEPS, Step
from flows.planning import plan_run, sizes
from flows.runners import spread_out
from flows.up_to_date import drop_other_inputs
from schemas.counts import Counts
from schemas.settings import Input, Runner
from schemas.tables import STAGES
from tasks.deduplicate import find_decisions, make_decisions, with_decisions
from tasks.ingest import find_ingested, make_ingested
from tasks.publish import publish as publish_version
from tasks.runtime.run_config import RunConfig
from tasks.runtime.run_context import ProgressListener, RunContext, held, worker_deaths
from tasks.runtime.run_input import RunInput
from tasks.runtime.run_log import prune
from tasks.runtime.workers import workers
from tasks.sources.local_copy import drop_copies
from tasks.sources.plan_cache import SPOOL
from tasks.sources.ranges import Range
from tasks.store.parts import Part

listeners: list[ProgressListener] = []
"""Listeners to the runs in this process: the command line adds its progress display."""

pools: list[Executor] = []
"""Worker processes that were started before the run: the command line's, which come up beside Prefect's server."""

begun: list[Ahead] = []
"""What those worker processes were given to do before the run's flow began."""


def finished(part: Part) -> Any:
    """Return a finished state whose message a person understands; Prefect hands on the part, its data."""
    counts = part.counts
    made = "made" if part.fresh else "unchanged"
    message = f"{part.title}: {counts.kept_before or counts.rows:,} in, {counts.kept:,} kept, {made}"
    return Completed(message=message, data=part)


def make_task(step: Step) -> Task[[Part, RunContext], Part]:
    """Return the Prefect task that makes a part of a stage, or finds it made.

    Prefect's own cache is not used: it says cached after the file was deleted, where the file's footer cannot err.
    """

    @task(name=step.name, task_run_name=f"{step.name}: {{part.title}}", cache_policy=NO_CACHE, persist_result=False)
    def make(part: Part, context: RunContext) -> Part:
        state: Part = finished(context.make(step.stage, part))
        return state

    return make


tasks = {step.name: make_task(step) for step in STEPS}


@contextmanager
def worker_pool(runner: Runner) -> Iterator[Executor | None]:
    """Yield the worker processes, which start with their first work; None where the tasks run inside a cluster's."""
    if runner.kind == "dask":
        yield None
    elif pools:
        yield pools[-1]
    else:
        with workers(runner.workers) as pool:
            yield pool


def holding(root: Path) -> AbstractContextManager[Path]:
    """Return what holds a run's data root against other runs: the command may have done so before the flow began."""
    return nullcontext(begun[-1].root) if begun else held(root)


def plan(source: str | list[str], root: Path, reading: Input, pool: Executor | None) -> list[Range]:
    """Return the byte ranges of a run, counted in the worker processes where there are any."""
    if begun:
        return begun[-1].plan()
    with worker_deaths():
        return plan_run(source, root, reading, pool.map if pool else map)


@contextmanager
def run_context(
    root: Path, ranges: list[Range], config: RunConfig, page: ProgressListener, pool: Executor | None, source: RunInput
) -> Iterator[RunContext]:
    """Yield the context of the tasks; what other inputs left in the data root is removed first, copies at the end."""
    following = [*listeners, page]
    drop_other_inputs(root, ranges)
    planned = sizes(ranges)
    for listener in [page] if begun else following:  # the others have heard it
        listener.on_start(planned)
    # A task's arguments travel to a cluster; listeners do not.
    yield RunContext(root, config, pool, following if pool else (), source)
    drop_copies(root / SPOOL)


@task(name="ingest", task_run_name="ingest: {range_.title}", cache_policy=NO_CACHE, persist_result=False)
def ingest(range_: Range, context: RunContext) -> Any:
    """JSON rows of one byte range -> one part."""
    part = begun[-1].ingested(range_.key) if begun else None
    part = part or find_ingested(context.root, range_, context.config.settings.input)
    if part is None:
        part = context.work(make_ingested, range_, context.root, context.config.settings.input, context.level)
    return finished(context.notify(part))


@task(name="find_duplicates", task_run_name="find_duplicates: all parts", cache_policy=NO_CACHE, persist_result=False)
def find_duplicates(signatures: list[Part], parts: list[Part], context: RunContext) -> Any:
    """Signatures of all parts -> decisions on every row, bound to its part: the one barrier."""
    decisions = find_decisions(context.root, signatures, context.config)
    if decisions is None:
        made = context.work(make_decisions, context.root, signatures, context.config)
        decisions = [context.notify(part) for part in made]
    counts = sum((part.counts for part in decisions), Counts())
    message = f"{counts.rows:,} compared, {counts.kept:,} kept"
    return Completed(message=message, data=with_decisions(parts, decisions))


@task(name="publish", task_run_name="publish: all parts", cache_policy=NO_CACHE, persist_result=False)
def publish(stages: list[list[Part]], context: RunContext) -> Any:
    """Windows of all parts -> shards, ledger, manifest, views."""
    parts = {contract.view: found for contract, found in zip(STAGES, stages, strict=False)}
    with spread_out(context) as spread:
        done = publish_version(spread, parts)
    prune(context.root, done.version, context.config.settings.shards.keep_versions)
    return Completed(message=f"version {done.version}: {done.manifest.rows:,} samples", data=done)

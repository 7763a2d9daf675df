"""The steps of the DAG as Prefect tasks."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed

from flows import up_to_date
from flows.as_task import lift, told
from flows.runners import spread_out
from flows.up_to_date import SPOOL, joined, plan_run, settle, settle_after
from schemas.settings import Runner
from schemas.tables import STAGES
from tasks import cut_windows as cut
from tasks import deduplicate
from tasks.deduplicate import find_decisions, make_decisions
from tasks.ingest import make_ingested
from tasks.publish import publish as publish_version
from tasks.runtime.run_config import RunConfig
from tasks.runtime.run_context import ProgressListener, RunContext, told_deaths
from tasks.runtime.run_log import prune
from tasks.runtime.workers import workers
from tasks.sources.local_copy import drop_copies
from tasks.sources.ranges import Range
from tasks.store.parts import Part

listeners: list[ProgressListener] = []
"""Who is told of every finished part of a run in this process: the command line adds its progress display."""

lent: list[Executor] = []
"""Worker processes that were started for a run in this process before it began: the command line's."""

convert = lift(up_to_date.ROW_STAGES[0], "convert")
filter_language = lift(up_to_date.ROW_STAGES[1], "filter_language")
filter_quality = lift(up_to_date.ROW_STAGES[2], "filter_quality")
fingerprint = lift(deduplicate.FINGERPRINT, "fingerprint")
cut_windows = lift(cut.STAGE, "cut_windows")


@contextmanager
def workforce(runner: Runner) -> Iterator[Executor | None]:
    """Return the worker processes, which start with their first work; null where it runs inside a cluster's."""
    if runner.kind == "dask":
        yield None
    elif lent:
        yield lent[-1]
    else:
        with workers(runner.workers) as pool:
            yield pool


def planned(source: str | list[str], root: Path, sample: int | None, pool: Executor | None) -> list[Range]:
    """Plan a run, in the worker processes where there are any."""
    with told_deaths():
        return plan_run(source, root, sample, pool.map if pool else map)


@contextmanager
def opened(
    root: Path, ranges: list[Range], config: RunConfig, page: ProgressListener, pool: Executor | None
) -> Iterator[RunContext]:
    """Put the parts that are there in their places."""
    hearing = [*listeners, page]
    settle(root, ranges, config)
    for listener in hearing:
        listener.expect(len(ranges))
    # A task's arguments travel to a cluster; what listens here does not.
    yield RunContext(root, config, pool, hearing) if pool else RunContext(root, config, None)
    drop_copies(root / SPOOL)


@task(name="ingest", task_run_name="ingest part {range_.number}", cache_policy=NO_CACHE, persist_result=False)
def ingest(range_: Range, context: RunContext) -> Any:
    """JSON rows of one byte range -> one numbered part."""
    part = up_to_date.find_ingested(context.root, range_)
    if part is None:
        part = context.work(make_ingested, range_, context.root, up_to_date.ingest_digest(range_), context.level)
    return told(context.tell(part))


@task(name="find_duplicates", cache_policy=NO_CACHE, persist_result=False)
def find_duplicates(prints: list[Part], worthy: list[Part], context: RunContext) -> Any:
    """Signatures of all parts -> verdicts on each: the one deduplicate."""
    slices = find_decisions(context.root, prints, context.config)
    if slices is None:
        slices = [context.tell(part) for part in context.work(make_decisions, context.root, prints, context.config)]
    settle_after(context.root, worthy, slices, context.config)
    kept = sum(part.counts.get("kept", 0) for part in slices)
    rows = sum(part.counts.get("rows", 0) for part in slices)
    return Completed(message=f"{rows:,} compared, {kept:,} kept", data=slices)


@task(
    name="drop_duplicates",
    task_run_name="drop_duplicates part {part.number}",
    cache_policy=NO_CACHE,
    persist_result=False,
)
def drop_duplicates(part: Part, verdicts: Part, context: RunContext) -> Any:
    """A part and its verdicts -> the part with its copies marked."""
    return told(context.make(*joined(part, verdicts)))


@task(name="publish", cache_policy=NO_CACHE, persist_result=False)
def publish(stages: list[list[Part]], context: RunContext) -> Any:
    """Windows of all parts -> shards, ledger, manifest, views."""
    parts = {contract.view: found for contract, found in zip(STAGES, stages, strict=False)}
    with spread_out(context) as spread:
        done = publish_version(spread, parts)
    shards: Any = context.config.settings["shards"]
    prune(context.root, done.version, shards.keep_versions)
    return Completed(message=f"version {done.version}: {done.manifest['rows']:,} samples", data=done)

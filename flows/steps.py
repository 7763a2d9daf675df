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
from tasks.deduplicate import find_slices, make_slices
from tasks.ingest import make_ingested
from tasks.publish import publish as publish_version
from tasks.runtime.run_config import Recipe
from tasks.runtime.run_context import House, Listener, told_deaths
from tasks.runtime.run_log import prune
from tasks.runtime.workers import workers
from tasks.sources.local_copy import drop_copies
from tasks.sources.ranges import Range
from tasks.store.parts import Part

listeners: list[Listener] = []
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
    """Give the worker processes, which start with their first work; null where it runs inside a cluster's."""
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
def opened(root: Path, ranges: list[Range], recipe: Recipe, page: Listener, pool: Executor | None) -> Iterator[House]:
    """Put the parts that are there in their places."""
    hearing = [*listeners, page]
    settle(root, ranges, recipe)
    for listener in hearing:
        listener.expect(len(ranges))
    # A task's arguments travel to a cluster; what listens here does not.
    yield House(root, recipe, pool, hearing) if pool else House(root, recipe, None)
    drop_copies(root / SPOOL)


@task(name="ingest", task_run_name="ingest part {range_.number}", cache_policy=NO_CACHE, persist_result=False)
def ingest(range_: Range, house: House) -> Any:
    """JSON rows of one byte range -> one numbered part."""
    part = up_to_date.find_ingested(house.root, range_)
    if part is None:
        part = house.work(make_ingested, range_, house.root, up_to_date.ingest_digest(range_), house.level)
    return told(house.tell(part))


@task(name="find_twins", cache_policy=NO_CACHE, persist_result=False)
def find_twins(prints: list[Part], worthy: list[Part], house: House) -> Any:
    """Signatures of all parts -> verdicts on each: the one deduplicate."""
    slices = find_slices(house.root, prints, house.recipe)
    if slices is None:
        slices = [house.tell(part) for part in house.work(make_slices, house.root, prints, house.recipe)]
    settle_after(house.root, worthy, slices, house.recipe)
    kept = sum(part.counts.get("kept", 0) for part in slices)
    rows = sum(part.counts.get("rows", 0) for part in slices)
    return Completed(message=f"{rows:,} compared, {kept:,} kept", data=slices)


@task(name="drop_twins", task_run_name="drop_twins part {part.number}", cache_policy=NO_CACHE, persist_result=False)
def drop_twins(part: Part, verdicts: Part, house: House) -> Any:
    """A part and its verdicts -> the part with its copies marked."""
    return told(house.make(*joined(part, verdicts)))


@task(name="publish", cache_policy=NO_CACHE, persist_result=False)
def publish(stages: list[list[Part]], house: House) -> Any:
    """Windows of all parts -> shards, ledger, manifest, views."""
    parts = {contract.view: found for contract, found in zip(STAGES, stages, strict=False)}
    with spread_out(house) as spread:
        done = publish_version(spread, parts)
    shards: Any = house.recipe.settings["shards"]
    prune(house.root, done.version, shards.keep_versions)
    return Completed(message=f"version {done.version}: {done.manifest['rows']:,} samples", data=done)

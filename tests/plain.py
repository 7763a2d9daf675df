"""Runs the whole chain in this process, without Prefect and without workers: what most tests need."""

from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

from flows import up_to_date
from flows.cli.options import make_settings, parse_sets
from schemas.tables import Converted, Deduplicated, Ingested, LanguageFiltered, QualityFiltered, Windows
from tasks import cut_windows, deduplicate
from tasks.ingest import make_ingested
from tasks.publish import publish
from tasks.runtime.run_config import make_run_config
from tasks.runtime.run_context import RunContext
from tasks.runtime.run_log import recorded
from tasks.sources.origins import register_source
from tasks.sources.plan import RANGE_BYTES, plan


class Here(Executor):
    """An executor that works at once, where it stands."""

    def submit(self, function, /, *arguments, **named):
        done = Future()
        done.set_result(function(*arguments, **named))
        return done


def run(source, root: Path, *sets: str, range_bytes: int = RANGE_BYTES, pool: Executor | None = None):
    """Run all stages on a source and publish; give what was published.

    Args:
        source: as `sharegpt run` takes it.
        root: the data root.
        sets: `section.field=value` words.
        range_bytes: size of parts, so that a small file can have several.
        pool: where the work runs; here, if null.
    """
    config = make_run_config(*make_settings(parse_sets(sets)).values())
    with recorded(root, str(source), None) as line:
        ranges = plan(source if isinstance(source, list) else str(source), line.root / ".spool", range_bytes)
        current = up_to_date.standing(line.root, ranges, config)
        if current is not None:
            return line.unchanged(current)
        register_source(line.root, ranges)
        up_to_date.settle(line.root, ranges, config)
        return line.published(_make(RunContext(line.root, config, pool or Here()), ranges))


def _make(context: RunContext, ranges):
    # A thread a part, as Prefect has it: so that all of a pool's processes are at work at once.
    threads = ThreadPoolExecutor(1 if isinstance(context.pool, Here) else len(ranges) or 1)

    def each(function, *columns):
        return list(threads.map(function, *columns))

    def take_in(one):
        found = up_to_date.find_ingested(context.root, one)
        return found or context.work(make_ingested, one, context.root, up_to_date.ingest_digest(one), context.level)

    parts = each(take_in, ranges)
    made = {Ingested.view: parts}
    for stage in up_to_date.ROW_STAGES:
        parts = made[stage.contract.view] = each(partial(context.make, stage), parts)
    prints = each(partial(context.make, deduplicate.FINGERPRINT), parts)
    slices = deduplicate.find_decisions(context.root, prints, context.config) or deduplicate.make_decisions(
        context.root, prints, context.config
    )
    up_to_date.settle_after(context.root, parts, slices, context.config)
    unique = each(lambda part, verdicts: context.make(*up_to_date.joined(part, verdicts)), parts, slices)
    made[Deduplicated.view] = unique
    made[Windows.view] = each(partial(context.make, cut_windows.STAGE), unique)
    threads.shutdown()
    assert list(made) == [
        stage.view for stage in (Ingested, Converted, LanguageFiltered, QualityFiltered, Deduplicated, Windows)
    ]
    return publish(context, made)

"""Runs the whole chain in this process, without Prefect and without workers: what most tests need."""

from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from unittest.mock import patch

from flows.cli.options import parse_sets
from flows.order import PUBLISHED, run_steps
from flows.up_to_date import current_version, drop_other_inputs
from schemas.tables import STAGES
from tasks.deduplicate import find_decisions, make_decisions, with_decisions
from tasks.ingest import find_ingested, make_ingested
from tasks.publish import publish
from tasks.runtime.config_file import make_settings
from tasks.runtime.mend import mended
from tasks.runtime.run_config import make_run_config
from tasks.runtime.run_context import RunContext, held
from tasks.runtime.run_input import run_input
from tasks.runtime.run_log import recorded
from tasks.sources.origins import register_source
from tasks.sources.plan import RANGE_BYTES, plan


class Here(Executor):
    """An executor that works at once, where it stands."""

    def submit(self, function, /, *arguments, **named):
        done = Future()
        done.set_result(function(*arguments, **named))
        return done


def run(
    source,
    root: Path,
    *sets: str,
    range_bytes: int = RANGE_BYTES,
    pool: Executor | None = None,
    accept=False,
    pages=False,
):
    """Run all stages on a source and publish; give what was published.

    Args:
        source: as `sharegpt run` takes it.
        root: the data root.
        sets: `section.field=value` words.
        range_bytes: size of parts, so that a small file can have several.
        pool: where the work runs; here, if null.
        accept: as `--accept`.
        pages: whether a new version has its report and its card.
    """
    config = make_run_config(make_settings(parse_sets(sets)))
    with recorded(held(root), str(source)) as line, nullcontext() if pages else without_pages():
        ranges = plan(
            source if isinstance(source, list) else str(source),
            line.root / ".spool",
            range_bytes,
            reading=config.settings.input,
        )
        register_source(line.root, ranges, [str(one) for one in source] if isinstance(source, list) else str(source))
        current = current_version(line.root, ranges, config)
        if current is not None:
            return line.unchanged(current)
        context = RunContext(line.root, config, pool or Here(), source=run_input(ranges, accept=accept))
        return line.published(mended(line.root, lambda: make(context, ranges)))


@contextmanager
def without_pages() -> Iterator[None]:
    """Let runs write no report and no card: a third of a small run's time, and no fate depends on them."""
    prepared = patch("tasks.report.build.prepare_pages", lambda *_: None)
    with prepared, patch("tasks.report.build.write_pages", lambda *_: None):
        yield


def make(context: RunContext, ranges):
    """Make every part of every stage, and publish."""
    drop_other_inputs(context.root, ranges)
    reading = context.config.settings.input
    # A thread a part, as Prefect has it: so that all of a pool's processes are at work at once.
    with ThreadPoolExecutor(1 if isinstance(context.pool, Here) else len(ranges) or 1) as threads:

        def ingest(one):
            return find_ingested(context.root, one, reading) or context.work(
                make_ingested, one, context.root, reading, context.level
            )

        def each(step, parts):
            return list(threads.map(partial(context.make, step.stage), parts))

        def decide(done):
            found = find_decisions(context.root, done["sign"], context.config)
            decisions = found or make_decisions(context.root, done["sign"], context.config)
            return with_decisions(done["filter_quality"], decisions)

        made = run_steps(list(threads.map(ingest, ranges)), each, decide)
    return publish(
        context, dict(zip([stage.view for stage in STAGES], [made[name] for name in PUBLISHED], strict=False))
    )

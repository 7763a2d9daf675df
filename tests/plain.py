"""Runs the whole chain in this process, without Prefect and without workers: what most tests need."""

from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

from flows.cli.options import make_settings, parse_sets
from schemas.tables import Converted, Deduplicated, Ingested, LanguageFiltered, QualityFiltered, Windows
from tasks import barrier, chain, deduplicate, windows
from tasks.house import House
from tasks.origins import claim
from tasks.plan import RANGE_BYTES, plan
from tasks.publish import publish
from tasks.recipe import make_recipe
from tasks.runs import recorded
from tasks.take_in import make_ingested


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
        sets: `concern.field=value` words.
        range_bytes: size of parts, so that a small file can have several.
        pool: where the work runs; here, if null.
    """
    recipe = make_recipe(*make_settings(parse_sets(sets)).values())
    with recorded(root, str(source), None) as line:
        ranges = plan(source if isinstance(source, list) else str(source), line.root / ".spool", range_bytes)
        current = chain.standing(line.root, ranges, recipe)
        if current is not None:
            return line.unchanged(current)
        claim(line.root, ranges)
        chain.settle(line.root, ranges, recipe)
        return line.published(_make(House(line.root, recipe, pool or Here()), ranges))


def _make(house: House, ranges):
    # A thread a part, as Prefect has it: so that all of a pool's processes are at work at once.
    threads = ThreadPoolExecutor(1 if isinstance(house.pool, Here) else len(ranges) or 1)

    def each(function, *columns):
        return list(threads.map(function, *columns))

    def take_in(one):
        found = chain.find_ingested(house.root, one)
        return found or house.work(make_ingested, one, house.root, chain.ingest_digest(one), house.level)

    parts = each(take_in, ranges)
    made = {Ingested.view: parts}
    for stage in chain.ROW_STAGES:
        parts = made[stage.contract.view] = each(partial(house.make, stage), parts)
    prints = each(partial(house.make, deduplicate.FINGERPRINT), parts)
    slices = barrier.find_slices(house.root, prints, house.recipe) or barrier.make_slices(
        house.root, prints, house.recipe
    )
    chain.settle_after(house.root, parts, slices, house.recipe)
    unique = each(lambda part, verdicts: house.make(*chain.joined(part, verdicts)), parts, slices)
    made[Deduplicated.view] = unique
    made[Windows.view] = each(partial(house.make, windows.STAGE), unique)
    threads.shutdown()
    assert list(made) == [
        stage.view for stage in (Ingested, Converted, LanguageFiltered, QualityFiltered, Deduplicated, Windows)
    ]
    return publish(house, made)

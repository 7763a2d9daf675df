"""Whether a data root already holds all that a run would make: told from plan and footers, without Prefect."""

from __future__ import annotations

from pathlib import Path

from flows.order import STEPS, Step, run_steps
from schemas.contract import Contract
from schemas.deduplication import Decisions
from schemas.inputs import InputParts
from schemas.ledger import Broken
from schemas.settings import Input
from schemas.tables import Ingested
from tasks.deduplicate import find_decisions, with_decisions
from tasks.ingest import find_ingested
from tasks.publish import version_of
from tasks.runtime.run_config import RunConfig
from tasks.sources.discover import discover
from tasks.sources.heads import check_heads
from tasks.sources.origins import known_names, register_source
from tasks.sources.plan import Map, known_plan, plan
from tasks.sources.plan_cache import SPOOL
from tasks.sources.ranges import Range
from tasks.sources.remote import is_remote
from tasks.sources.sample import choose_rows
from tasks.store.hashes import State, state_of
from tasks.store.parts import Part, drop_other_parts
from tasks.store.versions import (
    LATEST,
    Published,
    damaged_stages,
    is_whole,
    latest,
    read_manifest,
    refused_folder,
    versions_folder,
)

SMALL = 16 << 20
"""Bytes of local files that are planned in this process: what is wrong with them is known before a server starts."""


def plan_run(source: str | list[str], root: Path, reading: Input, workers_map: Map = map) -> list[Range]:
    """Return the byte ranges of a run on a data root, in order, their files registered.

    Args:
        source: file, folder, glob, URL, or a list of those.
        root: the data root, held by the caller.
        reading: how files are read.
        workers_map: maps over ranges; give a pool's to use more cores.

    Raises:
        SourceError: the source cannot be read, or is another file of a known name.
    """
    ranges = plan(source, root / SPOOL, workers_map=workers_map, known=known_names(root), reading=reading)
    register_source(root, ranges, source)
    return ranges


def up_to_date(source: str | list[str], root: Path, sample: int | None, config: RunConfig) -> Published | None:
    """Return the current version where nothing changed; None where something did, or where a plan must tell.

    Raises SourceError where a source is not there, holds no rows or none of a known shape; of a small one, all that the
    plan refuses.
    """
    reading = config.settings.input
    sources = discover(source, known_names(root))
    ranges = known_plan(sources, root / SPOOL, reading=reading)
    if ranges is not None:
        register_source(root, ranges, source)
    else:
        check_heads(sources, reading)
        if any(file.remote for file in sources) or sum(Path(file.origin).stat().st_size for file in sources) >= SMALL:
            return None
        ranges = plan_run(source, root, reading)
    return current_version(root, choose_rows(ranges, sample) if sample else ranges, config)


def local_bytes(source: str | list[str]) -> int | None:
    """Return the bytes of a source's files; None where some must be fetched first."""
    if any(is_remote(word) for word in ([source] if isinstance(source, str) else source)):
        return None  # to list it takes the network, and the plan lists it anyway
    return sum(Path(file.origin).stat().st_size for file in discover(source))


def current_version(root: Path, ranges: list[Range], config: RunConfig) -> Published | None:
    """Return the current version if every file that this run would make is there already; else None.

    None too where the last run was refused: its traces go with the next good one.
    """
    if refused_folder(root).exists():
        return None

    def find(step: Step, upstream: list[Part]) -> list[Part] | None:
        return complete([step.stage.find(root, part, config) for part in upstream])

    def decide(made: dict[str, list[Part]]) -> list[Part] | None:
        decisions = find_decisions(root, made["sign"], config)
        return with_decisions(made["filter_quality"], decisions) if decisions else None

    ingested = complete([find_ingested(root, range_, config.settings.input) for range_ in ranges])
    made = run_steps(ingested, find, decide) if ingested else None
    broken = state_of(root / Ingested.folder / "broken.parquet")
    if made is None or broken is not State.SOUND or damaged_stages(root):
        return None
    version = version_of(made["cut_windows"], config)
    folder = versions_folder(root) / version
    manifest = read_manifest(folder)
    named = latest(root) == version and state_of(folder.with_name(LATEST)) is State.SOUND
    if manifest is None or not named or not is_whole(folder, manifest):
        return None
    return Published(version, folder, manifest, fresh=False)


def complete(parts: list[Part | None]) -> list[Part] | None:
    """Return the parts where none is missing; else None."""
    found = [part for part in parts if part]
    return found if len(found) == len(parts) else None


def drop_other_inputs(root: Path, ranges: list[Range]) -> None:
    """Remove the parts of files that this run does not read."""
    contracts: list[type[Contract]] = [Ingested, Broken, InputParts, Decisions]
    contracts += [step.stage.contract for step in STEPS]
    drop_other_parts(root, contracts, {range_.key for range_ in ranges})

"""Whether a data root already holds all that a run would make: told from footers, without Prefect."""

from __future__ import annotations

from pathlib import Path

from flows.order import STEPS, Step, run_steps
from schemas.contract import Contract
from schemas.deduplication import Decisions
from schemas.inputs import InputParts
from schemas.ledger import Broken
from schemas.tables import Ingested
from tasks.deduplicate import find_decisions, with_decisions
from tasks.ingest import find_ingested
from tasks.publish import version_of
from tasks.runtime.run_config import RunConfig
from tasks.sources.ranges import Range
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

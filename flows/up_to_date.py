"""The stages in order, and what a data root must hold for a run to have nothing to do."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.contract import Contract
from schemas.deduplication import Verdicts
from schemas.ledger import Broken
from schemas.tables import Deduplicated, Ingested, Windows
from tasks import convert, cut_windows, deduplicate, filter_language, filter_quality
from tasks.deduplicate import find_decisions
from tasks.publish import version_of
from tasks.runtime.run_config import RunConfig
from tasks.runtime.stage import Stage
from tasks.sources.origins import register_source
from tasks.sources.plan import Map, known, plan
from tasks.sources.ranges import Range
from tasks.sources.sample import choose_rows
from tasks.store.code_digest import code_digest
from tasks.store.digest import combine
from tasks.store.parts import Part, arrange, find, part_path
from tasks.store.versions import Published, latest, read_manifest, versions_folder

ROW_STAGES: tuple[Stage, ...] = (convert.STAGE, filter_language.STAGE, filter_quality.STAGE)
SPOOL = ".spool"
"""Below the data root: plain copies of what is packed or remote while a run needs them, and what is known of files."""


def plan_run(source: str | list[str], root: Path, sample: int | None, workers_map: Map = map) -> list[Range]:
    """Plan a run on a data root: files to byte ranges, in order, their origins claimed; of a sample, its rows alone.

    Args:
        source: file, folder, glob, URL, or a list of those.
        root: the data root, held by the caller.
        sample: how many rows; None = all.
        workers_map: maps over ranges; give a pool's to use more cores.

    Raises:
        SourceError: the source cannot be read, or is another file of a known name.
    """
    ranges = plan(source, root / SPOOL, workers_map=workers_map)
    register_source(root, ranges)
    return choose_rows(ranges, sample) if sample else ranges


def up_to_date(source: str | list[str], root: Path, sample: int | None, config: RunConfig) -> Published | None:
    """Return the current version if no file changed since the last plan, and nothing else; None: plan, and see."""
    ranges = known(source, root / SPOOL)
    if ranges is None:
        return None
    register_source(root, ranges)
    return standing(root, choose_rows(ranges, sample) if sample else ranges, config)


def ingest_digest(range_: Range) -> str:
    """Return the digest of an ingested part: its own bytes, where they stand, and the code that reads them."""
    code = code_digest("tasks.ingest")
    return combine(Ingested.proof(), Broken.proof(), code, range_.identity())


def find_ingested(root: Path, range_: Range) -> Part | None:
    """Return an ingested part where both of its files prove themselves."""
    digest = ingest_digest(range_)
    found = [
        find(part_path(root, contract, range_.number), contract, range_.number, digest)
        for contract in (Ingested, Broken)
    ]
    return found[0] if all(found) else None


def _drop_from(path: Path, rows: pa.Table) -> pa.Table:
    return deduplicate.drop_duplicates(rows, pq.read_table(path))


def joined(worthy: Part, verdicts: Part) -> tuple[Stage, Part]:
    """Return the stage that drops copies, bound to a part's verdicts, and the upstream that stands for both."""
    upstream = replace(worthy, digest=combine(worthy.digest, verdicts.digest))
    return replace(deduplicate.STAGE, work=partial(_drop_from, verdicts.path), code=deduplicate.__name__), upstream


def standing(root: Path, ranges: list[Range], config: RunConfig) -> Published | None:
    """Return the current version if every file that this run would make is there already; else null."""

    def each(stage: Stage, parts: list[Part]) -> list[Part]:
        return [part for part in (stage.find(root, one, config) for one in parts) if part]

    ingested = [part for part in (find_ingested(root, range_) for range_ in ranges) if part]
    parts = ingested
    for stage in ROW_STAGES:
        parts = each(stage, parts)
    prints = each(deduplicate.FINGERPRINT, parts)
    if len(prints) != len(ranges):
        return None
    slices = find_decisions(root, prints, config)
    if slices is None or not (root / Ingested.folder / "broken.parquet").is_file():
        return None
    pairs = [joined(part, verdicts) for part, verdicts in zip(parts, slices, strict=True)]
    unique = [part for part in (stage.find(root, upstream, config) for stage, upstream in pairs) if part]
    windowed = each(cut_windows.STAGE, unique)
    if len(windowed) != len(ranges):
        return None
    version = version_of(windowed, config)
    manifest = read_manifest(versions_folder(root) / version)
    if manifest is None or latest(root) != version:
        return None
    return Published(version, versions_folder(root) / version, manifest, fresh=False)


def settle(root: Path, ranges: list[Range], config: RunConfig) -> None:
    """Move the parts that exist to the numbers they have in this run, and remove those of another input."""

    def digests(stage: Stage, upstream: list[str]) -> list[str]:
        return [stage.digest(one, config) for one in upstream]

    wanted: dict[type[Contract], list[str]] = {}
    current = [ingest_digest(range_) for range_ in ranges]
    wanted[Ingested] = wanted[Broken] = current
    for stage in (*ROW_STAGES, deduplicate.FINGERPRINT):
        made = digests(stage, current)
        wanted[stage.contract] = made
        if stage is not deduplicate.FINGERPRINT:
            current = made
    for contract in (Verdicts, Deduplicated, Windows):
        wanted[contract] = [""] * len(ranges)
    arrange(root, wanted)


def settle_after(root: Path, worthy: list[Part], slices: list[Part], config: RunConfig) -> None:
    """Do the same for the stages behind the barrier, whose digests are known only now."""
    unique = []
    for part, verdicts in zip(worthy, slices, strict=True):
        stage, upstream = joined(part, verdicts)
        unique.append(stage.digest(upstream.digest, config))
    wanted: dict[type[Contract], list[str]] = {
        Deduplicated: unique,
        Windows: [cut_windows.STAGE.digest(one, config) for one in unique],
    }
    arrange(root, wanted)

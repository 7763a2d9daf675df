"""Puts a version in its place: shards, ledger and manifest under a temporary folder, renamed when whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import structs

from schemas.counts import Counts
from schemas.ledger import Fates, Rows
from schemas.manifest import Digests, FileEntry, FunnelRow, Manifest, Packing, RejectionRow, ShardFile
from schemas.settings import SECTIONS
from schemas.tables import Ingested, Shards, Windows
from schemas.views import Funnel, Packs, Rejections
from tasks.runtime.ledger_files import count_survivors, drop_other_ledgers, join_broken, join_ledgers, make_ledgers
from tasks.runtime.refusal import clear_refusal, judge_result, ledger_folder, refuse
from tasks.runtime.run_config import RunConfig
from tasks.runtime.run_context import Job, RunContext, timed
from tasks.runtime.workers import tidied
from tasks.store import catalogue
from tasks.store.catalogue import connect
from tasks.store.code_digest import code_digest
from tasks.store.digest import combine, sha256
from tasks.store.hashes import TEMPORARY
from tasks.store.ledger_sums import check_sums, records
from tasks.store.made_from import stage_digests
from tasks.store.parts import Part, write_table, write_text
from tasks.store.versions import (
    HISTORY,
    MANIFEST,
    Published,
    is_whole,
    latest,
    point_to,
    previous_version,
    put_in_place,
    read_manifest,
    versions_folder,
)
from tasks.store.view_sql import shards_view
from tasks.tokens.packing import pack
from tasks.write_shards import SPLITS, make_shards, reuse_shards, shard_digest

SETTINGS = tuple(name for name in SECTIONS if name != "runner")
"""The sections that results depend on."""


def version_of(windows: list[Part], config: RunConfig) -> str:
    """Return the version: 12 hex over what every window was made from (input, settings, code, tokenizer)."""
    contracts = [contract.proof() for contract in (Fates, Rows)]
    # Other settings may give the same windows; manifest, report and card name them all the same.
    made_by = (code_digest(__name__), contracts, config.digest(SETTINGS))
    return combine(*made_by, [shard_digest(part, config) for part in windows])[:12]


def rows_of(files: list[ShardFile]) -> int:
    """Count the rows of a part's files."""
    return sum(file.rows for file in files)


class Shelving:
    """The files of every part under way: made, or linked from the version before."""

    def __init__(self, context: RunContext, building: Path, windows: list[Part]) -> None:
        self.context, self.building, self.windows = context, building, windows
        self.jobs = list(_shard_jobs(context, building, windows))
        self.begun = context.begin(self.jobs)

    def files(self) -> list[ShardFile]:
        """Wait for the files of every part, in order."""
        made: list[list[ShardFile]] = self.context.results(Shards.view, self.begun, rows_of)
        for number, (files, (function, _)) in enumerate(zip(made, self.jobs, strict=True)):
            if function is reuse_shards and not files:
                # The old files are damaged: make them anew.
                made[number] = self.context.work(*_make_job(self.context, self.building, number, self.windows[number]))
        return [file for files in made for file in files]


def _make_job(context: RunContext, building: Path, number: int, part: Part) -> tuple[Any, ...]:
    """Return the function that writes a part's files, and its arguments."""
    digest = shard_digest(part, context.config)
    return make_shards, context.root, building, part.key, number, digest, context.level


def _shard_jobs(context: RunContext, building: Path, windows: list[Part]) -> Iterator[Job]:
    """Yield what makes the files of each part, or reuses those of the current version."""
    current = latest(context.root)
    old = versions_folder(context.root) / current if current else None
    manifest = read_manifest(old) if old else None
    known = manifest.files if manifest else ()
    for number, part in enumerate(windows):
        digest = shard_digest(part, context.config)
        if any(entry.made_from == digest for entry in known):
            yield reuse_shards, (known, old, building, number, digest)
        else:
            function, *arguments = _make_job(context, building, number, part)
            yield function, tuple(arguments)


def digests_of(config: RunConfig) -> Digests:
    """Return the digests of what a version is made by."""
    tokenizer, _, template = config.input_digests["tokens"].partition(":")
    return Digests(
        settings=config.digest(SETTINGS),
        code=code_digest("flows.up_to_date"),
        tokenizer=tokenizer,
        template=template,
        benchmarks=config.input_digests["decontamination"],
    )


def _manifest(
    context: RunContext,
    parts: dict[str, list[Part]],
    files: list[ShardFile],
    connection: duckdb.DuckDBPyConnection,
    building: Path,
) -> Manifest:
    """Return the manifest but for the files beside the shards: what the version is, and what it was made by."""
    config, source = context.config, context.source
    return Manifest(
        version=building.name.removeprefix(TEMPORARY),
        rows=sum(file.rows for file in files),
        tokens=sum(file.tokens for file in files),
        label_tokens=sum(file.label_tokens for file in files),
        files=tuple(files),
        settings=config.document(),
        digests=digests_of(config),
        funnel=records(connection, Funnel.view, FunnelRow),
        rejections=records(connection, Rejections.view, RejectionRow),
        packing=_write_packs(building, files, config.settings.tokens.context),
        sources=source.files,
        sample=source.sample,
        stages=stage_digests(parts),
    )


def _write_packs(building: Path, files: list[ShardFile], context: int) -> Packing:
    """Write packs.parquet, the packing of each split as an index; return what the manifest says of it."""
    tables: list[pa.Table] = []
    packs = bound = 0
    for split in SPLITS:
        parts = [
            pq.read_table(building / file.name, columns=["sample_id", "n_tokens"], schema=None)
            for file in files
            if file.split == split
        ]
        if not parts:
            continue
        samples = pa.concat_tables(parts).combine_chunks()
        packing = pack(samples["sample_id"].combine_chunks(), samples["n_tokens"].to_numpy(), context, packs)
        tables.append(packing.table)
        packs += packing.packs
        bound += packing.lower_bound
    rows = ((table, Counts(rows=table.num_rows)) for table in tables)
    write_table(building / "packs.parquet", Packs, rows, building.name)
    tokens = sum(file.tokens for file in files)
    return Packing(packs, bound, round(tokens / (packs * context), 4) if packs else 1.0)


def _beside(building: Path) -> tuple[FileEntry, ...]:
    """List the files beside the shards, each with its size and hash."""
    others = [path for path in sorted(building.iterdir()) if path.is_file() and path.name not in HISTORY]
    return tuple(FileEntry(path.name, path.stat().st_size, sha256(path)) for path in others)


def publish(context: RunContext, parts: dict[str, list[Part]]) -> Published:
    """Publish a version from its windows; the same version again writes nothing.

    Args:
        context: the run.
        parts: of every stage, by view, in order.

    Raises:
        RefusedError: no row survived, or far fewer than in the current version of the same source.
    """
    root, windows = context.root, parts[Windows.view]
    catalogue.begin(root)
    broken_rows = join_broken(root, parts[Ingested.view])
    version = version_of(windows, context.config)
    folder = versions_folder(root) / version
    ledgers = make_ledgers(context, windows)
    manifest = read_manifest(folder)
    if manifest is not None and is_whole(folder, manifest):
        verdict = judge_result(context, version, *manifest.survived())
        if verdict.why:
            raise refuse(context, verdict, folder)
        return _make_current(context, Published(version, folder, manifest, fresh=False, note=verdict.note))
    verdict = judge_result(context, version, *count_survivors(root, ledgers))
    if verdict.why:
        refused = ledger_folder(root)
        join_ledgers(root, ledgers, refused)
        raise refuse(context, verdict, refused)
    manifest, tables = _build(context, parts, folder, ledgers, broken_rows)
    return _make_current(context, Published(version, folder, manifest, fresh=True, note=verdict.note, tables=tables))


def _build(
    context: RunContext, parts: dict[str, list[Part]], folder: Path, ledgers: list[str], broken_rows: int
) -> tuple[Manifest, str]:
    """Write a version whole, put it in its place, and return its manifest and the tables of its report."""
    # Plots and templates: workers import this module too, and have no use for them.
    from tasks.report.build import prepare_pages, write_pages

    root, version = context.root, folder.name
    building = versions_folder(root) / f"{TEMPORARY}{version}"
    shutil.rmtree(building, ignore_errors=True)
    for split in SPLITS:
        (building / split).mkdir(parents=True)
    shelving = Shelving(context, building, parts[Windows.view])
    # While the workers write shards, this process joins the ledger and makes what the report shows of it.
    tidied(join_ledgers, root, ledgers, building)
    with connect(root, building, shards=False) as connection:
        prepared, seconds = timed(tidied, prepare_pages, connection, root, context.config.document())
        files = shelving.files()
        # The views over the shards' are bound when they are read.
        connection.execute(f'CREATE OR REPLACE VIEW "{Shards.view}" AS {shards_view(building)}')
        manifest = _manifest(context, parts, files, connection, building)
        check_sums(connection, manifest.funnel, parts, broken_rows)
        tables, more = timed(write_pages, connection, building, manifest, previous_version(root, version), prepared)
    context.notify(Part("report", "report", building, version, fresh=True, seconds=seconds + more))
    manifest = structs.replace(manifest, beside=_beside(building))
    write_text(building / MANIFEST, manifest.to_json())
    put_in_place(building, folder)
    drop_other_ledgers(root, ledgers)
    return manifest, tables


def _make_current(context: RunContext, done: Published) -> Published:
    """Make a version the current one, and forget a refusal before it."""
    point_to(context.root, done.version)
    clear_refusal(context.root)
    return done

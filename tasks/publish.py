"""Puts a version in its place: shards, ledger and manifest under a temporary folder, renamed when whole."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.catalogue import connect
from schemas.contract import Contract
from schemas.errors import LedgerError
from schemas.ledger import Fates, Rows
from schemas.parts import DIGEST, TEMPORARY, Part, part_path, read_footer, write_table, write_text
from schemas.settings import CONCERNS
from schemas.tables import Broken, Converted, Deduplicated, Ingested, LanguageFiltered, QualityFiltered, Shards, Windows
from tasks.code import code_digest
from tasks.house import House
from tasks.ledger import part_ledger
from tasks.recipe import Recipe, combine
from tasks.shard import SPLITS, ShardFile, make_shards, reuse_shards, sha256, shard_digest

ROW_STAGES = {stage.view for stage in (Converted, LanguageFiltered, QualityFiltered, Deduplicated)}
SUMS = {
    "a turn was ingested and has not one fate": """
        SELECT count(*) FROM (SELECT row_id, unnest(turns).turn AS turn FROM ingested)
        FULL JOIN (SELECT row_id, turn, count(*) AS fates FROM fates GROUP BY ALL) USING (row_id, turn)
        WHERE fates IS DISTINCT FROM 1""",
    "a row was ingested, or was broken, and has not one fate": """
        SELECT count(*) FROM (SELECT row_id FROM ingested UNION ALL SELECT row_id FROM broken) given
        FULL JOIN (SELECT row_id, count(*) AS fates FROM rows GROUP BY ALL) USING (row_id)
        WHERE fates IS DISTINCT FROM 1""",
    "a fate names a sample that does not exist, or a sample shows no turn": """
        SELECT count(*) FROM (SELECT DISTINCT unnest(sample_ids) AS named FROM fates)
        FULL JOIN shards ON named = sample_id WHERE named IS NULL OR sample_id IS NULL""",
    "a window is not published once": """
        SELECT count(*) FROM (SELECT sample_id AS made FROM windows WHERE sample_id IS NOT NULL)
        FULL JOIN (SELECT sample_id, count(*) AS times FROM shards GROUP BY ALL) ON made = sample_id
        WHERE made IS NULL OR times IS DISTINCT FROM 1""",
    "labels are not the input_ids where there is loss": """
        SELECT count(*) FROM shards WHERE len(labels) <> n_tokens OR len(input_ids) <> n_tokens
        OR len(list_filter(labels, lambda label: label <> -100)) <> n_label_tokens""",
}
"""What must hold of every version; each query counts what breaks its sentence."""

MANIFEST = "manifest.json"
LATEST = "latest.json"


@dataclass(frozen=True)
class Published:
    """What a run hands back: the version, where it lies, and its manifest."""

    version: str
    path: Path
    manifest: dict[str, Any]
    fresh: bool


def shelf(root: Path) -> Path:
    """Give the folder of all versions."""
    return root / Shards.folder


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Give a version's manifest; null where it is not whole."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError):
        return None
    whole = all(
        (folder / entry["name"]).is_file() and (folder / entry["name"]).stat().st_size == entry["bytes"]
        for entry in manifest["files"]
    )
    return manifest if whole else None


def latest(root: Path) -> str | None:
    """Give the current version's name."""
    try:
        return str(json.loads((shelf(root) / LATEST).read_text(encoding="utf-8"))["version"])
    except (FileNotFoundError, json.JSONDecodeError, KeyError):
        return None


def previous_version(root: Path, version: str) -> Path | None:
    """Give the folder of the version before this one, if it is there and whole."""
    current = latest(root)
    folder = shelf(root) / str(current)
    return folder if current not in (None, version) and read_manifest(folder) else None


def version_of(windows: list[Part], recipe: Recipe) -> str:
    """Give the version: 12 hex over what every window was made from (input, settings, code, tokenizer)."""
    contracts = [contract.digest() for contract in (Fates, Rows)]
    return combine(code_digest(__name__), contracts, [shard_digest(part, recipe) for part in windows])[:12]


def point_to(root: Path, version: str) -> None:
    """Name the current version; the last thing that publishing does."""
    if latest(root) != version:
        write_text(shelf(root) / LATEST, json.dumps({"version": version}) + "\n")


def _ledger_part(root: Path, number: int, folder: Path) -> None:
    """Write one part of fates and rows."""
    fates, rows = part_ledger(root, number)
    for contract, table in ((Fates, fates), (Rows, rows)):
        write_table(folder / f"{contract.view}-{number:05d}.parquet", contract, [(table, {})], "")


def _join(files: list[Path], path: Path, contract: type[Contract], digest: str) -> None:
    """Join part files into one, a row group each."""

    def tables() -> Iterator[tuple[pa.Table, dict[str, int]]]:
        for file in files:
            yield pq.read_table(file, schema=contract.schema()), {}

    write_table(path, contract, tables(), digest)


def _check(connection: duckdb.DuckDBPyConnection, parts: dict[str, list[Part]], broken_rows: int) -> None:
    """Raise LedgerError unless the ledger agrees, stage by stage, with what the stages counted as they ran."""
    funnel = connection.execute("SELECT stage, conversations_in, conversations_kept, turns_in FROM funnel").fetchall()
    for stage, rows_in, rows_kept, turns_in in funnel:
        counts = [part.counts for part in parts.get(stage, [])]
        if stage == Ingested.view:
            counted = sum(count["rows"] for count in counts) + broken_rows, sum(count["turns"] for count in counts)
            found = rows_in, turns_in
        elif stage in ROW_STAGES:
            counted = sum(count["living"] for count in counts), sum(count["kept"] for count in counts)
            found = rows_in, rows_kept
        else:
            continue
        if counted != found:
            raise LedgerError(f"{stage} counted {counted}, the ledger holds {found}: nothing is published.")
    for sentence, query in SUMS.items():
        (found,) = connection.execute(query).fetchall()[0]
        if found:
            raise LedgerError(f"{found} times: {sentence}: nothing is published.")


def _shard_files(house: House, building: Path, windows: list[Part]) -> list[ShardFile]:
    """Make or reuse the files of every part, in order."""
    current = latest(house.root)
    old = shelf(house.root) / current if current else None
    known = (read_manifest(old) or {"files": []})["files"] if old else []
    jobs: list[Future[list[ShardFile]] | list[ShardFile]] = []
    for part in windows:
        digest = shard_digest(part, house.recipe)
        reused = reuse_shards(known, old, building, part.number, digest) if old else []
        arguments = (house.root, building, part.number, digest, house.level)
        jobs.append(reused or house.pool.submit(make_shards, *arguments))
    return [file for job in jobs for file in (job if isinstance(job, list) else job.result())]


def _write_ledger(house: House, building: Path, numbers: list[int]) -> None:
    """Write fates.parquet and rows.parquet from the ledgers of all parts."""
    work = building / "ledger"
    work.mkdir()
    for job in [house.pool.submit(_ledger_part, house.root, number, work) for number in numbers]:
        job.result()
    for contract in (Fates, Rows):
        files = sorted(work.glob(f"{contract.view}-*.parquet"))
        _join(files, building / f"{contract.view}.parquet", contract, building.name)
    shutil.rmtree(work)


def records(connection: duckdb.DuckDBPyConnection, view: str) -> list[dict[str, Any]]:
    """Give a small view as a list of dicts."""
    result = connection.execute(f"FROM {view}")
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _summary(house: House, version: str, files: list[ShardFile]) -> dict[str, Any]:
    """Give the manifest but for the files beside the shards: what the version is, and what it was made by."""
    return {
        "version": version,
        "rows": sum(file.rows for file in files),
        "tokens": sum(file.tokens for file in files),
        "label_tokens": sum(file.label_tokens for file in files),
        "files": [asdict(file) for file in files],
        "settings": house.recipe.document(),
        "digests": {
            "settings": house.recipe.digest(tuple(name for name in CONCERNS if name != "runner")),
            "code": code_digest("tasks.chain"),
            **house.recipe.identities,
        },
    }


def _beside(building: Path) -> list[dict[str, Any]]:
    """List the files beside the shards, each with its size and hash."""
    others = [path for path in sorted(building.iterdir()) if path.is_file()]
    return [{"name": path.name, "bytes": path.stat().st_size, "sha256": sha256(path)} for path in others]


def join_broken(root: Path, ingested: list[Part]) -> int:
    """Join the broken rows of all parts into broken.parquet; give how many there are."""
    home = root / Ingested.folder
    files = [part_path(root, Broken, part.number) for part in ingested]
    digest = combine([part.digest for part in ingested])
    if read_footer(home / "broken.parquet").get(DIGEST) != digest.encode():
        _join(files, home / "broken.parquet", Broken, digest)
    return int(pq.read_metadata(home / "broken.parquet").num_rows)


def publish(house: House, parts: dict[str, list[Part]]) -> Published:
    """Publish a version from its windows; the same version again writes nothing.

    Args:
        house: the run.
        parts: of every stage, by view, in order.
    """
    # Plots and templates: workers import this module too, and have no use for them.
    from tasks.explain import explain

    root, windows = house.root, parts[Windows.view]
    broken_rows = join_broken(root, parts[Ingested.view])
    version = version_of(windows, house.recipe)
    folder = shelf(root) / version
    manifest = read_manifest(folder)
    if manifest is not None:
        point_to(root, version)
        return Published(version, folder, manifest, fresh=False)
    building = shelf(root) / f"{TEMPORARY}{version}"
    shutil.rmtree(building, ignore_errors=True)
    for split in SPLITS:
        (building / split).mkdir(parents=True)
    files = _shard_files(house, building, windows)
    _write_ledger(house, building, [part.number for part in windows])
    with connect(root, building) as connection:
        _check(connection, parts, broken_rows)
        answers = {view: records(connection, view) for view in ("funnel", "rejections")}
        manifest = _summary(house, version, files) | answers
        explain(connection, building, manifest, previous_version(root, version))
    manifest["beside"] = _beside(building)
    write_text(building / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    shutil.rmtree(folder, ignore_errors=True)
    building.replace(folder)
    point_to(root, version)
    return Published(version, folder, manifest, fresh=True)

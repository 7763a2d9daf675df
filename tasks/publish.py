"""Puts a version in its place: shards, ledger and manifest under a temporary folder, renamed when whole."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.answers import Packs
from schemas.catalogue import connect
from schemas.contract import Contract
from schemas.ledger import Broken, Fates, Rows
from schemas.parts import DIGEST, TEMPORARY, Part, part_path, read_footer, write_table, write_text
from schemas.settings import CONCERNS, Tokens
from schemas.tables import Ingested, Shards, Windows
from tasks.code import code_digest
from tasks.house import House, timed
from tasks.ledger import part_ledger
from tasks.recipe import Recipe, combine
from tasks.shard import SPLITS, ShardFile, make_shards, reuse_shards, sha256, shard_digest
from tasks.shelf import HISTORY, MANIFEST, Published, latest, point_to, previous_version, read_manifest, shelf
from tasks.sums import check_sums, records
from tasks.tokens.packing import pack

SETTINGS = tuple(name for name in CONCERNS if name != "runner")
"""The concerns that results depend on."""


def version_of(windows: list[Part], recipe: Recipe) -> str:
    """Give the version: 12 hex over what every window was made from (input, settings, code, tokenizer)."""
    contracts = [contract.proof() for contract in (Fates, Rows)]
    # Other settings may give the same windows; manifest, report and card name them all the same.
    made_by = (code_digest(__name__), contracts, recipe.digest(SETTINGS))
    return combine(*made_by, [shard_digest(part, recipe) for part in windows])[:12]


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


def _shard_files(house: House, building: Path, windows: list[Part]) -> list[ShardFile]:
    """Make or reuse the files of every part, in order."""
    current = latest(house.root)
    old = shelf(house.root) / current if current else None
    known = (read_manifest(old) or {"files": []})["files"] if old else []
    jobs: list[tuple[Callable[..., list[ShardFile]], tuple[Any, ...]]] = []
    for part in windows:
        digest = shard_digest(part, house.recipe)
        if any(entry["made_from"] == digest for entry in known):
            jobs.append((reuse_shards, (known, old, building, part.number, digest)))
        else:
            jobs.append((make_shards, (house.root, building, part.number, digest, house.level)))
    made = house.spread(Shards.view, jobs)
    for number, (files, (function, arguments)) in enumerate(zip(made, jobs, strict=True)):
        if function is reuse_shards and not files:
            # The old files are damaged: make them anew.
            made[number] = house.work(make_shards, house.root, building, number, arguments[-1], house.level)
    return [file for files in made for file in files]


def _write_ledger(house: House, building: Path, numbers: list[int]) -> None:
    """Write fates.parquet and rows.parquet from the ledgers of all parts."""
    work = building / "ledger"
    work.mkdir()
    house.spread(Fates.view, [(_ledger_part, (house.root, number, work)) for number in numbers])
    for contract in (Fates, Rows):
        files = sorted(work.glob(f"{contract.view}-*.parquet"))
        _join(files, building / f"{contract.view}.parquet", contract, building.name)
    shutil.rmtree(work)


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
            "settings": house.recipe.digest(SETTINGS),
            "code": code_digest("tasks.chain"),
            "tokenizer": house.recipe.identities["tokens"].partition(":")[0],
            "template": house.recipe.identities["tokens"].partition(":")[2],
            "benchmarks": house.recipe.identities["decontamination"],
        },
    }


def _write_packs(building: Path, files: list[ShardFile], context: int) -> dict[str, float]:
    """Write packs.parquet, the packing of each split as an index; give what the manifest says of it."""
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
    rows = ((table, {"rows": table.num_rows}) for table in tables)
    write_table(building / "packs.parquet", Packs, rows, building.name)
    tokens = sum(file.tokens for file in files)
    return {"packs": packs, "lower_bound": bound, "fill": round(tokens / (packs * context), 4) if packs else 1.0}


def _beside(building: Path) -> list[dict[str, Any]]:
    """List the files beside the shards, each with its size and hash."""
    others = [path for path in sorted(building.iterdir()) if path.is_file() and path.name not in HISTORY]
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
    tokens = house.recipe.settings["tokens"]
    packing = _write_packs(building, files, tokens.context if isinstance(tokens, Tokens) else 0)
    with connect(root, building) as connection:
        check_sums(connection, parts, broken_rows)
        answers = {view: records(connection, view) for view in ("funnel", "rejections")}
        manifest = _summary(house, version, files) | answers | {"packing": packing}
        _, seconds = timed(explain, connection, building, manifest, previous_version(root, version))
    house.tell(Part("report", 0, building, version, fresh=True, seconds=seconds))
    manifest["beside"] = _beside(building)
    write_text(building / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    shutil.rmtree(folder, ignore_errors=True)
    building.replace(folder)
    point_to(root, version)
    return Published(version, folder, manifest, fresh=True)

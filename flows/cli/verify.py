"""`sharegpt verify`: every published byte against the manifest, every part against its contract, the ledger's sums."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import typer

from flows.cli import DATA, DataOption, say
from schemas.catalogue import connect
from schemas.contract import Contract, ContractError
from schemas.errors import PipelineError
from schemas.ledger import Fates, Rows
from schemas.parts import CONTRACT, part_files, read_footer
from schemas.tables import STAGES, Shards
from tasks.publish import MANIFEST, latest, read_manifest, records, shelf
from tasks.shard import sha256


def verify(data: DataOption = DATA) -> None:
    """Prove the current version: hashes, contracts, ledger. A sentence per fault, and exit code 1."""
    root = data.resolve()
    version = latest(root)
    if version is None:
        raise PipelineError(f"Nothing is published below {data}: `sharegpt run` publishes.")
    folder = shelf(root) / version
    manifest = read_manifest(folder)
    if manifest is None:
        raise PipelineError(f"{folder / MANIFEST} is missing, or a file it lists is missing or cut: run again.")
    faults = [*hash_faults(folder, manifest), *contract_faults(root, folder, manifest)]
    if not faults:
        faults = list(ledger_faults(root, folder, manifest))
    for fault in faults:
        say(f"fault: {fault}")
    if faults:
        raise PipelineError(f"Version {version} has {len(faults)} faults: delete {folder} and run again to remake it.")
    files = len(manifest["files"]) + len(manifest["beside"])
    typer.echo(
        f"{version}: {files} files, {manifest['rows']:,} samples, {manifest['tokens']:,} tokens: all as written."
    )


def hash_faults(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    """Yield a sentence for every file that is not, byte for byte, what the manifest says, and every stranger."""
    listed = manifest["files"] + manifest["beside"]
    for entry in listed:
        path = folder / entry["name"]
        if not path.is_file():
            yield f"{entry['name']} is missing."
        elif sha256(path) != entry["sha256"]:
            yield f"{entry['name']} has been changed: its SHA-256 is not the manifest's."
    known = {entry["name"] for entry in listed} | {MANIFEST}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in known:
            yield f"{name} is not in the manifest."


def file_fault(path: Path, contract: type[Contract]) -> str | None:
    """Say what is wrong with a file under its contract, a row group at a time."""
    if read_footer(path).get(CONTRACT) != contract.digest().encode():
        return f"{path.name} was written under another contract of {contract.view}."
    try:
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                contract.check(file.read_row_group(group))
    except (ContractError, OSError, pa.ArrowException) as error:
        return f"{path.name}: {error}"
    return None


def contract_faults(root: Path, folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    """Yield a sentence for every file that breaks its contract."""
    checked: list[tuple[Path, type[Contract]]] = [(folder / entry["name"], Shards) for entry in manifest["files"]]
    checked += [(folder / f"{contract.view}.parquet", contract) for contract in (Fates, Rows)]
    checked += [(path, stage) for stage in STAGES[:-1] for path in part_files(root, stage)]
    for path, contract in checked:
        fault = file_fault(path, contract)
        if fault:
            yield fault


SUMS = {
    "a turn has more than one fate": "SELECT count(*) - count(DISTINCT (row_id, turn)) FROM fates",
    "a row has more than one fate": "SELECT count(*) - count(DISTINCT row_id) FROM rows",
    "a turn was ingested and has no fate": """
        SELECT count(*) FROM (SELECT row_id, unnest(turns).turn AS turn FROM ingested)
        ANTI JOIN fates USING (row_id, turn)""",
    "a row was ingested and has no fate": "SELECT count(*) FROM ingested ANTI JOIN rows USING (row_id)",
    "a broken row has no fate": "SELECT count(*) FROM broken ANTI JOIN rows USING (row_id)",
    "a fate names a sample that does not exist": """
        SELECT count(*) FROM (SELECT unnest(sample_ids) AS sample_id FROM fates) ANTI JOIN shards USING (sample_id)""",
    "a sample has no turn": """
        SELECT count(*) FROM shards ANTI JOIN (SELECT unnest(sample_ids) AS sample_id FROM fates) USING (sample_id)""",
    "labels are not the input_ids where there is loss": """
        SELECT count(*) FROM shards WHERE len(labels) <> n_tokens OR len(input_ids) <> n_tokens
        OR len(list_filter(labels, lambda label: label <> -100)) <> n_label_tokens""",
}


def ledger_faults(root: Path, folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    """Yield a sentence for every sum that does not hold."""
    with connect(root, folder) as connection:
        for sentence, query in SUMS.items():
            row = connection.execute(query).fetchone()
            if row and row[0]:
                yield f"{row[0]} times: {sentence}."
        if records(connection, "funnel") != manifest["funnel"]:
            yield "the funnel is not the manifest's: the stages hold another run's parts."

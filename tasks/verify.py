"""The saved checks: every published byte against the manifest, every part against its contract, the ledger's sums."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.contract import Contract, ContractError
from schemas.errors import PipelineError
from schemas.ledger import Fates, Rows
from schemas.manifest import FileEntry, FunnelRow, Manifest, ShardFile
from schemas.tables import STAGES, Shards
from tasks.store.catalogue import connect
from tasks.store.digest import sha256
from tasks.store.ledger_sums import STAGE_SUMS, SUMS, records
from tasks.store.made_from import missing_parts, stages_gone
from tasks.store.parts import CONTRACT, part_files, read_footer
from tasks.store.versions import HISTORY, MANIFEST, latest, read_manifest, versions_folder

Checked = tuple[Path, type[Contract]]
"""A file, and the contract that it is under."""

# What is wrong; too dear for every publication, which has made each fate, mask and split a moment before.
WRONG = {
    "labels are not the input_ids where there is loss": """
        SELECT count(*) FROM shards WHERE len(labels) <> n_tokens OR len(input_ids) <> n_tokens
        OR len(list_filter(labels, lambda label: label <> -100)) <> n_label_tokens""",
    "a sample's loss mask is wrong (view mask_check)": "SELECT count(*) FROM mask_check WHERE NOT ok",
}
STAGES_WRONG = {
    "a turn was ingested and has not one fate": """
        SELECT count(*) FROM (SELECT row_id, unnest(turns).turn AS turn FROM ingested)
        FULL JOIN (SELECT row_id, turn, count(*) AS fates FROM fates GROUP BY ALL) USING (row_id, turn)
        WHERE fates IS DISTINCT FROM 1""",
    "rows of one deduplication group lie in both splits (view leakage)": "SELECT count(*) FROM leakage",
}


def current(root: Path) -> tuple[Path, Manifest]:
    """Return the current version's folder and manifest. Raise PipelineError where there is none or it is damaged."""
    version = latest(root)
    if version is None:
        raise PipelineError(f"Nothing is published below {root}: `sharegpt run` publishes.")
    folder = versions_folder(root) / version
    manifest = read_manifest(folder)
    if manifest is None:
        raise PipelineError(f"{folder / MANIFEST} is missing, or a file it lists is missing or cut: run again.")
    return folder, manifest


def faults(root: Path, folder: Path, manifest: Manifest) -> list[str]:
    """Return a sentence for everything that does not hold; sums are only taken over files that are sound.

    Where the stages are no longer those that it was made from (`stages_gone`), its own folder is checked alone.
    """
    alone = bool(stages_gone(root, manifest))
    broken = [*hash_faults(folder, manifest), *contract_faults(version_files(folder, manifest))]
    if not alone:
        broken += [*missing_parts(root, manifest), *contract_faults(stage_files(root))]
    return broken or list(ledger_faults(root, folder, manifest, alone))


def hash_faults(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Yield a sentence for every file that is not, byte for byte, what the manifest says, and every stranger."""
    listed: list[ShardFile | FileEntry] = [*manifest.files, *manifest.beside]
    for entry in listed:
        path = folder / entry.name
        if not path.is_file():
            yield f"{entry.name} is missing."
        elif sha256(path) != entry.sha256:
            yield f"{entry.name} has been changed: its SHA-256 is not the manifest's."
    known = {entry.name for entry in listed} | {MANIFEST, *HISTORY}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in known:
            yield f"{name} is not in the manifest."


def file_fault(path: Path, contract: type[Contract]) -> str | None:
    """Return what is wrong with a file under its contract, a row group at a time."""
    if read_footer(path).get(CONTRACT) != contract.proof().encode():
        return f"{path.name} was written under another contract of {contract.view}."
    try:
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                contract.check(file.read_row_group(group))
    except (ContractError, OSError, pa.ArrowException) as error:
        return f"{path.name}: {error}"
    return None


def version_files(folder: Path, manifest: Manifest) -> list[Checked]:
    """Return the files of a version that have a contract."""
    shards: list[Checked] = [(folder / entry.name, Shards) for entry in manifest.files]
    return shards + [(folder / f"{contract.view}.parquet", contract) for contract in (Fates, Rows)]


def stage_files(root: Path) -> list[Checked]:
    """Return the files of all stages."""
    return [(path, stage) for stage in STAGES[:-1] for path in part_files(root, stage)]


def contract_faults(checked: list[Checked]) -> Iterator[str]:
    """Yield a sentence for every file that breaks its contract."""
    for path, contract in checked:
        fault = file_fault(path, contract)
        if fault:
            yield fault


def ledger_faults(root: Path, folder: Path, manifest: Manifest, alone: bool = False) -> Iterator[str]:
    """Yield a sentence for every sum that does not hold, for wrong masks and for leakage.

    Args:
        root: the data root.
        folder: of the version.
        manifest: of the version.
        alone: whether the stages are other ones, so that nothing is asked of them.
    """
    asked = SUMS | WRONG | ({} if alone else STAGE_SUMS | STAGES_WRONG)
    with connect(root, folder) as connection:
        for sentence, query in asked.items():
            row = connection.execute(query).fetchone()
            if row and row[0]:
                yield f"{row[0]} times: {sentence}."
        if records(connection, "funnel", FunnelRow) != manifest.funnel:
            yield "the funnel is not the manifest's."


def drop_fault(manifest: Manifest, bound: float) -> Iterator[str]:
    """Yield a sentence where a larger share of rows was dropped than the bound, 0 – 1."""
    rows = manifest.funnel[0].conversations_in
    kept = manifest.funnel[-1].conversations_kept
    rate = 1 - kept / rows if rows else 0.0
    if rate > bound:
        yield f"{rate:.1%} of {rows:,} rows were dropped, the bound is {bound:.1%}."

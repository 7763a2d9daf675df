"""The saved checks: every published byte against the manifest, every part against its contract, the ledger's sums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from schemas.contract import Contract
from schemas.errors import PipelineError
from schemas.ledger import Fates, Rows
from schemas.manifest import FileEntry, FunnelRow, Manifest, ShardFile
from schemas.tables import STAGES, Shards
from tasks.sources.plan_cache import PLAN, SPOOL, is_damaged
from tasks.store.catalogue import connect
from tasks.store.digest import sha256
from tasks.store.hashes import State, changed_files, is_known
from tasks.store.ledger_sums import STAGE_SUMS, SUMS, records
from tasks.store.made_from import missing_parts, stages_gone
from tasks.store.parts import file_fault, part_files
from tasks.store.versions import (
    CURRENT,
    HISTORY,
    LATEST,
    MANIFEST,
    find_version,
    is_of_stages,
    latest,
    parse_manifest,
    versions_folder,
)

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
    """Return the current version's folder and manifest. Raise PipelineError where they cannot be told."""
    version, path = latest(root), versions_folder(root) / LATEST
    if version is None or not (path.parent / version).is_dir():
        if path.is_file() or is_known(path):
            what = f"{path} is damaged" if version is None else f"{path} names {version}, which is gone"
            raise PipelineError(f"{what}: `sharegpt verify --repair` makes it anew, or `sharegpt run` as before.")
        raise PipelineError(f"Nothing is published below {root}: `sharegpt run` publishes.")
    return path.parent / version, manifest_of(path.parent / version)


def chosen(root: Path, name: str) -> tuple[Path, Manifest]:
    """Return folder and manifest of the version that a name means, damaged or not. Raise PipelineError for none."""
    if name == CURRENT:
        return current(root)
    folders = sorted(path for path in versions_folder(root).glob("[!.]*/") if not path.is_symlink())
    meant = [path for path in folders if path.name == name] or [path for path in folders if path.name.startswith(name)]
    if len(meant) == 1:
        return meant[0], manifest_of(meant[0])
    found = find_version(root, name)
    return found.path, found.manifest


def manifest_of(folder: Path) -> Manifest:
    """Return a version's manifest. Raise PipelineError where it cannot be read."""
    manifest = parse_manifest(folder)
    if manifest is None:
        path = folder / MANIFEST
        what = f"{path} is {'damaged' if path.is_file() else 'missing'}, so its settings are not known"
        raise PipelineError(f"{what}: `sharegpt run` with its source and settings makes it anew.")
    return manifest


@dataclass(frozen=True)
class Audit:
    """What the checks of a version found.

    Args:
        version: its name.
        faults: a sentence for each check that does not hold.
        alone: a sentence where its own folder was checked alone; else empty.
    """

    version: str
    faults: list[str]
    alone: str

    def sentence(self) -> str:
        """Return the outcome, with all that failed."""
        if not self.faults:
            return f"{self.version}: every check holds."
        many = "1 check" if len(self.faults) == 1 else f"{len(self.faults)} checks"
        return f"{many} of version {self.version} failed: {' '.join(self.faults)}"


def check_version(root: Path, folder: Path, manifest: Manifest) -> Audit:
    """Return everything that does not hold; sums are only taken over files that are sound.

    Where the stages are no longer those that it was made from (`stages_gone`), its own folder is checked alone.
    """
    why_alone = stages_gone(root, manifest)
    alone = bool(why_alone)
    broken = [*hash_faults(folder, manifest), *other_faults(root, folder, alone)]
    if not alone:
        broken += [fault for fault in missing_parts(root, manifest) if fault not in broken]
    broken = broken or list(contract_faults(version_files(folder, manifest) + ([] if alone else stage_files(root))))
    return Audit(folder.name, broken or list(ledger_faults(root, folder, manifest, alone)), why_alone)


def audited(root: Path, max_drop_rate: float) -> Audit:
    """Run every check over the current version. Raise PipelineError where there is none or it is damaged."""
    folder, manifest = current(root)
    found = check_version(root, folder, manifest)
    return replace(found, faults=[*found.faults, *drop_fault(manifest, max_drop_rate)])


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
            yield f"{name} is not in the manifest: remove it."


def other_faults(root: Path, folder: Path, alone: bool) -> Iterator[str]:
    """Yield a sentence for every other file of the data root that is not, byte for byte, what was written.

    Args:
        root: the data root.
        folder: of the version; what its manifest lists is not looked at, nor are other versions.
        alone: whether the stages are other ones, so that nothing is asked of them.
    """
    own = {folder / name for name in (MANIFEST, *HISTORY)} | {versions_folder(root) / LATEST}

    def is_asked(path: Path) -> bool:
        return path in own or path.parent == root or (is_of_stages(root, path) and not alone)

    for path, state in changed_files(root, is_asked, read=True):
        yield f"{path.relative_to(root).as_posix()} {state}."
    for path in [] if alone else [path for stage in STAGES[:-1] for path in (root / stage.folder).rglob("[!.]*")]:
        if path.is_file() and not is_known(path):
            yield f"{path.relative_to(root).as_posix()} {State.UNKNOWN}."
    if is_damaged(root / SPOOL):
        yield f"{SPOOL}/{PLAN} {State.CHANGED}."


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
    kept, rows = manifest.survived()
    rate = 1 - kept / rows if rows else 0.0
    if rate > bound:
        yield f"{rate:.1%} of {rows:,} rows were dropped, the bound is {bound:.1%}."

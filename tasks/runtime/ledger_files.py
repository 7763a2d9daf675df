"""Writes a version's ledger: that of each part, kept under its digest for the next version, joined into one file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.contract import Contract
from schemas.counts import Counts
from schemas.enums import Fate
from schemas.ledger import Broken, Fates, Rows
from schemas.tables import Ingested
from tasks.runtime.run_context import RunContext
from tasks.store.code_digest import code_digest
from tasks.store.digest import combine
from tasks.store.ledger import part_ledger
from tasks.store.parts import Part, is_made, open_part, part_path, remove, write_table
from tasks.store.versions import LEDGER, versions_folder

CONTRACTS: tuple[type[Contract], ...] = (Fates, Rows)


def ledger_digest(windows: Part) -> str:
    """Return the digest of a part's ledger: its windows' digest covers every stage before."""
    return combine([contract.proof() for contract in CONTRACTS], code_digest("tasks.store.ledger"), windows.digest)


def _path(root: Path, contract: type[Contract], digest: str) -> Path:
    return versions_folder(root) / LEDGER / f"{contract.view}-{digest}.parquet"


def _stands(root: Path, digest: str) -> bool:
    paths = [_path(root, contract, digest) for contract in CONTRACTS]
    return all(is_made(path, contract, digest) for path, contract in zip(paths, CONTRACTS, strict=True))


def make_ledger(root: Path, key: str, digest: str) -> None:
    """Write the fates and rows of one part. Raises LedgerError where they do not add up."""
    for contract, table in zip(CONTRACTS, part_ledger(root, key), strict=True):
        write_table(_path(root, contract, digest), contract, [(table, Counts())], digest)


def make_ledgers(context: RunContext, windows: list[Part]) -> list[str]:
    """Make the ledger of each part that has none yet; give the digests of all, in order."""
    digests = [ledger_digest(part) for part in windows]
    missing = [number for number, digest in enumerate(digests) if not _stands(context.root, digest)]
    jobs = [(make_ledger, (context.root, windows[number].key, digests[number])) for number in missing]
    context.results(Fates.view, context.begin(jobs))
    return digests


def join_ledgers(root: Path, digests: list[str], building: Path) -> None:
    """Write fates.parquet and rows.parquet into a version from the ledgers of its parts."""
    for contract in CONTRACTS:
        files = [_path(root, contract, digest) for digest in digests]
        join(files, building / f"{contract.view}.parquet", contract, building.name)


def count_survivors(root: Path, digests: list[str]) -> tuple[int, int]:
    """Return how many raw rows are in samples, and how many there are, from the ledgers of all parts."""
    fates = [open_part(_path(root, Rows, digest)).read(columns=["fate"])["fate"] for digest in digests]
    counts = [(pc.sum(pc.equal(fate, Fate.SAMPLE)).as_py() or 0, len(fate)) for fate in fates]
    return sum(kept for kept, _ in counts), sum(read for _, read in counts)


def drop_other_ledgers(root: Path, digests: list[str]) -> None:
    """Remove the ledgers of parts that the current version does not have."""
    kept = {_path(root, contract, digest) for contract in CONTRACTS for digest in digests}
    for path in (versions_folder(root) / LEDGER).iterdir():
        if path not in kept:
            remove(path)


def join_broken(root: Path, ingested: list[Part]) -> int:
    """Join the broken rows of all parts into broken.parquet; give how many there are."""
    home = root / Ingested.folder
    files = [part_path(root, Broken, part.key) for part in ingested]
    digest = combine([part.digest for part in ingested])
    if not is_made(home / "broken.parquet", Broken, digest):
        join(files, home / "broken.parquet", Broken, digest)
    return int(pq.read_metadata(home / "broken.parquet").num_rows)


def join(files: list[Path], path: Path, contract: type[Contract], digest: str) -> None:
    """Join part files into one, a row group each."""

    def tables() -> Iterator[tuple[pa.Table, Counts]]:
        for file in files:
            with open_part(file) as part:
                yield part.read(), Counts()

    write_table(path, contract, tables(), digest)

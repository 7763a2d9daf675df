"""Writes a version's ledger: that of each part, kept under its digest for the next version, joined into one file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.contract import Contract
from schemas.counts import Counts
from schemas.ledger import Fates, Rows
from tasks.runtime.run_context import RunContext
from tasks.store.code_digest import code_digest
from tasks.store.digest import combine
from tasks.store.ledger import part_ledger
from tasks.store.parts import DIGEST, Part, read_footer, write_table
from tasks.store.versions import versions_folder

HOME = ".ledger"
"""Below the shelf: the ledgers of the parts, each under the digest of what it was made from."""
CONTRACTS: tuple[type[Contract], ...] = (Fates, Rows)


def ledger_digest(windows: Part) -> str:
    """Return the digest of a part's ledger: its windows' digest covers every stage before."""
    return combine([contract.proof() for contract in CONTRACTS], code_digest("tasks.store.ledger"), windows.digest)


def _path(root: Path, contract: type[Contract], digest: str) -> Path:
    return versions_folder(root) / HOME / f"{contract.view}-{digest}.parquet"


def _stands(root: Path, digest: str) -> bool:
    paths = [_path(root, contract, digest) for contract in CONTRACTS]
    return all(read_footer(path).get(DIGEST) == digest.encode() for path in paths)


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


def drop_other_ledgers(root: Path, digests: list[str]) -> None:
    """Remove the ledgers of parts that the current version does not have."""
    kept = {_path(root, contract, digest) for contract in CONTRACTS for digest in digests}
    for path in (versions_folder(root) / HOME).iterdir():
        if path not in kept:
            path.unlink()


def join(files: list[Path], path: Path, contract: type[Contract], digest: str) -> None:
    """Join part files into one, a row group each."""

    def tables() -> Iterator[tuple[pa.Table, Counts]]:
        for file in files:
            yield pq.read_table(file, schema=contract.schema()), Counts()

    write_table(path, contract, tables(), digest)

"""Part files: where they lie, how they are written, and how a file proves what it is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.contract import Contract, ContractError
from schemas.counts import Counts
from schemas.errors import DamagedError
from tasks.store.hashes import TEMPORARY, State, check_before_reading, forget, remember, state_of

DIGEST = b"sharegpt.digest"
CONTRACT = b"sharegpt.contract"
COUNTS = b"sharegpt.counts"
TOKENIZER = b"sharegpt.tokenizer"
"""Digest of the tokenizer whose ids a file holds; no key of files without ids."""


NOTHING = Counts()
UNREADABLE = (OSError, pa.ArrowException, ValueError, MemoryError)
"""What pyarrow raises for a file whose bytes make no sense."""
FIRST_BYTES = 64
"""Where the rows of a file begin at the latest: behind a byte order mark, blanks and a bracket."""


@dataclass(frozen=True)
class Part:
    """A handle on one stage's file of one part: all that tasks hand to each other.

    Args:
        view: the stage.
        key: which part: the same in every stage, from the file and the place in it that its rows come from.
        path: of the file.
        digest: of everything the file's bytes depend on; also in its footer.
        counts: what the stage counted while it wrote.
        fresh: whether this run wrote it.
        seconds: CPU seconds that making it took; in no file, since it is never the same twice.
        decisions: file of the decisions on its rows, for the stage that follows the barrier.
    """

    view: str
    key: str
    path: Path
    digest: str
    counts: Counts = NOTHING
    fresh: bool = False
    seconds: float = 0.0
    decisions: Path | None = None

    @property
    def title(self) -> str:
        """Return what people call the part: its file, and where in it the part begins."""
        words, _, start = self.key.rpartition("-")
        begins = f", from byte {int(start):,}" if start.isdecimal() and int(start) > FIRST_BYTES else ""
        return f"{words.rpartition('-')[0] or self.key}{begins}"


def folder(root: Path, contract: type[Contract]) -> Path:
    """Return the stage's folder below the data root."""
    return root / contract.folder


def part_path(root: Path, contract: type[Contract], key: str) -> Path:
    """Return where a part of a stage lies."""
    return folder(root, contract) / f"{contract.prefix}-{key}.parquet"


def part_key(path: Path) -> str:
    """Return the key of the part that a stage's file holds."""
    return path.stem.partition("-")[2]


def read_footer(path: Path) -> dict[bytes, bytes]:
    """Return the footer's key-value pairs; empty where the file is missing or unreadable."""
    try:
        return dict(pq.read_metadata(path).metadata or {})
    except UNREADABLE:
        return {}


def file_fault(path: Path, contract: type[Contract]) -> str | None:
    """Return what is wrong with a file under its contract, a row group at a time; None = nothing."""
    if read_footer(path).get(CONTRACT) != contract.proof().encode():
        return f"{path.name} was written under another contract of {contract.view}."
    try:
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                contract.check(file.read_row_group(group))
    except (ContractError, *UNREADABLE) as error:
        return f"{path.name}: {error}"
    return None


def _footer_of(path: Path, contract: type[Contract], digest: str) -> dict[bytes, bytes] | None:
    """Return the footer of a file that is there, as it was written, and was made from what the digest says."""
    if state_of(path) is not State.SOUND:
        return None
    footer = read_footer(path)
    made = footer.get(DIGEST) == digest.encode() and footer.get(CONTRACT) == contract.proof().encode()
    return footer if made else None


def is_made(path: Path, contract: type[Contract], digest: str) -> bool:
    """Whether a file is there, as it was written, and was made from what the digest says."""
    return _footer_of(path, contract, digest) is not None


def find(path: Path, contract: type[Contract], key: str, digest: str) -> Part | None:
    """Return the part if the file at `path` proves to be it, else None."""
    footer = _footer_of(path, contract, digest)
    if footer is None:
        return None
    return Part(contract.view, key, path, digest, Counts.from_json(footer[COUNTS]))


def open_part(path: Path) -> pq.ParquetFile:
    """Open a file of a stage to read it. Raises DamagedError where it is not what was written, or cannot be read."""
    check_before_reading(path)
    try:
        return pq.ParquetFile(path)
    except UNREADABLE as error:
        raise DamagedError(str(path)) from error


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success flush it, note its hash and rename it, else remove it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")
    try:
        yield temporary
        with temporary.open("rb+") as handle:
            os.fsync(handle.fileno())
        remember(path, temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a small text file atomically."""
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_table(
    path: Path,
    contract: type[Contract],
    batches: Iterable[tuple[pa.Table, Counts]],
    digest: str,
    level: int = 1,
) -> Counts:
    """Write one row group per batch, checked against the contract, and the footer's proof; give the summed counts.

    Bytes depend on the rows, the batch borders and the digest alone. Raises ContractError, OSError.
    """
    counts = Counts()
    tokenizer: dict[str, str] = {}
    with (
        atomic(path) as temporary,
        pq.ParquetWriter(temporary, contract.schema(), **contract.layout(level)) as writer,
    ):
        for table, counted in batches:
            if TOKENIZER in (table.schema.metadata or {}):
                tokenizer[TOKENIZER.decode()] = table.schema.metadata[TOKENIZER].decode()
            writer.write_table(contract.check(table), row_group_size=max(1, table.num_rows))
            counts += counted
        writer.add_key_value_metadata(
            {
                DIGEST.decode(): digest,
                CONTRACT.decode(): contract.proof(),
                COUNTS.decode(): counts.to_json(),
                **tokenizer,
            }
        )
    return counts


def part_files(root: Path, contract: type[Contract]) -> list[Path]:
    """List a stage's part files in order."""
    return sorted(folder(root, contract).glob(f"{contract.prefix}-*.parquet"))


def remove(path: Path) -> None:
    """Remove a file that nothing needs any more."""
    path.unlink()
    forget(path)


def drop_other_parts(root: Path, contracts: Iterable[type[Contract]], keys: set[str]) -> None:
    """Remove the stages' parts of an input that is not this run's."""
    for contract in contracts:
        for path in part_files(root, contract):
            if part_key(path) not in keys:
                remove(path)

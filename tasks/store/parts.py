"""Part files: where they lie, how they are written, and how a file proves what it is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.contract import Contract
from schemas.counts import Counts
from schemas.errors import PipelineError
from schemas.tables import STAGES
from tasks.store.sql_text import is_readable, printable

DIGEST = b"sharegpt.digest"
CONTRACT = b"sharegpt.contract"
COUNTS = b"sharegpt.counts"
TOKENIZER = b"sharegpt.tokenizer"
"""Digest of the tokenizer whose ids a file holds; no key of files without ids."""
TEMPORARY = ".tmp-"
SPILL = "-sql"
"""How the name of a spill folder ends."""


NOTHING = Counts()


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
    except (OSError, pa.ArrowInvalid):
        return {}


def find(path: Path, contract: type[Contract], key: str, digest: str) -> Part | None:
    """Return the part if the file at `path` proves to be it, else None."""
    footer = read_footer(path)
    if footer.get(DIGEST) != digest.encode() or footer.get(CONTRACT) != contract.proof().encode():
        return None
    return Part(contract.view, key, path, digest, Counts.from_json(footer[COUNTS]))


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success flush it to disk and rename it, else remove it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")
    try:
        yield temporary
        with temporary.open("rb+") as handle:
            os.fsync(handle.fileno())
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


def sweep(root: Path) -> None:
    """Remove what a killed run left half-written; only the holder of the data root's lock may call this."""
    for stage in STAGES:
        _remove(folder(root, stage).rglob(f"{TEMPORARY}*"))
    _remove(root.glob(f"{TEMPORARY}*"))


def spill_path(root: Path) -> Path:
    """Return where this process's queries spill what memory cannot hold."""
    return root / f"{TEMPORARY}{os.getpid()}{SPILL}"


def _is_in_use(path: Path) -> bool:
    """Whether a folder is the spill folder of a process that is alive: a query may run beside a run."""
    number = path.name.removeprefix(TEMPORARY).removesuffix(SPILL)
    if not path.name.endswith(SPILL) or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except PermissionError:  # it is another user's
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True


def _remove(leftovers: Iterable[Path]) -> None:
    for leftover in [path for path in leftovers if not _is_in_use(path)]:
        if leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)


def drop_other_parts(root: Path, contracts: Iterable[type[Contract]], keys: set[str]) -> None:
    """Remove the stages' parts of an input that is not this run's."""
    for contract in contracts:
        for path in part_files(root, contract):
            if part_key(path) not in keys:
                path.unlink()


def stage_folders(root: Path) -> list[Path]:
    """Return the folders of the stages 01 to 06 that are there."""
    return [path for stage in STAGES[:-1] if (path := folder(root, stage)).is_dir()]


def remove_tree(path: Path) -> None:
    """Remove a folder: renamed first, so that nobody sees half of it, then swept."""
    leaving = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")
    path.replace(leaving)
    shutil.rmtree(leaving)


def make_root(root: Path) -> Path:
    """Make the data root for its owner alone and give its absolute path. Raise PipelineError for a path of no use."""
    if not is_readable(root.absolute()):
        raise PipelineError(
            f"The path {printable(root)} holds a backslash, or bytes that are not UTF-8, and DuckDB cannot read "
            "below such a folder: give another --data."
        )
    if not root.exists():
        root.mkdir(parents=True, mode=0o700)
    for stage in STAGES:
        (root / stage.folder).mkdir(exist_ok=True, mode=0o700)
    return root.resolve()

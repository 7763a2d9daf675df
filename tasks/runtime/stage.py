"""Lifts a pure function of a batch into a stage over parts: read, call, check, write, count."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.contract import Contract
from schemas.counts import Counts
from schemas.errors import DamagedError
from schemas.tables import STAGES, Converted, QualityFiltered
from tasks.runtime.run_config import RunConfig
from tasks.store.code_digest import code_digest
from tasks.store.digest import combine
from tasks.store.parts import UNREADABLE, Part, find, open_part, part_path, write_table


@dataclass(frozen=True)
class Stage:
    """A stage: what it adds (contract), what it reads, which settings it takes, and the function that does it.

    Args:
        contract: the columns that the stage's files hold.
        reads: columns of earlier stages that `work` needs; `turns` means the newest turns.
        sections: names of the settings handed to `work` after the rows, in this order; behind the barrier the
            decisions on the part's rows follow.
        work: `work(rows, *settings)`: a table of living rows (row_id and `reads`) to a table of the contract's
            columns without row_id, same rows in the same order.
        aligned: whether the file has the rows of the part; else `work` gives the contract's whole table.
    """

    contract: type[Contract]
    reads: tuple[str, ...]
    sections: tuple[str, ...]
    work: Callable[..., pa.Table]
    aligned: bool = True

    def digest(self, upstream: str, config: RunConfig) -> str:
        """Return the digest of a part of this stage: contract, code, settings, and what it is made from."""
        code = code_digest(self.work.__module__)
        return combine(self.contract.proof(), code, config.digest(self.sections), upstream)

    def find(self, root: Path, upstream: Part, config: RunConfig) -> Part | None:
        """Return the part made from `upstream` if its file is there and proves itself."""
        digest = self.digest(upstream.digest, config)
        return find(part_path(root, self.contract, upstream.key), self.contract, upstream.key, digest)


def before(contract: type[Contract]) -> tuple[type[Contract], ...]:
    """Return the stages before one, by the numbers their folders start with."""
    return tuple(stage for stage in STAGES if stage.folder < contract.folder.split("/")[0])


class Reader:
    """Reads a part's columns from the files of the stages before one, a row group at a time."""

    def __init__(self, root: Path, key: str, stages: tuple[type[Contract], ...], reads: tuple[str, ...]) -> None:
        self.root, self.key, self.stages, self.reads = root, key, stages, reads
        self.previous = stages[-1]
        self.files: dict[type[Contract], pq.ParquetFile] = {}

    def _home(self, column: str) -> type[Contract]:
        """Return which stage last wrote a column."""
        for contract in reversed(self.stages):
            if column in contract.columns() and (column, contract) != ("turns", QualityFiltered):
                return contract
        raise KeyError(f"no stage before has the column {column}")

    def _read(self, contract: type[Contract], group: int, columns: list[str]) -> pa.Table:
        """Read columns of one row group. Raises DamagedError."""
        try:
            return self._open(contract).read_row_group(group, columns=columns)
        except UNREADABLE as error:
            raise DamagedError(str(part_path(self.root, contract, self.key))) from error

    def _open(self, contract: type[Contract]) -> pq.ParquetFile:
        """Open a stage's file of the part once."""
        if contract not in self.files:
            self.files[contract] = open_part(part_path(self.root, contract, self.key))
        return self.files[contract]

    def groups(self) -> int:
        """Count the part's row groups."""
        return int(self._open(self.previous).num_row_groups)

    def batch(self, group: int) -> tuple[pa.Table, pa.Table]:
        """Return row_id and reason of all rows of a row group, and the wanted columns of the living ones."""
        head = self._read(self.previous, group, ["row_id", "reason"])
        wanted: dict[str, Any] = {"row_id": head["row_id"]}
        for column in self.reads:
            wanted[column] = self._turns(group) if column == "turns" else self._column(column, group)
        rows, kept = pa.table(wanted), np.flatnonzero(pc.is_null(head["reason"]).to_numpy())
        if len(kept) < len(rows):
            rows = rows.take(pa.array(kept))
        return head, rows.combine_chunks()

    def _column(self, column: str, group: int) -> Any:
        return self._read(self._home(column), group, [column])[column]

    def _turns(self, group: int) -> Any:
        """Return the newest turns: those that 04 altered, else those of 02 (or 01's raw ones for 02 itself)."""
        turns = self._column("turns", group).combine_chunks()
        if QualityFiltered not in self.stages:
            return turns
        turns = turns.cast(Converted.turns.type)
        altered = self._read(QualityFiltered, group, ["turns"])["turns"].combine_chunks()
        anew = pc.is_valid(altered).to_numpy(zero_copy_only=False)
        borders = [0, *(np.flatnonzero(np.diff(anew)) + 1).tolist(), len(anew)]
        # 04 alters few rows: whole runs are copied.
        runs = [(altered if anew[i] else turns).slice(i, end - i) for i, end in pairwise(borders) if end > i]
        return pa.concat_arrays(runs) if len(runs) > 1 else (runs or [turns])[0]


@contextmanager
def reading(root: Path, key: str, contract: type[Contract], reads: tuple[str, ...]) -> Iterator[Reader]:
    """Open a part's earlier files, and close them."""
    reader = Reader(root, key, before(contract), reads)
    try:
        yield reader
    finally:
        for file in reader.files.values():
            file.close()


def scatter(head: pa.Table, result: pa.Table, contract: type[Contract]) -> pa.Table:
    """Put a stage's columns for the living rows back in their places, with the earlier reasons carried on."""
    kept = pc.is_null(head["reason"]).to_numpy()
    places = np.where(kept, np.cumsum(kept) - 1, 0)
    wide = result.take(pa.array(places, mask=~kept))
    reason = pc.coalesce(head["reason"], wide["reason"].cast(pa.string()))
    columns = {name: wide[name] for name in contract.columns() if name not in {"row_id", "reason"}}
    return pa.table({"row_id": head["row_id"], **columns, "reason": reason}).select(list(contract.columns()))


def make_part(stage: Stage, root: Path, upstream: Part, settings: tuple[Any, ...], digest: str, level: int) -> Part:
    """Make one part of one stage: every row group read, handed to `work`, checked and written."""
    path = part_path(root, stage.contract, upstream.key)
    began = time.process_time()
    given = settings if upstream.decisions is None else (*settings, open_part(upstream.decisions).read())

    def batches() -> Iterator[tuple[pa.Table, Counts]]:
        with reading(root, upstream.key, stage.contract, stage.reads) as reader:
            for group in range(reader.groups()):
                head, rows = reader.batch(group)
                # Rooms need not know of batches without a living row.
                result = stage.work(rows, *given) if rows.num_rows else stage.contract.empty()
                table = scatter(head, result, stage.contract) if stage.aligned else result
                kept = result["reason"].null_count if "reason" in result.column_names else result.num_rows
                yield table, Counts(head.num_rows, rows.num_rows, result.num_rows, kept)

    counts = write_table(path, stage.contract, batches(), digest, level)
    seconds = time.process_time() - began
    return Part(stage.contract.view, upstream.key, path, digest, counts, fresh=True, seconds=seconds)

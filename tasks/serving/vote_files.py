"""Votes of the arena as Parquet: on disk when a vote is taken, a file for some hundreds of them."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.counts import Counts
from schemas.serving import VOTES, Votes
from tasks.store.catalogue import build
from tasks.store.parts import part_files, write_table


class VoteFiles:
    """The votes that one server takes. Use `add` from any thread.

    Args:
        root: the data root.
        most: votes of one file; it is written anew for each, under a temporary name.
    """

    def __init__(self, root: Path, most: int) -> None:
        self.folder, self.root, self.most = root / VOTES, root, most
        self._lock = threading.Lock()
        self._rows: list[Mapping[str, Any]] = []
        self._path: Path | None = None

    def add(self, vote: Mapping[str, Any]) -> None:
        """Write a vote to disk. Raise ContractError or OSError where that cannot be; then it is not taken."""
        with self._lock:
            first = self._path is None
            if self._path is None or len(self._rows) >= self.most:
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                when = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
                self._path, self._rows = self.folder / f"{Votes.prefix}-{when}-{uuid.uuid4().hex[:8]}.parquet", []
            rows = [*self._rows, vote]
            table = pa.Table.from_pylist(rows, schema=Votes.schema())
            write_table(self._path, Votes, [(table, Counts())], Votes.view)
            self._rows = rows
            if first:
                build(self.root)  # the view finds every further file by its pattern


def read_votes(root: Path) -> list[dict[str, Any]]:
    """Return all votes of a data root, the oldest first."""
    rows: list[dict[str, Any]] = [row for path in part_files(root, Votes) for row in pq.read_table(path).to_pylist()]
    return sorted(rows, key=lambda row: (row["voted_at"], row["vote_id"]))

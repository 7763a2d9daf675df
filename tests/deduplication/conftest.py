"""Builds small corpora and runs the three steps of deduplication on them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.counts import Counts
from schemas.deduplication import Signatures
from schemas.settings import Deduplication
from schemas.types import TURN
from tasks.deduplicate import drop_duplicates, find_duplicates
from tasks.deduplication.sign import sign
from tasks.store.parts import write_table

Chats = dict[str, list[str]]


def table(chats: Chats, ids: dict[str, str] | None = None) -> pa.Table:
    """Return living rows: texts alternate between user and assistant; ids default to the row_id."""
    turns = [
        [{"turn": i, "role": "assistant" if i % 2 else "user", "content": text} for i, text in enumerate(texts)]
        for texts in chats.values()
    ]
    names = [(ids or {}).get(row_id, row_id) for row_id in chats]
    return pa.table(
        {
            "row_id": pa.array(list(chats), pa.string()),
            "conversation_id": pa.array(names, pa.string()),
            "turns": pa.array(turns, pa.list_(TURN)),
        }
    )


@pytest.fixture(scope="session")
def rows() -> Callable[..., pa.Table]:
    return table


@pytest.fixture(scope="session")
def deduplicate(tmp_path_factory) -> Callable[..., pl.DataFrame]:
    """Run all steps; `parts` says how many rows each part has (default: all in one)."""

    def run(
        chats: Chats,
        deduplication: Deduplication | None = None,
        parts: list[int] | None = None,
        ids: dict[str, str] | None = None,
        root: Path | None = None,
    ) -> pl.DataFrame:
        settings, root = deduplication or Deduplication(), root or tmp_path_factory.mktemp("dedup")
        all_rows, start, pieces, files = table(chats, ids), 0, [], []
        for number, size in enumerate(parts or [len(chats)]):
            pieces.append(all_rows.slice(start, size))
            files.append(root / "signatures" / f"part-{number:05d}.parquet")
            write_table(files[-1], Signatures, [(sign(pieces[-1], settings), Counts())], "")
            start += size
        slices = find_duplicates(files, settings, root, root / "temp")
        judged = [
            drop_duplicates(piece.select(["row_id"]), pq.read_table(part.path)).append_column("row_id", piece["row_id"])
            for piece, part in zip(pieces, slices, strict=True)
        ]
        return pl.DataFrame(pa.concat_tables(judged))

    return run

"""Pieces rejoined: the joins of the truth that are made, wrong ones, and labelled tokens before and after."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path

import duckdb

from benchmarks.published.rows import read_rows
from tests.support.pipeline import run


def show(corpus: Path) -> None:
    """Print joins and tokens of the pieces' file, joined and not."""
    source = corpus / "sharegpt_pieces.json"
    truth = read_rows(source.with_suffix(".truth.jsonl"))
    wanted = {
        (one["id"], other["id"])
        for row in truth
        for one, other in pairwise(row["pieces"])
        if one["present"] and other["present"]
    }
    names = [row["id"] for row in read_rows(source)]
    print(f"Pieces rejoined: {len(names)} rows, {len(wanted)} joins in the truth")
    for rejoin in ("off", "auto"):
        with tempfile.TemporaryDirectory() as folder:
            run(source, Path(folder), f"input.rejoin={rejoin}", "language.keep=all", pages=True)
            with duckdb.connect(str(Path(folder) / "catalogue.duckdb"), read_only=True) as connection:
                made = joins(connection, names)
                ((samples, tokens, labels),) = connection.execute(
                    "SELECT count(*), sum(n_tokens), sum(n_label_tokens) FROM shards"
                ).fetchall()
        found = f"{len(made & wanted)} made, {len(made - wanted)} wrong"
        print(f"{rejoin:6}{found:24}{samples:>6} samples {tokens:>10,} tokens {labels:>10,} with loss")
    print()


def joins(connection: duckdb.DuckDBPyConnection, names: list[str]) -> set[tuple[str, str]]:
    """Return which piece goes on with which, by their ids, as the ledger tells it."""
    rows = connection.execute(
        r"SELECT row_id, regexp_extract(detail, 'joined into \S*:(\d+)', 1) FROM rows WHERE detail LIKE 'joined into %'"
    ).fetchall()
    chains: dict[int, list[int]] = {}
    for row_id, head in rows:
        chains.setdefault(int(head), [int(head)]).append(int(row_id.rsplit(":", 1)[1]))
    ordered = [
        sorted((names[at] for at in chain), key=lambda name: int(name.rsplit("_", 1)[1])) for chain in chains.values()
    ]
    return {pair for chain in ordered for pair in pairwise(chain)}

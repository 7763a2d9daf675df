"""Planted pieces joined, what the labels teach, and the CPU seconds of all that is taken back in one whole run."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from pathlib import Path
from pkgutil import resolve_name
from typing import Any
from unittest import mock

import duckdb

from benchmarks.pipeline import measure
from benchmarks.published import pieced
from benchmarks.published.pieces import joins
from tasks.runtime.workers import workers
from tests.support.pipeline import run

PARTS = {
    "scars and page text": (
        "tasks.conversations.raw.RawTurns.to_read", "tasks.convert.fastchat_evidence", "tasks.convert.without_scars",
    ),
    "rejoining": (
        "tasks.sources.plan.PieceFinder.look", "tasks.sources.plan.counted_pieces", "tasks.sources.plan.with_joins",
        "tasks.sources.plan.count_copies", "tasks.sources.plan.shared_stems", "tasks.sources.plan.with_others",
        "tasks.sources.read_pieces._read",
        "tasks.ingest.RowBatch.join",
        "tasks.convert.with_pieces", "tasks.store.ledger.read_pieces", "tasks.store.ledger.rows_of_pieces",
        "tasks.store.ledger.fates_of_pieces",
    ),
    "stitching": ("tasks.convert.stitch_batch", "tasks.filter_quality.with_whole_answers"),
    "label_audit": ("tasks.quality.measure.teaching", "tasks.tokens.table.openings", "tasks.report.sections.labels"),
}  # fmt: skip
"""The functions that do each part of it, none within another, by the names they are called by."""


def show(_: Path) -> None:
    """Print joins made and missed, the view of labels, and CPU seconds by part of a run in one process."""
    with tempfile.TemporaryDirectory() as folder:
        source, root = Path(folder) / "planted.json", Path(folder) / "data"
        names, wanted = pieced.write(source)
        with workers(1) as pool:  # where a run's stages work: libraries with more threads spend more
            seconds, stages = pool.submit(_timed, source, root).result()
        with duckdb.connect(str(root / "catalogue.duckdb"), read_only=True) as connection:
            made = joins(connection, names)
            audit = connection.execute("FROM label_audit").fetchall()
        whole = measure(source, Path(folder) / "whole", 1, ["language.keep=all"])[1]["cpu"]
    right, wrong = len(made & wanted), len(made - wanted)
    precision, recall = right / max(len(made), 1), right / len(wanted)
    print(
        f"Pieces planted: {pieced.CONVERSATIONS:,} conversations in {len(names):,} rows, {len(wanted):,} joins to make"
    )
    print(f"{right:,} made, {wrong} wrong: precision {precision:.2%}, recall {recall:.2%}\n")
    print("What their labels teach (view label_audit)")
    for kind, value, answers, tokens, share in audit:
        print(f"{kind:10}{value[:60]:62}{answers:>8,}{tokens:>12,}{share:>8.1%}")
    print(f"\nCost in plan, stages and publication ({stages:.1f} CPU s), and in all of `sharegpt run` ({whole:.1f})")
    for part, spent in [*seconds.items(), ("together", sum(seconds.values()))]:
        print(f"{part:24}{spent:>8.2f}{spent / stages:>8.1%}{spent / whole:>8.1%}")
    print()


def _timed(source: Path, root: Path) -> tuple[dict[str, float], float]:
    """Return the CPU seconds of each part of a run in this process, and of the whole."""
    seconds = dict.fromkeys(PARTS, 0.0)

    def clocked(function: Callable[..., Any], part: str) -> Callable[..., Any]:
        @wraps(function)
        def call(*arguments: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return function(*arguments, **named)
            finally:
                seconds[part] += time.process_time() - began

        return call

    with ExitStack() as stack:
        # What a thread does beside a part is not the part's: the catalogue is made at the end instead.
        stack.enter_context(mock.patch("tasks.publish.catalogue.begin"))
        for part, names in PARTS.items():
            for name in names:
                owner, _, last = name.rpartition(".")
                holder = resolve_name(owner)
                stack.enter_context(mock.patch.object(holder, last, clocked(getattr(holder, last), part)))
        began = time.process_time()
        run(source, root, "language.keep=all", pages=True)
        return seconds, time.process_time() - began

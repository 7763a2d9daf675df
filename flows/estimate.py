"""Estimates what a whole input will cost from a sample's parts: time, memory and space on disk."""

from __future__ import annotations

import io
import resource
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.order import DECIDE, STEPS
from schemas.contract import Contract
from schemas.deduplication import Signatures
from schemas.tables import Ingested, Shards
from tasks.ingest import BATCH_ROWS
from tasks.runtime.run_config import RunConfig
from tasks.runtime.stage import Stage, reading
from tasks.store.parts import part_files, part_key

TIMED: tuple[Stage, ...] = tuple(step.stage for step in STEPS if step.upstream != DECIDE)
"""The stages whose work can be done again on a few rows, which is nearly all of the work."""
BATCH = 1_024
"""Rows of a timed batch, the sample's rows repeated: a call costs some 40 ms whatever it is given."""
ROUNDS = 2
"""Each stage works so often on the batch: the first time warms tables and regexes up, the best time counts."""
UNTIMED = 2.4
"""All work by the timed one: reading, writing, ingest, the barrier and publishing took 18.1 s where the timed stages
took 7.6 s (10,000 generated conversations)."""
SERIAL = 0.15
"""Share of all work that one process does alone: the barrier, the ledger's last step, the report."""
START = 6.0
"""Seconds until the first row: imports, Prefect, worker processes."""
BATCH_COPIES = 8
"""How often a worker holds a batch: read, spread to Python objects, worked on, checked, written."""


@dataclass(frozen=True)
class Estimate:
    """What the whole will take, about.

    Args:
        rows: raw rows of the whole.
        share: of the sample in it, 0 – 1.
        microseconds: of work on a raw row, by stage.
        workers: processes.
        seconds: of wall time with so many.
        memory: peak bytes, all processes.
        stages: bytes of all stages' files.
        shards: bytes of the published files.
    """

    rows: int
    share: float
    microseconds: dict[str, float]
    workers: int
    seconds: float
    memory: int
    stages: int
    shards: int


def part_keys(root: Path) -> list[str]:
    """Return the keys of a root's parts."""
    return [part_key(path) for path in part_files(root, Ingested)]


def rows_of(root: Path, stage: Stage) -> pa.Table:
    """Return the living rows of all parts that a stage works on."""
    tables = []
    for key in part_keys(root):
        with reading(root, key, stage.contract, stage.reads) as reader:
            tables += [reader.batch(group)[1] for group in range(reader.groups())]
    return pa.concat_tables(tables).combine_chunks()


def warm_seconds(stage: Stage, rows: pa.Table, settings: Iterable[Any]) -> float:
    """Time a stage's work on rows, in CPU seconds of this process."""
    if not rows.num_rows:
        return 0.0
    copies = -(-BATCH // rows.num_rows)
    batch = pa.concat_tables([rows] * copies).combine_chunks()
    given: tuple[Any, ...] = tuple(settings)
    times: list[float] = []
    for _ in range(ROUNDS):
        began = time.process_time()
        stage.work(batch, *given)
        times.append(time.process_time() - began)
    return min(times) / float(copies)


def packed(files: Iterable[Path], contract: type[Contract], level: int) -> int:
    """Return the bytes of files' rows in one file: a sample's many small files say little of large ones."""
    tables = [pq.read_table(file) for file in files]
    if not tables:
        return 0
    table = pa.concat_tables(tables).replace_schema_metadata(None)
    sink = io.BytesIO()
    pq.write_table(table, sink, **contract.layout(level))
    return sink.getbuffer().nbytes


def held(root: Path, contract: type[Contract]) -> int:
    """Return the bytes that all rows of a stage take in memory."""
    return sum(int(pq.read_table(path).nbytes) for path in part_files(root, contract))


def peak() -> tuple[int, int]:
    """Return the most bytes that this process and the largest of its ended children ever held."""
    unit = 1 if sys.platform == "darwin" else 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return own * unit, child * unit


def estimate(root: Path, version: Path, config: RunConfig, rows: int, workers: int, level: int) -> Estimate:
    """Estimate the whole from a finished sample.

    Args:
        root: the sample's data root.
        version: the folder that it published.
        config: its settings.
        rows: raw rows of the whole.
        workers: processes that the whole will have.
        level: of compression.
    """
    sampled = sum(pq.read_metadata(path).num_rows for path in part_files(root, Ingested)) or 1
    cost = {
        stage.contract.view: warm_seconds(stage, rows_of(root, stage), config.of(stage.sections)) for stage in TIMED
    }
    whole = rows / sampled
    contracts: list[type[Contract]] = [Ingested, *(stage.contract for stage in TIMED)]
    files = [packed(part_files(root, contract), contract, level) for contract in contracts]
    batch = held(root, Ingested) / sampled * min(BATCH_ROWS, rows) * BATCH_COPIES
    own, child = peak()
    return Estimate(
        rows=rows,
        share=sampled / rows,
        microseconds={view: seconds / sampled * 1e6 for view, seconds in cost.items()},
        workers=workers,
        seconds=START + sum(cost.values()) * whole * UNTIMED * (SERIAL + (1 - SERIAL) / workers),
        memory=int(own + workers * (child + batch) + held(root, Signatures) * whole),
        stages=int(sum(files) * whole),
        shards=int(packed(sorted(version.glob("*/*.parquet")), Shards, level) * whole),
    )

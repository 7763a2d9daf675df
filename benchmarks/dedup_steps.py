"""The two steps of deduplication, each in a process of its own, so that its CPU time and memory can be told."""

from __future__ import annotations

import json
import resource
import shutil
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.counts import Counts
from schemas.deduplication import Signatures
from schemas.settings import Deduplication
from tasks.deduplicate import find_duplicates
from tasks.deduplication.minhash import band_keys, bands_for
from tasks.deduplication.shingles import ShingleSets
from tasks.deduplication.sign import sign
from tasks.store.parts import write_table

PER_PART = 10_000
LIKENESS = Deduplication()


def sign_all(source: Path, folder: Path) -> int:
    """Sign the input as a run does: parts of some 10,000 conversations, row groups of 2,000."""
    with pq.ParquetFile(source) as file:
        for number, first in enumerate(range(0, file.num_row_groups, PER_PART // 2_000)):
            last = min(first + PER_PART // 2_000, file.num_row_groups)
            columns = ["row_id", "conversation_id", "turns"]
            groups = (file.read_row_group(group, columns=columns) for group in range(first, last))
            batches = ((sign(rows, LIKENESS), Counts()) for rows in groups)
            write_table(folder / f"part-{number:05d}.parquet", Signatures, batches, "")
        return int(file.metadata.num_rows)


def barrier(folder: Path, out: Path) -> int:
    """Find all twins."""
    parts = find_duplicates(sorted(folder.glob("*.parquet")), LIKENESS, out, out / "temp")
    return sum(part.counts.rows - part.counts.kept for part in parts)


def multiply(folder: Path, out: Path, times: int) -> int:
    """Make `times` as many signatures: each copy of the corpus under another permutation of the hashes."""
    shutil.rmtree(out, ignore_errors=True)
    files = sorted(folder.glob("*.parquet"))
    for again in range(times):
        veil = (again * 0x9E3779B97F4A7C15) & (2**64 - 1)
        for number, path in enumerate(files):
            with pq.ParquetFile(path) as file:
                batches = [(_veiled(file.read_row_group(g), again, veil), Counts()) for g in range(file.num_row_groups)]
            write_table(out / f"part-{again * len(files) + number:05d}.parquet", Signatures, batches, "")
    return times


def _veiled(signed: pa.Table, again: int, veil: int) -> pa.Table:
    """Return signatures that resemble each other as these do, and resemble no other copy's."""
    names, ids = ([f"{again}/{text}" for text in signed[name].to_pylist()] for name in ("row_id", "conversation_id"))
    hashes = [f"{int(text, 16) ^ veil:032x}" for text in signed["content_hash"].to_pylist()]
    prefixes, shingles = (signed[name].combine_chunks() for name in ("prefix_hashes", "shingles"))
    offsets = shingles.offsets.to_numpy().astype(np.int64)
    values = shingles.flatten().to_numpy() ^ np.uint32(veil >> 32)
    for first, last in pairwise(offsets):
        values[first:last].sort()
    bands, rows = bands_for(LIKENESS.threshold, LIKENESS.recall, LIKENESS.bins)
    keys = band_keys(ShingleSets(values, offsets), bands, rows)
    columns = {
        **dict(zip(signed.column_names, signed.columns, strict=True)),
        "row_id": pa.array(names),
        "conversation_id": pa.array(ids),
        "content_hash": pa.array(hashes),
        "prefix_hashes": pa.ListArray.from_arrays(
            prefixes.offsets, pa.array(prefixes.flatten().to_numpy() ^ np.uint64(veil))
        ),
        "shingles": pa.ListArray.from_arrays(shingles.offsets, pa.array(values)),
        "bands": pa.ListArray.from_arrays(
            pa.array(np.arange(len(keys) + 1) * bands, pa.int32()), pa.array(keys.ravel())
        ),
    }
    return pa.table(columns)


def peak() -> int:
    """Return the largest memory of this process in bytes (ru_maxrss would be the parent's, where that was larger)."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def measured(step: Callable[[], int]) -> dict[str, float]:
    """Run a step; give seconds, CPU seconds, bytes over the baseline (all imports done), and what it returned."""
    base, memory, wall = resource.getrusage(resource.RUSAGE_SELF), peak(), time.perf_counter()
    count = step()
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime - base.ru_utime - base.ru_stime
    return {"wall": time.perf_counter() - wall, "cpu": cpu, "memory": peak() - memory, "count": count}


if __name__ == "__main__":
    name, first, second, *rest = sys.argv[1:]
    steps = {
        "sign": lambda: sign_all(Path(first), Path(second)),
        "barrier": lambda: barrier(Path(first), Path(second)),
        "multiply": lambda: multiply(Path(first), Path(second), int(rest[0])),
    }
    print(json.dumps(measured(steps[name])))

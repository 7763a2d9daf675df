"""Measures plan and ingest on one file: seconds, MB/s and peak memory, each in a process of its own."""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path


def measure(what: str, source: str, spool: str) -> tuple[float, float, int, int]:
    """Return CPU seconds, wall seconds, MiB above the imports, and rows of one step."""
    from tasks.ingest import ingest
    from tasks.sources.plan import plan

    # Arrow and numpy load some of themselves on first use; that is not the input's memory.
    tiny = Path(spool) / "tiny.jsonl"
    tiny.write_text('{"items":[{"from":"human","value":"Hi"}]}\n')
    list(ingest(plan(str(tiny), Path(spool) / "tiny")[0]))
    ranges = plan(source, Path(spool)) if what != "plan" else []
    before = resource.getrusage(resource.RUSAGE_SELF)
    start = time.perf_counter()
    if what == "ingest":
        rows = sum(read.ingested.num_rows + read.broken.num_rows for part in ranges for read in ingest(part))
    else:
        rows = sum(part.rows for part in plan(source, Path(spool)))
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall, (after.ru_maxrss - before.ru_maxrss) // 1024, rows


def main() -> None:
    """Print the table for the file named on the command line."""
    size = Path(sys.argv[1]).stat().st_size / 1e6
    print(f"{size:.0f} MB     CPU s   wall s     MB/s  + MiB     rows")
    with tempfile.TemporaryDirectory() as spool:
        for what in ("plan", "plan again", "ingest"):
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                cpu, wall, memory, rows = pool.apply(measure, (what, sys.argv[1], spool))
            print(f"{what:10} {cpu:6.2f} {wall:8.2f} {size / wall:8.0f} {memory:6d} {rows:8d}")


if __name__ == "__main__":
    main()

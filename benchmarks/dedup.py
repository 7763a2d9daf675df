"""Measures deduplication beside datasketch and rensa on the same conversations: `make bench-dedup`."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from benchmarks.dedup_input import WORK, make
from benchmarks.dedup_truth import LIKENESS, compare
from tasks.deduplication.sign import sign

MIB = 1 << 20


def child(python: str, *arguments: object) -> dict[str, Any]:
    """Run one measured step in a process with one thread per library, and return what it printed."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "POLARS_MAX_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    command = [python, "-m", *map(str, arguments)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **threads})
    return json.loads(answer.stdout.splitlines()[-1])


def row(name: str, used: dict[str, Any], note: str = "") -> None:
    print(f"{name:<34}{used['wall']:>9.1f}{used['cpu']:>9.1f}{used['memory'] / MIB:>11.0f}   {note}", flush=True)


def truly(pairs: Path, source: Path) -> str:
    """Return which share of a peer's dropped conversations resembles the kept one at or above 0.8 by our shingles."""
    dropped = pl.read_parquet(pairs)
    rows = pq.read_table(source, columns=["row_id", "conversation_id", "turns"])
    wanted = sorted({*dropped["number"], *dropped["kept"]})
    signed = sign(rows.take(wanted), LIKENESS)["shingles"].to_pylist()
    sets = dict(zip(wanted, map(set, signed), strict=True))
    good = sum(len(sets[a] & sets[b]) >= 0.8 * len(sets[a] | sets[b]) for a, b in dropped.rows())
    return f"{dropped.height:,} dropped unverified, {good / max(dropped.height, 1):.1%} at Jaccard 0.8 or above"


def main() -> None:
    cli = argparse.ArgumentParser(prog="python -m benchmarks.dedup", description=__doc__)
    cli.add_argument("--conversations", type=int, default=110_000)
    cli.add_argument("--peers", default="", help="python of an environment with datasketch, rensa and pyarrow")
    cli.add_argument("--scale", type=int, nargs="*", default=[3, 10], help="multiples of the signatures")
    args = cli.parse_args()
    source, work = make(args.conversations), WORK / "dedup"
    shutil.rmtree(work, ignore_errors=True)
    signatures = work / "signatures"
    print(f"{args.conversations:,} conversations{'':<12}{'seconds':>10}{'CPU s':>9}{'MiB over base':>14}")
    signed = child(sys.executable, "benchmarks.dedup_steps", "sign", source, signatures)
    size = sum(path.stat().st_size for path in signatures.glob("*"))
    row("signatures (parallel by part)", signed, f"{size / args.conversations:,.0f} bytes a conversation on disk")
    found = child(sys.executable, "benchmarks.dedup_steps", "barrier", signatures, work / "out")
    row("the barrier (serial)", found, f"{found['count']:,} dropped, each for a kept one, verified")
    row("both", {"wall": signed["wall"] + found["wall"], "cpu": signed["cpu"] + found["cpu"], "memory": max(
        signed["memory"], found["memory"])})  # fmt: skip
    for peer in ("rensa", "datasketch") if args.peers else ():
        pairs = work / f"{peer}.parquet"
        used = child(args.peers, "benchmarks.dedup_peers", peer, source, pairs)
        row(peer, used, truly(pairs, source))
    truth = compare(source, work / "truth")
    print(
        f"\nbrute force, 3,000 conversations: {truth['high']:,.0f} pairs at 0.85 and above; candidates "
        f"{truth['candidates']:.2%}, not both kept {truth['found']:.2%}; {truth['dropped']:,.0f} near copies dropped, "
        f"lowest true Jaccard {truth['lowest']:.4f}, largest error {truth['error']:.5f}\n"
    )
    for times in args.scale:
        many = work / "many"
        child(sys.executable, "benchmarks.dedup_steps", "multiply", signatures, many, times)
        used = child(sys.executable, "benchmarks.dedup_steps", "barrier", many, work / "out")
        row(f"the barrier, {args.conversations * times:,}", used, f"{used['count']:,} dropped")
        shutil.rmtree(many)


if __name__ == "__main__":
    main()

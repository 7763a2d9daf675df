"""The pipeline beside FastChat's scripts on one file, in turn: how many times faster, and what each worker brings."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from itertools import islice
from pathlib import Path

from benchmarks import fastchat_pipeline

WORK = Path(__file__).parent / ".work"
FEW, SOME = 100, 10_000
"""Rows of an all but empty run, whose cost is the fixed one, and of a run a tenth as large."""
NO_FAST_ENGINE = 'raise ImportError("left out by the benchmark")\n'

Figures = dict[str, float]


def head(source: Path, rows: int) -> Path:
    """Write the first rows of an array that holds a row a line."""
    path = WORK / f"{source.stem}_first_{rows}.json"
    with source.open("rb") as lines:
        path.write_bytes(b"".join(islice(lines, 1 + rows)).rstrip(b",\n") + b"\n]\n")
    return path


def ours(source: Path, workers: int, *, fast: bool = True) -> Figures:
    """Run the pipeline from nothing in a process of its own, print its table, and give its figures."""
    hidden = WORK / "no-fast-engine"
    hidden.mkdir(parents=True, exist_ok=True)
    (hidden / "gigatoken.py").write_text(NO_FAST_ENGINE, "utf-8")
    environment = dict(os.environ) if fast else os.environ | {"PYTHONPATH": str(hidden)}
    figures = WORK / "figures.json"
    command = [sys.executable, "-m", "benchmarks.pipeline", str(source), "--workers", str(workers)]
    print(f"\n{source.name}, {workers} workers, {'the faster engine' if fast else '`tokenizers` alone'}", flush=True)
    subprocess.run([*command, "--figures", str(figures)], check=True, env=environment, stderr=subprocess.DEVNULL)
    return json.loads(figures.read_text("utf-8"))


def main() -> None:
    """Run everything in turn and print the ratios."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__)
    parser.add_argument("source", type=Path, help="an array of rows of one shape, a row a line")
    parser.add_argument("--rounds", type=int, choices=(1, 2), default=1)
    parser.add_argument("--clean", required=True, help="Python with fschat, markdownify 0.11.6 and pycld2")
    parser.add_argument("--split", required=True, help="Python with fschat, torch and transformers")
    chosen = parser.parse_args()
    few, some = head(chosen.source, FEW), head(chosen.source, SOME)
    lines = []
    for _ in range(chosen.rounds):
        fast = ours(chosen.source, 2)
        wall, cpu, peak = fastchat_pipeline.run(chosen.source, chosen.clean, chosen.split)
        slow = ours(chosen.source, 2, fast=False)
        one = ours(chosen.source, 1)
        empty, tenth = ours(few, 2), ours(some, 2)
        each = (fast["cpu"] - empty["cpu"]) / fast["rows"]
        each_of_some = (tenth["cpu"] - empty["cpu"]) / tenth["rows"]
        lines += [
            f"FastChat: {wall:.1f} s, {cpu:.1f} CPU s, {peak:.1f} GiB",
            *(
                f"ours, {run['engine']}: {run['wall']:.1f} s, {run['cpu']:.1f} CPU s, {run['peak'] / 1024:.2f} GiB: "
                f"{wall / run['wall']:.2f} × faster for {cpu / run['cpu']:.2f} × less CPU"
                for run in (fast, slow)
            ),
            f"two workers are {one['stages_wall'] / fast['stages_wall']:.2f} × faster than one on the stages",
            f"a conversation costs {each / each_of_some:.2f} × what it costs in a run of {SOME:,}",
            f"an all but empty run: {empty['wall']:.1f} s, {empty['cpu']:.1f} CPU s",
        ]
    print("\n" + "\n".join(lines))


if __name__ == "__main__":
    main()

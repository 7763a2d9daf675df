"""What a run costs when 1 % new rows have come in a file of their own, or nothing; whether a full run agrees."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from itertools import islice
from pathlib import Path

from benchmarks.generate import write

WORK = Path(__file__).parent / ".work" / "increment"
GOES_ON = [
    {"from": "human", "value": "And is there anything else that I should know before I begin with this?"},
    {"from": "gpt", "value": "<div><p>Keep a copy of what you have, and go one step at a time.</p></div>"},
]
"""A round more, which makes an old conversation the shorter copy of a new one."""


def run(folder: Path, root: Path) -> dict[str, float]:
    """Run the pipeline on a folder in a process of its own; give the figures."""
    figures = WORK / "figures.json"
    command = [sys.executable, "-m", "benchmarks.pipeline", str(folder), "--data", str(root), "--keep"]
    subprocess.run([*command, "--figures", str(figures)], check=True, stderr=subprocess.DEVNULL)
    return json.loads(figures.read_text("utf-8"))


def contents(root: Path) -> dict[str, str]:
    """Return the SHA-256 of every file that a run made, but for the log and the report (it tells of the run before)."""
    kept = [path for path in sorted(root.rglob("*")) if path.suffix in {".parquet", ".md", ".json"}]
    kept = [path for path in kept if ".spool" not in path.parts]
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}


def main() -> None:
    """Run in full, with nothing new, with 1 % new rows, and in full on all of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.increment", description=__doc__)
    parser.add_argument("source", type=Path, help="an array of rows, a row a line")
    parser.add_argument("--continued", type=int, default=0, help="so many of the new rows go on from an old one")
    chosen = parser.parse_args()
    shutil.rmtree(WORK, ignore_errors=True)
    raw, root, whole = WORK / "raw", WORK / "grown", WORK / "whole"
    raw.mkdir(parents=True)
    os.link(chosen.source, raw / "old.json")
    first = run(raw, root)
    nothing = run(raw, root)
    rows = int(first["rows"]) // 100
    with chosen.source.open("rb") as lines:
        old = [
            json.loads(line.rstrip(b",\n")) for line in islice(lines, 1, int(first["rows"]), int(first["rows"]) // 50)
        ]
    write(WORK / "new.json", rows - chosen.continued, seed=2, broken=False)
    new = json.loads((WORK / "new.json").read_text("utf-8"))
    for row in old[: chosen.continued]:
        new.append({**row, "id": f"{row['id']}-more", "conversations": row["conversations"] + GOES_ON})
    (raw / "new.json").write_text(json.dumps(new), "utf-8")
    more = run(raw, root)
    again = run(raw, whole)
    fresh, grown = contents(whole), contents(root)
    same = fresh == {name: grown.get(name) for name in fresh}
    print(
        f"\nfull run: {first['stages_cpu']:.1f} CPU s in stages, {first['cpu']:.1f} in all, {first['wall']:.1f} s\n"
        f"nothing new: {nothing['cpu']:.1f} CPU s, {nothing['wall']:.1f} s\n"
        f"{rows:,} new rows, {chosen.continued} of which go on from old ones: {more['stages_cpu']:.1f} CPU s in stages "
        f"({more['stages_cpu'] / first['stages_cpu']:.1%} of the full run's), {more['cpu']:.1f} in all, "
        f"{more['wall']:.1f} s\n"
        f"the same bytes as a full run on both files ({again['stages_cpu']:.1f} CPU s): {same}"
    )


if __name__ == "__main__":
    main()

"""Runs the whole pipeline on a file: seconds, MB/s, conversations/s and peak memory, per stage."""

from __future__ import annotations

import argparse
import shutil
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from flows.environment import prepare
from tasks.house import Event

ORDER = (
    "ingested", "converted", "language_filtered", "quality_filtered", "signatures", "verdicts", "deduplicated",
    "windows", "shards", "fates", "report",
)  # fmt: skip


@dataclass
class Recorder:
    """Listens to a run, and weighs its process tree."""

    cpu: dict[str, float] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    peak: dict[str, int] = field(default_factory=dict)
    recent: str = "ingested"
    going: bool = True

    def expect(self, parts: int) -> None:
        """Hear how many parts there will be."""

    def hear(self, event: Event) -> None:
        """Add a part's CPU seconds and rows to its stage."""
        self.cpu[event.view] = self.cpu.get(event.view, 0.0) + event.seconds
        self.rows[event.view] = self.rows.get(event.view, 0) + event.counts.get("rows", 0)
        self.recent = event.view

    def weigh(self) -> None:
        """Note the proportional set size (PSS) of this process and its children, twice a second, until told to stop."""
        me = psutil.Process()
        while self.going:
            total = 0
            for process in [me, *me.children(recursive=True)]:
                try:
                    total += process.memory_full_info().pss
                except psutil.Error:
                    continue
            self.peak[self.recent] = max(self.peak.get(self.recent, 0), total)
            time.sleep(0.5)


def tree_cpu() -> float:
    """Give CPU seconds of this process and its ended children."""
    times = psutil.Process().cpu_times()
    return times.user + times.system + times.children_user + times.children_system


def measure(source: Path, root: Path, workers: int | None, sets: list[str]) -> tuple[Recorder, float, float, int]:
    """Run the flow from nothing; give the recorder, wall seconds, CPU seconds (server included) and rows."""
    from flows.cli.options import make_settings, parse_sets

    prepare(quiet=True)
    from flows import steps
    from flows.clean import clean

    settings = make_settings(parse_sets([*sets, f"runner.workers={workers or 'null'}"]))
    recorder = Recorder()
    steps.listeners.append(recorder)
    watch = threading.Thread(target=recorder.weigh, daemon=True)
    watch.start()
    began, cpu = time.monotonic(), tree_cpu()
    done = clean(source=str(source), data=str(root), return_state=True, **settings).result()
    wall = time.monotonic() - began
    recorder.going = False
    watch.join()
    return recorder, wall, tree_cpu() - cpu, done.manifest["funnel"][0]["conversations_in"]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("--data", type=Path, default=Path("benchmarks/.work/pipeline"))
    parser.add_argument("--workers", type=int)
    parser.add_argument("--set", action="append", default=[], dest="sets")
    arguments = parser.parse_args()
    shutil.rmtree(arguments.data, ignore_errors=True)
    recorder, wall, cpu, rows = measure(arguments.source, arguments.data, arguments.workers, arguments.sets)
    size = arguments.source.stat().st_size / 1e6
    print(f"{'stage':<20}{'CPU s':>8}{'MB/s':>8}{'conv/s':>9}{'peak MiB':>10}")
    for stage in ORDER:
        seconds = recorder.cpu.get(stage, 0.0)
        speed = f"{size / seconds:>8.1f}{rows / seconds:>9.0f}" if seconds else f"{'':>17}"
        print(f"{stage:<20}{seconds:>8.1f}{speed}{recorder.peak.get(stage, 0) / 2**20:>10.0f}")
    stages = sum(recorder.cpu.values())
    print(f"{'all stages':<20}{stages:>8.1f}{size / stages:>8.1f}{rows / stages:>9.0f}")
    print(
        f"{'whole run':<20}{cpu:>8.1f}  CPU s, {wall:.1f} s wall, {size / wall:.1f} MB/s, {rows / wall:.0f} conv/s,",
        end="",
    )
    print(
        f" peak {max(recorder.peak.values()) / 2**20:.0f} MiB (PSS of the process tree), {rows:,} rows, {size:.0f} MB"
    )


if __name__ == "__main__":
    main()

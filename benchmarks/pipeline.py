"""Runs the whole pipeline on a file as the command does: seconds, MB/s, conversations/s and peak memory, per stage."""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tasks.runtime.run_context import Event

ORDER = (
    "ingested", "converted", "language_filtered", "quality_filtered", "signatures", "decisions", "deduplicated",
    "windows", "shards", "fates", "report",
)  # fmt: skip
PERIOD = 2.0
"""Seconds between two looks at memory: each costs some 100 ms of a core that the run could use."""


@dataclass
class Recorder:
    """Listens to a run, and weighs its process tree."""

    cpu: dict[str, float] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    peak: dict[str, int] = field(default_factory=dict)
    heaviest: list[int] = field(default_factory=list)
    weighing: float = 0.0
    recent: str = "ingested"
    going: bool = True
    began: float = 0.0
    ended: float = 0.0

    def on_start(self, _parts: object) -> None:
        """Hear how many parts there will be: the stages begin."""
        self.began = time.monotonic()

    def on_part(self, event: Event) -> None:
        """Add a part's CPU seconds and rows to its stage."""
        self.cpu[event.view] = self.cpu.get(event.view, 0.0) + event.seconds
        self.rows[event.view] = self.rows.get(event.view, 0) + event.counts.rows
        self.recent = event.view
        self.ended = time.monotonic()

    def weigh(self) -> None:
        """Note the proportional set size (PSS) of this process and its children, once a period, until told to stop."""
        me = psutil.Process()
        while self.going:
            found = []
            for process in [me, *me.children(recursive=True)]:
                with contextlib.suppress(psutil.Error):
                    found.append(process.memory_full_info().pss)
            if sum(found) > max(self.peak.values(), default=0):
                self.heaviest = found
            self.peak[self.recent] = max(self.peak.get(self.recent, 0), sum(found))
            self.weighing = time.thread_time()
            time.sleep(PERIOD)


def tree_cpu() -> float:
    """Return CPU seconds of this process and its ended children."""
    times = psutil.Process().cpu_times()
    return times.user + times.system + times.children_user + times.children_system


def measure(source: Path, root: Path, workers: int | None, sets: list[str]) -> tuple[Recorder, dict[str, float]]:
    """Run on a data root; give the recorder, and the whole run's figures, Prefect's server included."""
    began, cpu = time.monotonic(), tree_cpu()
    from flows.cli.run import chosen_settings, nothing_to_do
    from flows.cli.run_flow import run_flow
    from tasks.tokens.tokenizer import load_tokenizer

    settings = chosen_settings(sets, None, None, workers)
    recorder = Recorder()
    watch = threading.Thread(target=recorder.weigh, daemon=True)
    watch.start()
    done = nothing_to_do([str(source)], root, None, settings)
    done = done or run_flow([str(source)], root, None, settings, [recorder])
    wall = time.monotonic() - began
    recorder.going = False
    watch.join()
    whole = {
        "engine": load_tokenizer(settings.tokens.tokenizer).engine.name,
        "wall": wall,
        "stages_wall": recorder.ended - recorder.began,
        "cpu": tree_cpu() - cpu - recorder.weighing,
        "stages_cpu": sum(recorder.cpu.values()),
        "peak": max(recorder.peak.values(), default=0) / 2**20,
        "rows": done.manifest.funnel[0].conversations_in,
        "megabytes": sum(file.stat().st_size for file in [source, *source.glob("*")] if file.is_file()) / 1e6,
    }
    return recorder, whole


def print_table(recorder: Recorder, whole: dict[str, float]) -> None:
    """Print a line a stage, and the whole."""
    size, rows = whole["megabytes"], whole["rows"]
    print(f"{'stage':<20}{'CPU s':>8}{'MB/s':>8}{'conv/s':>9}{'peak MiB':>10}")
    for stage in ORDER:
        seconds = recorder.cpu.get(stage, 0.0)
        speed = f"{size / seconds:>8.1f}{rows / seconds:>9.0f}" if seconds else f"{'':>17}"
        print(f"{stage:<20}{seconds:>8.1f}{speed}{recorder.peak.get(stage, 0) / 2**20:>10.0f}")
    stages, wall = whole["stages_cpu"], whole["wall"]
    print(f"{'all stages':<20}{stages:>8.1f}")
    print(
        f"whole run: {whole['cpu']:.1f} CPU s, {wall:.1f} s wall ({whole['stages_wall']:.1f} in the stages), "
        f"{size / wall:.1f} MB/s, {rows / wall:.0f} conv/s, peak {whole['peak']:.0f} MiB (PSS of the process tree), "
        f"{rows:,} rows, {size:.0f} MB, {whole['engine']}"
    )
    each = ", ".join(f"{size / 2**20:.0f}" for size in recorder.heaviest if size > 2**24)
    print(f"at the peak, MiB: {each} (this process, then its children: the server, the workers)")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("--data", type=Path, default=Path("benchmarks/.work/pipeline"))
    parser.add_argument("--workers", type=int)
    parser.add_argument("--set", action="append", default=[], dest="sets")
    parser.add_argument("--keep", action="store_true", help="go on from what the data root holds")
    parser.add_argument("--figures", type=Path, help="write the whole run's figures there, as JSON")
    arguments = parser.parse_args()
    if not arguments.keep:
        shutil.rmtree(arguments.data, ignore_errors=True)
    recorder, whole = measure(arguments.source, arguments.data, arguments.workers, arguments.sets)
    print_table(recorder, whole)
    if arguments.figures:
        arguments.figures.write_text(json.dumps(whole), "utf-8")


if __name__ == "__main__":
    main()

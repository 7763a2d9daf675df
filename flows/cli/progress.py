"""The live display of a run: rows of each stage, how fast, kept and dropped so far, time since the start and left."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from flows.cli.messages import say, voice
from schemas.tables import STAGES, Ingested, Shards, Windows
from tasks.runtime.run_context import Event, Size
from tasks.runtime.workers import cores

WEIGHTS = {
    "ingested": 4.0,
    "converted": 18.0,
    "language_filtered": 9.0,
    "quality_filtered": 8.5,
    "deduplicated": 12.0,
    "windows": 10.0,
    "shards": 8.0,
}
"""CPU seconds of each stage for 110,000 conversations: what a row done there is worth."""
A_ROW = 0.0007
"""CPU seconds of a row in all stages, for the time left until EARLY of the work is done (30,000 rows took 20.2 s)."""
START = 6.0
A_BYTE = A_ROW / 6_400
"""Until rows are counted: seconds until the first one, and CPU seconds of a byte (a conversation has some 6.4 KB)."""
EARLY = 0.03
BAR = 12
"""Cells of a stage's bar: the table has 76 with counts of a million."""


@dataclass
class Line:
    """One stage so far."""

    parts: int = 0
    fresh: int = 0
    source_rows: int = 0
    rows: int = 0
    kept_before: int = 0
    kept: int = 0
    dropped: int = 0
    seconds: float = 0.0


class Progress:
    """A listener of a run that draws on stderr; where that is no terminal, it writes a line per finished stage.

    Args:
        size: bytes of the source, where known before it is read.
    """

    def __init__(self, size: int | None = None) -> None:
        self.size = size
        self.lines = {stage.view: Line() for stage in STAGES}
        self.sizes: dict[str, Size] = {}
        self.rows = self.bytes = 0
        self.began = self.started = time.monotonic()
        self.console = Console(stderr=True)
        self.drawn = self.console.is_terminal and voice.plain
        self.live = Live(console=self.console, refresh_per_second=4, transient=True, get_renderable=self.table)
        self.guard = threading.Lock()

    def __enter__(self) -> Progress:
        if self.drawn:
            self.live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.live.stop()

    def on_start(self, parts: Mapping[str, Size]) -> None:
        """Take in the parts that each stage will have."""
        self.sizes = dict(parts)
        self.rows = sum(size.rows for size in parts.values())
        self.bytes = sum(size.bytes for size in parts.values())
        self.started = time.monotonic()

    def on_part(self, event: Event) -> None:
        """Take in that a part is ready."""
        line = self.lines.get(event.view)
        if line is None:
            return
        with self.guard:
            line.parts += 1
            line.fresh += event.fresh
            line.source_rows += self.sizes[event.key].rows if event.key in self.sizes else 0
            line.rows += event.counts.rows
            line.kept_before += event.counts.kept_before or event.counts.rows
            line.kept += event.counts.kept
            # Of windows more are made than conversations came in: what is dropped counts among what was made.
            line.dropped += (event.counts.results or event.counts.rows) - event.counts.kept
            line.seconds += event.seconds
            if line.parts == len(self.sizes) and not self.drawn:
                self.finished(event.view, line)

    def finished(self, view: str, line: Line) -> None:
        """Say that a stage is done."""
        made = {Windows.view: "windows made", Shards.view: "samples written"}.get(view, "kept")
        came = {Shards.view: "windows"}.get(view, "rows" if view == Ingested.view else "conversations")
        found = "" if line.fresh else ", unchanged"
        say(
            f"{view}: {line.parts} parts, {line.kept_before:,} {came}, {line.kept:,} {made}{found}",
            stage=view,
            parts=line.parts,
            rows=line.kept_before,
            kept=line.kept,
            dropped=line.dropped,
            unchanged=not line.fresh,
            elapsed=round(time.monotonic() - self.began, 3),
        )

    def share(self) -> float:
        """Return how much of the work is done, 0 – 1."""
        done = sum(WEIGHTS[view] * line.source_rows for view, line in self.lines.items())
        return done / (self.rows * sum(WEIGHTS.values())) if self.rows else 0.0

    def left(self) -> float | None:
        """Return the seconds left, about; None before anything is known of the input."""
        if not self.rows:
            whole = None if self.size is None else START + self.size * A_BYTE / cores()
            return None if whole is None else max(0.0, whole - time.monotonic() + self.began)
        share, gone = self.share(), time.monotonic() - self.started
        if share < EARLY:
            return max(0.0, self.rows * A_ROW / cores() - gone)
        return gone * (1 - share) / share

    def table(self) -> Table:
        """Draw the display."""
        table = Table(box=None, pad_edge=False, header_style="dim")
        for name in ("stage", "", "rows", "rows/s", "kept", "dropped"):
            table.add_column(name, justify="left" if name in {"stage", ""} else "right", no_wrap=True)
        for view, line in self.lines.items():
            rate = f"{line.rows / line.seconds:,.0f}" if line.seconds else "–"
            bar = ProgressBar(total=max(1, self.rows), completed=line.source_rows, width=BAR)
            table.add_row(view, bar, f"{line.source_rows:,}", rate, f"{line.kept:,}", f"{line.dropped:,}")
        table.caption = self.caption()
        table.caption_justify = "left"
        return table

    def caption(self) -> str:
        """Return how much is read, and the time since the start and left."""
        left = self.left()
        read = self.bytes * self.lines[Ingested.view].source_rows / self.rows if self.rows else 0
        what = f"of {self.rows:,} rows, {read / 1e6:,.1f} of {self.bytes / 1e6:,.1f} MB read"
        known = what if self.rows else "starting, and counting the input's rows"
        time_left = f"about {clock(left)} left" if left is not None else "time left unknown"
        return f"{known}\n{clock(time.monotonic() - self.began)} since the start, {time_left}"


def clock(seconds: float) -> str:
    """Write seconds as minutes and seconds."""
    return f"{int(seconds // 60)}:{int(seconds % 60):02d}"

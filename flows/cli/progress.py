"""The live display of a run: stages × parts, rows a second, kept and dropped so far, time left."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from schemas.tables import STAGES
from tasks.runtime.run_context import Event


@dataclass
class Line:
    """One stage so far."""

    parts: int = 0
    fresh: int = 0
    rows: int = 0
    kept_before: int = 0
    kept: int = 0
    dropped: int = 0
    seconds: float = 0.0


class Progress:
    """A listener of a run that draws on stderr; where that is no terminal, it writes a line per finished stage."""

    def __init__(self) -> None:
        self.lines = {stage.view: Line() for stage in STAGES}
        self.parts = 0
        self.began = time.monotonic()
        self.console = Console(stderr=True)
        self.live = Live(console=self.console, refresh_per_second=4, transient=True, get_renderable=self.table)
        self.guard = threading.Lock()

    def __enter__(self) -> Progress:
        if self.console.is_terminal:
            self.live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.live.stop()

    def on_start(self, parts: int) -> None:
        """Take in how many parts each stage will have."""
        self.parts = parts

    def on_part(self, event: Event) -> None:
        """Take in that a part is ready."""
        line = self.lines.get(event.view)
        if line is None:
            return
        with self.guard:
            line.parts += 1
            line.fresh += event.fresh
            line.rows += event.counts.rows
            line.kept_before += event.counts.kept_before or event.counts.rows
            line.kept += event.counts.kept
            # Of windows more are made than conversations came in: what is dropped counts among what was made.
            line.dropped += (event.counts.results or event.counts.rows) - event.counts.kept
            line.seconds += event.seconds
            if line.parts == self.parts and not self.console.is_terminal:
                found = "" if line.fresh else ", unchanged"
                print(
                    f"{event.view}: {line.parts} parts, {line.kept_before:,} in, {line.kept:,} kept{found}",
                    file=sys.stderr,
                )

    def left(self) -> str:
        """Estimate the time left from the share of parts done; stages cost alike within a factor of two."""
        done = sum(line.parts for line in self.lines.values())
        whole = self.parts * len(self.lines)
        if not done or done >= whole:
            return "–"
        seconds = (time.monotonic() - self.began) * (whole - done) / done
        return f"{int(seconds // 60)}:{int(seconds % 60):02d}"

    def table(self) -> Table:
        """Draw the display."""
        table = Table(box=None, pad_edge=False, header_style="dim")
        for name in ("stage", "parts", "", "rows/s", "kept", "dropped"):
            table.add_column(name, justify="right" if name in {"rows/s", "kept", "dropped"} else "left")
        for view, line in self.lines.items():
            rate = f"{line.rows / line.seconds:,.0f}" if line.seconds else "–"
            bar = ProgressBar(total=max(1, self.parts), completed=line.parts, width=24)
            parts = f"{line.parts}/{self.parts or '?'}"
            table.add_row(view, parts, bar, rate, f"{line.kept:,}", f"{line.dropped:,}")
        table.caption = f"time left {self.left()}"
        return table

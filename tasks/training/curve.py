"""The loss curve as text: for a terminal, and for pages that show no pictures."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow.parquet as pq

WIDTH, HEIGHT = 64, 12
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of a braille character, by row and column."""


def read_losses(folder: object) -> list[tuple[int, float]]:
    """Return step and loss of a run's log, superseded lines and evaluations left out."""
    from pathlib import Path

    place = Path(str(folder)) / "log"
    if not place.is_dir():
        return []
    rows = pq.read_table(place, columns=["step", "loss", "superseded"]).to_pylist()
    return sorted((row["step"], row["loss"]) for row in rows if row["loss"] is not None and not row["superseded"])


def draw(points: Sequence[tuple[int, float]], width: int = WIDTH, height: int = HEIGHT) -> str:
    """Draw a curve in braille dots with its axes.

    Args:
        points: x and y, by x; the mean of those that share a column is drawn.
        width: characters of the plot.
        height: lines of the plot.
    """
    if not points:
        return "(no steps)"
    first, last = points[0][0], points[-1][0]
    low, high = min(y for _, y in points), max(y for _, y in points)
    columns: dict[int, list[float]] = {}
    for x, y in points:
        columns.setdefault(round((x - first) / max(1, last - first) * (2 * width - 1)), []).append(y)
    cells = [[0] * width for _ in range(height)]
    for column, values in columns.items():
        share = (sum(values) / len(values) - low) / ((high - low) or 1.0)
        row = round((1 - share) * (4 * height - 1))
        cells[row // 4][column // 2] |= DOTS[row % 4][column % 2]
    labels = [f"{high:8.3f} ", *[" " * 9] * (height - 2), f"{low:8.3f} "]
    lines = [label + "".join(chr(0x2800 + cell) for cell in line) for label, line in zip(labels, cells, strict=True)]
    return "\n".join([*lines, " " * 9 + f"step {first:,}" + f"step {last:,}".rjust(width - len(f"step {first:,}"))])

"""Finds fenced code, and its lines that only import: boilerplate that makes unrelated conversations look alike."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from tasks.deduplication.text import Places, TurnBytes

FENCE = re.compile(b"```")
WIDTH = 3
IMPORTS = re.compile(
    rb"\n[ \t]*+(?=[#cfilpruv])"  # what any of them begins with: most lines are ruled out by it
    rb"(?:import\b|from\s+[\w.]+\s+import\b|#[ \t]*include\b|using\b|use\b|require\b|package\b|library\(|"
    rb"(?:const|let|var)\b[^\n=]*=[ \t]*require\()[^\n]*"
)


def fenced_blocks(text: TurnBytes) -> tuple[Places, Places]:
    """Return start and end (bytes) of every fenced block; a block that is left open ends with its turn."""
    fences = np.array([fence.start() for fence in FENCE.finditer(text.data)], np.int64)
    turn = np.searchsorted(text.end, fences, side="right")
    opens = (np.arange(len(fences)) - np.searchsorted(turn, turn)) % 2 == 0  # every other fence of a turn
    closed = np.append(~opens[1:], False)[: len(opens)]
    ends = np.where(closed, np.append(fences[1:], 0)[: len(opens)], text.end[turn])
    return fences[opens] + WIDTH, ends[opens]


def import_lines(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield start and end of every line of a block that does nothing but import."""
    for match in IMPORTS.finditer(data, start, end):
        yield match.span()

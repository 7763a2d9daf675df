"""Finds fenced code, and its lines that only import: boilerplate that makes unrelated conversations look alike."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.deduplication.text import TurnBytes

FENCE = b"```"
IMPORTS = re.compile(
    rb"\n[ \t]*(?=[#cfilpruv])"  # what any of them begins with: most lines are ruled out by it
    rb"(?:import\b|from\s+[\w.]+\s+import\b|#[ \t]*include\b|using\b|use\b|require\b|package\b|library\(|"
    rb"(?:const|let|var)\b[^\n=]*=[ \t]*require\()[^\n]*"
)


def fenced_blocks(text: TurnBytes) -> Iterator[tuple[int, int]]:
    """Yield start and end (bytes) of every fenced block; a block that is left open ends with its turn."""
    find = text.data.find
    place = find(FENCE)
    ends = text.end.tolist()
    turn = 0
    while place >= 0:
        while ends[turn] <= place:
            turn += 1
        start = place + len(FENCE)
        close = find(FENCE, start, ends[turn])
        yield start, close if close >= 0 else ends[turn]
        place = find(FENCE, close + len(FENCE) if close >= 0 else ends[turn])


def import_lines(block: bytes) -> Iterator[tuple[int, int]]:
    """Yield start and end of every line of a block that does nothing but import."""
    for match in IMPORTS.finditer(block):
        yield match.span()

"""Cuts the marks of citations out of answers: ChatGPT's page shows links in their place, or nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import numpy as np
import polars as pl
import pyarrow as pa

from tasks.conversations.raw import RawTurns
from tasks.conversations.replacing import replaced

MAY_CITE = r"\x{E200}|†|oaicite|citeturn"
"""What every mark holds: one pass over all answers for a few literals, which a class of characters would slow down."""
_START, _END, _PART = "\ue200", "\ue201", "\ue202"
_MARK = re.compile(
    rf"(?P<before>[ \t]*)(?:{_START}(?P<framed>[^{_START}{_END}\n]{{0,4000}}){_END}"
    r"|【(?:\d+(?::\d+)?|F:[^†】\n]{1,300})†[^】\n]{0,300}】"  # browsing and files, assistants, Codex
    r"|(?::contentReference)?\[oaicite:\d+\](?:\{index=\d+\})?"
    r"|(?<![A-Za-z])(?:file)?cite(?:turn\d{1,4}[a-z]{3,12}\d{1,4})+)"  # the frame was lost
)
_SHOWN = {"url", "entity"}
"""Kinds of framed marks that stand for words; cite, filecite, navlist, i, video and their like stand for none."""


def cut_citations(raw: RawTurns, content: pa.StringArray) -> tuple[pa.StringArray, list[tuple[int, int, int]]]:
    """Return the texts with the marks of citations cut out of the answers, and row, turn and number of marks.

    Args:
        raw: the turns.
        content: their texts as converted.
    """
    texts = pl.Series("content", content, dtype=pl.String).filter(pl.Series(raw.answer))
    places = np.flatnonzero(raw.answer)[texts.str.contains(MAY_CITE).to_numpy()]
    changed = {place: without_citations(content[place].as_py()) for place in places.tolist()}
    counts = {place: count for place, (_, count) in changed.items() if count}
    anew = replaced(content, {place: changed[place][0] for place in counts})
    rows, turns = raw.row, raw.turn
    return anew, [(int(rows[place]), turns[place].as_py(), count) for place, count in counts.items()]


def without_citations(text: str) -> tuple[str, int]:
    r"""Return a text without marks of citations, and how many there were; marks in code spans are words about them.

    >>> without_citations("In 1911:contentReference[oaicite:2]{index=2}, and restored 【3†source】.")
    ('In 1911, and restored.', 2)
    >>> without_citations("Won\ue200cite\ue202turn0search3\ue201 by \ue200entity\ue202[\"team\",\"Ajax\"]\ue201.")
    ('Won by Ajax.', 2)
    """
    pieces: list[str] = []
    at = count = 0
    for start, end, shown in _marks(text):
        pieces += text[at:start], shown
        at, count = end, count + 1
    return "".join([*pieces, text[at:]]), count


def _marks(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where each mark and the blanks before it stand, and the words that are shown for it."""
    for found in _MARK.finditer(text):
        if text[found.end("before") - 1 : found.end("before")] == "`" == text[found.end() : found.end() + 1]:
            continue
        shown = _words(found["framed"] or "")
        yield found.start(), found.end(), found["before"] + shown if shown else ""


def _words(framed: str) -> str:
    """Return the words that a framed mark stands for."""
    kind, *parts = framed.split(_PART)
    if kind not in _SHOWN or not parts:
        return ""
    try:
        held = json.loads(parts[0])
    except ValueError:
        return parts[0] if kind == "url" else ""
    return str(held[1]) if isinstance(held, list) and len(held) > 1 else ""

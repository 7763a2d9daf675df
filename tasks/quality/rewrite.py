"""Writes the turns of conversations again where a cut or a redaction altered them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from schemas.types import TURN
from tasks.privacy.redact import Redaction
from tasks.quality.cuts import Cut


def altered(turns: pa.ListArray, cuts: dict[int, Cut], redaction: Redaction) -> pa.Array:
    """Give all raw turns of each altered row, marked and redacted; null for the rest.

    Args:
        turns: array of list<TURN>, no null lists.
        cuts: per row, what goes.
        redaction: of all raw turns, flat, in the order of `turns`.
    """
    offsets = np.concatenate(([0], np.cumsum(turns.value_lengths().to_numpy(zero_copy_only=False))))
    redacted = np.searchsorted(offsets, np.array(redaction.changed, dtype=np.int64), side="right") - 1
    rows = {row for row, cut in cuts.items() if cut.turns} | set(redacted.tolist())
    written: list[list[dict[str, Any]] | None] = [None] * len(turns)
    for row in sorted(rows):
        start = int(offsets[row])
        reasons = cuts[row].turns if row in cuts else {}
        written[row] = [
            _write(turn, redaction.content[start + place], reasons.get(turn["turn"]))
            for place, turn in enumerate(turns[row].as_py())
        ]
    return pa.array(written, pa.list_(TURN))


def _write(turn: dict[str, Any], content: str, reason: str | None) -> dict[str, Any]:
    """Write one raw turn: with its redacted words, and dropped where there is a reason."""
    if reason is None:
        return {**turn, "content": content}
    return {**turn, "content": content, "fate": "dropped", "reason": str(reason)}

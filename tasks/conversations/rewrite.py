"""Writes the turns of conversations again where a cut or a redaction altered them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from schemas.enums import Fate
from schemas.types import TURN
from tasks.conversations.ragged import offsets_of


def rewrite(
    turns: pa.ListArray, dropped: Mapping[int, Mapping[int, str]], content: Sequence[str], changed: Sequence[int]
) -> pa.Array:
    """Return all raw turns of each row that a drop or a redaction alters, marked and redacted; null for the rest.

    Args:
        turns: array of list<TURN>, no null lists.
        dropped: per row, the reason by the raw index of each turn that goes.
        content: the redacted words of all raw turns, flat, in the order of `turns`.
        changed: places in `content` whose words differ from the raw ones.
    """
    offsets = offsets_of(turns.value_lengths())
    redacted = np.searchsorted(offsets, np.array(changed, dtype=np.int64), side="right") - 1
    rows = {row for row, reasons in dropped.items() if reasons} | set(redacted.tolist())
    written: list[list[dict[str, Any]] | None] = [None] * len(turns)
    for row in sorted(rows):
        start = int(offsets[row])
        reasons = dropped.get(row, {})
        written[row] = [
            _write(turn, content[start + place], reasons.get(turn["turn"]))
            for place, turn in enumerate(turns[row].as_py())
        ]
    return pa.array(written, pa.list_(TURN))


def _write(turn: dict[str, Any], content: str, reason: str | None) -> dict[str, Any]:
    """Write one raw turn: with its redacted words, and dropped where there is a reason."""
    left_out = turn["left_out"]
    if left_out is not None and left_out == len(turn["content"]):
        left_out = len(content)  # all of it, however long it is now
    written = {**turn, "content": content, "left_out": left_out}
    return written if reason is None else {**written, "fate": Fate.DROPPED, "reason": str(reason)}

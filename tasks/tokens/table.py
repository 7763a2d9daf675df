"""Lays planned windows out as columns of the Windows contract."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from schemas.types import FLAG, INDEX, TEXT
from tasks.tokens.layout import Layout, lay_out
from tasks.tokens.mask import Verdict, verify
from tasks.tokens.messages import exact_messages, shown_messages
from tasks.tokens.rounds import Rounds
from tasks.tokens.windows import Window

Flags = npt.NDArray[np.bool_]


def tabulate(planned: list[Window], rounds: Rounds) -> dict[str, Any]:
    """Give the columns of the Windows contract that come from the conversations, one row per planned window.

    A window whose labels fail the check, or that has none, becomes a row with a reason.
    """
    made = [window for window in planned if window.reason is None]
    layout = lay_out(made, rounds)
    checked = iter(enumerate(verify(made, layout, rounds)))
    blank = -1, Verdict(None, None)
    rows = [next(checked) if window.reason is None else blank for window in planned]
    place = np.array([n for n, _ in rows], np.int64)
    reasons = [window.reason or verdict.reason for window, (_, verdict) in zip(planned, rows, strict=True)]
    kept = np.array([reason is None for reason in reasons], bool)
    samples = [window if ok else None for window, ok in zip(planned, kept.tolist(), strict=True)]
    chunk, chunks = _chunks(planned, kept)
    lengths = np.append(np.diff(layout.offsets), 0)
    labels = [window.lost + sum(end - start for _, start, end in window.labels) for window in planned]
    return {
        "chunk": pa.array(chunk, INDEX, mask=~kept),
        "chunks": pa.array(chunks, INDEX),
        **_turns(planned, kept, rounds),
        "messages": shown_messages(samples, rounds),
        "exact_messages": pa.array(exact_messages(samples, rounds), FLAG),
        "input_ids": _lists(pa.array(layout.ids), layout.offsets, place, kept),
        "label_spans": _lists(_spans(layout, rounds), layout.span_offsets, place, kept),
        "n_tokens": pa.array(np.array([window.length for window in planned], np.int64) + lengths[place], INDEX),
        "n_label_tokens": pa.array(labels, INDEX),
        "mask_ok": pa.array([verdict.ok for _, verdict in rows], FLAG),
        "mask_detail": pa.array([verdict.detail for _, verdict in rows], TEXT),
        "reason": pa.array(reasons, TEXT),
    }


def _chunks(planned: list[Window], kept: Flags) -> tuple[list[int], list[int]]:
    """Number the samples of each conversation, and count them."""
    counts: dict[int, int] = {}
    chunk = []
    for window, ok in zip(planned, kept.tolist(), strict=True):
        chunk.append(counts.get(window.conversation, 0))
        counts[window.conversation] = chunk[-1] + ok
    return chunk, [counts[window.conversation] for window in planned]


def _turns(planned: list[Window], kept: Flags, rounds: Rounds) -> dict[str, Any]:
    """Give the raw indices of what each row shows or loses; a conversation's first row takes in its system turn."""
    turn = rounds.batch.turn.to_pylist()
    starts, ends, systems = [], [], []
    before = -1
    for window, ok in zip(planned, kept.tolist(), strict=True):
        place = rounds.systems[window.conversation]
        system = None if place is None else turn[place]
        fresh = window.conversation != before and system is not None
        rounds_shown = window.last > window.first
        starts.append(system if fresh else turn[rounds.question[window.first]])
        ends.append(turn[rounds.question[window.last - 1] + 1] + 1 if rounds_shown or system is None else system + 1)
        systems.append(system if ok and rounds.shows_system(window.conversation) else None)
        before = window.conversation
    return {
        "turn_start": pa.array(starts, INDEX),
        "turn_end": pa.array(ends, INDEX),
        "system_turn": pa.array(systems, INDEX),
    }


def _spans(layout: Layout, rounds: Rounds) -> pa.StructArray:
    owner, starts, ends = layout.table.T
    turns = rounds.batch.turn.take(pa.array(np.array(rounds.question, np.int64)[owner] + 1))
    columns = [turns, pa.array(starts, INDEX), pa.array(ends, INDEX)]
    return pa.StructArray.from_arrays(columns, ["turn", "token_start", "token_end"])


def _lists(values: pa.Array, offsets: list[int], place: npt.NDArray[np.int64], kept: Flags) -> pa.Array:
    """Give each kept row its window's values, and null to the others."""
    lists = pa.ListArray.from_arrays(pa.array(offsets, INDEX), values)
    return lists if kept.all() else lists.take(pa.array(place, mask=~kept))

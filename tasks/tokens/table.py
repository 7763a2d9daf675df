"""Writes planned windows as columns of the Windows contract."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from schemas.types import FLAG, INDEX, TEXT
from tasks.conversations.ragged import offsets_of
from tasks.tokens.assemble import AssembledWindows, assemble
from tasks.tokens.mask import check_masks
from tasks.tokens.messages import exact_messages, openings, shown_messages, unlabelled_messages
from tasks.tokens.rounds import Rounds
from tasks.tokens.token_bytes import Positions
from tasks.tokens.windows import Window

Flags = npt.NDArray[np.bool_]


def windows_table(planned: list[Window], rounds: Rounds) -> dict[str, Any]:
    """Return the columns of the Windows contract that come from the conversations, one row per planned window.

    A window whose labels fail the check, or that has none, becomes a row with a reason.
    """
    made = np.array([window.reason is None for window in planned], bool)
    windows = [window for window in planned if window.reason is None]
    assembled = assemble(windows, rounds)
    results = check_masks(windows, assembled, rounds)
    place = np.cumsum(made) - 1
    reasons = [window.reason for window in planned]
    for n in np.flatnonzero(made).tolist():
        reasons[n] = results[place[n]].reason
    kept = np.array([reason is None for reason in reasons], bool)
    samples = [window if ok else None for window, ok in zip(planned, kept.tolist(), strict=True)]
    conversation, first, last, lost, length = (
        np.array([(w.conversation, w.first, w.last, w.lost, w.length) for w in planned], np.int64).reshape(-1, 5).T
    )
    chunk, chunks = _chunks(conversation, kept)
    of_made = pa.array(place, mask=~made)
    exact = exact_messages(samples, rounds)
    messages = shown_messages(samples, rounds)
    label_spans = _lists(_spans(assembled, rounds), assembled.span_offsets, place, kept)
    return {
        "chunk": pa.array(chunk, INDEX, mask=~kept),
        "chunks": pa.array(chunks, INDEX),
        **_turns(conversation, first, last, kept, rounds),
        "messages": messages,
        "exact_messages": pa.array(_all_labelled(samples, exact, rounds), FLAG),
        "unlabelled_messages": pa.array(unlabelled_messages(samples, exact, rounds), pa.list_(INDEX)),
        "input_ids": _lists(pa.array(assembled.ids), assembled.offsets, place, kept),
        "label_spans": label_spans,
        "openings": openings(messages, label_spans),
        "n_tokens": pa.array(length + _filled(np.diff(assembled.offsets), place, made), INDEX),
        "n_label_tokens": pa.array(lost + _filled(assembled.label_tokens, place, made), INDEX),
        "mask_ok": pa.array([result.ok for result in results], FLAG).take(of_made),
        "mask_detail": pa.array([result.detail for result in results], TEXT).take(of_made),
        "reason": pa.array(reasons, TEXT),
    }


def _all_labelled(samples: list[Window | None], exact: list[bool | None], rounds: Rounds) -> list[bool | None]:
    """Return for each window whether its messages give its ids, and every answer of them, with its end, has a label."""
    full = rounds.labelled & (rounds.stops | (not rounds.encoder.layout.labels_stop))
    return [
        whole and bool(full[window.first : window.last].all()) if window else None
        for window, whole in zip(samples, exact, strict=True)
    ]


def _filled(values: Positions, place: Positions, made: Flags) -> Positions:
    """Return each planned row the number of its window, and 0 to those that are none."""
    return np.where(made, np.append(values, 0)[place], 0)


def _chunks(conversation: Positions, kept: Flags) -> tuple[Positions, Positions]:
    """Number the samples of each conversation, and count them."""
    before = offsets_of(kept)
    start = before[np.searchsorted(conversation, conversation)]
    return before[:-1] - start, before[np.searchsorted(conversation, conversation, side="right")] - start


def _turns(
    conversation: Positions, first: Positions, last: Positions, kept: Flags, rounds: Rounds
) -> dict[str, pa.Array]:
    """Return the raw indices of what each row shows or loses; a conversation's first row takes in its system turn."""
    turn, question = (np.append(column, 0) for column in (rounds.batch.turn.to_numpy(), rounds.question))
    place = np.array([-1 if place is None else place for place in rounds.systems], np.int64)[conversation]
    has, system = place >= 0, turn[place]
    fresh = has & (np.diff(conversation, prepend=-1) != 0)
    lone = has & (last == first)
    starts = np.where(fresh, system, turn[question[first]])
    ends = np.where(lone, system, turn[question[last - 1] + 1]) + 1
    shown = has & kept & (rounds.encoder.layout.system_head is not None)
    return {
        "turn_start": pa.array(starts, INDEX),
        "turn_end": pa.array(ends, INDEX),
        "system_turn": pa.array(system, INDEX, mask=~shown),
    }


def _spans(assembled: AssembledWindows, rounds: Rounds) -> pa.StructArray:
    owner, starts, ends, _ = assembled.spans.T
    turns = rounds.batch.turn.take(pa.array(rounds.question[owner] + 1))
    columns = [turns, pa.array(starts, INDEX), pa.array(ends, INDEX)]
    return pa.StructArray.from_arrays(columns, ["turn", "token_start", "token_end"])


def _lists(values: pa.Array, offsets: Positions, place: Positions, kept: Flags) -> pa.Array:
    """Return each kept row its window's values, and null to the others."""
    lists = pa.ListArray.from_arrays(pa.array(offsets, INDEX), values)
    return lists if kept.all() else lists.take(pa.array(place, mask=~kept))

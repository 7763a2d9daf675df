"""Assembles the ids of planned windows, with the positions of their labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.conversations.ragged import offsets_of, owners_of, runs_of, sums_of
from tasks.tokens.rounds import Rounds
from tasks.tokens.token_bytes import Ids, Positions
from tasks.tokens.windows import Window


@dataclass(frozen=True)
class AssembledWindows:
    """The windows' ids, flat, and their label spans.

    Args:
        ids: flat ids of all windows.
        offsets: n + 1 positions of n windows in `ids`.
        spans: label spans, flat: rows of (round, start, end, source); positions in the window, and where in the rounds'
            ids the span begins.
        span_offsets: n + 1 positions in `spans`.
    """

    ids: Ids
    offsets: Positions
    spans: Positions
    span_offsets: Positions

    @property
    def owner(self) -> Positions:
        """Which window each span belongs to."""
        return owners_of(self.span_offsets)

    @property
    def label_tokens(self) -> Positions:
        """How many tokens of each window have loss."""
        return sums_of(self.spans[:, 2] - self.spans[:, 1], self.span_offsets)


def assemble(windows: list[Window], rounds: Rounds) -> AssembledWindows:
    """Return every window's ids: opening, its ranges of the rounds' ids, end."""
    plan = np.array([(w.conversation, w.first, w.last, w.cut is None) for w in windows], np.int64).reshape(-1, 4)
    conversation, first, last, whole = plan.T
    opening = np.array([len(opening.ids) for opening in rounds.openings], np.int64)[conversation]
    parts = (rounds.first.start[first], rounds.first.end[first], rounds.later.end[first], rounds.later.end[last - 1])
    begins, ends, rest, until = (part.tolist() for part in parts)
    sizes = opening + (parts[1] - parts[0]) + (parts[3] - parts[2]) + len(rounds.encoder.end)
    slices: list[Ids] = [np.zeros(0, np.int32)]
    for n, window in enumerate(windows):
        slices.append(rounds.openings[window.conversation].ids)
        if window.cut is not None:
            shown = (*window.cut.question, window.cut.answer)
            slices += [rounds.ids[start:end] for start, end in shown]
            sizes[n] = opening[n] + sum(end - start for start, end in shown) + window.ends * len(rounds.encoder.end)
        elif ends[n] == rest[n]:
            slices.append(rounds.ids[begins[n] : until[n]])
        else:
            slices += [rounds.ids[begins[n] : ends[n]], rounds.ids[rest[n] : until[n]]]
        if len(rounds.encoder.end) and window.ends:
            slices.append(rounds.encoder.end)
    counts = np.where(whole, last - first, 1)
    span_offsets = offsets_of(counts)
    spans = np.empty((span_offsets[-1], 4), np.int64)
    spans[np.repeat(whole == 1, counts)] = _whole(first, last, opening, np.flatnonzero(whole), rounds)
    for n in np.flatnonzero(whole == 0).tolist():
        spans[span_offsets[n]] = _cut(windows[n], int(opening[n]))
    labelled = rounds.labelled[spans[:, 0]]
    if not labelled.all():
        spans, span_offsets = spans[labelled], offsets_of(sums_of(labelled, span_offsets))
    return AssembledWindows(np.concatenate(slices), offsets_of(sizes), spans, span_offsets)


def _whole(
    first: Positions, last: Positions, opening: Positions, which: NDArray[np.int64], rounds: Rounds
) -> Positions:
    """Return the label spans of windows of whole rounds, in order."""
    counts = last[which] - first[which]
    window = np.repeat(which, counts)
    r = runs_of(first[which], counts)
    begins = r == first[window]
    # A window's first round stands as first rounds do; the others follow one another as they lie, behind it.
    size = rounds.first.end - rounds.first.start
    at = opening[window] + np.where(
        begins, -rounds.first.start[r], size[first[window]] - rounds.later.end[first[window]]
    )
    start, end = (np.where(begins, ours[r], theirs[r]) for ours, theirs in _labels(rounds))
    return np.stack([r, start + at, end + at, start], axis=1)


def _labels(rounds: Rounds) -> list[tuple[Positions, Positions]]:
    """Return where the loss of each round begins and ends, each as a window's first round and as a later one."""
    stops = np.where(rounds.stops, 0, 1)
    first, later = rounds.first, rounds.later
    return [(first.label, later.label), (first.end - stops, later.end - stops)]


def _cut(window: Window, opening: int) -> tuple[int, int, int, int]:
    """Return the label span of a window of an over-long round."""
    assert window.cut is not None
    (at, _), (start, end) = window.cut.answer, window.cut.label
    shown = opening + sum(end - start for start, end in window.cut.question)
    return window.first, shown + start - at, shown + end - at, start

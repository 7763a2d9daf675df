"""Puts the ids of planned windows together, with the positions of their labels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np

from tasks.tokens.pieces import Ids, Positions
from tasks.tokens.rounds import Rounds
from tasks.tokens.windows import Window

Span = tuple[int, int, int]


@dataclass(frozen=True)
class Layout:
    """The windows' ids, flat, and their label spans.

    Args:
        ids: flat ids of all windows.
        offsets: n + 1 positions of n windows in `ids`.
        spans: label spans, flat: (round, start, end), positions in the window.
        span_offsets: n + 1 positions in `spans`.
    """

    ids: Ids
    offsets: list[int]
    spans: list[Span]
    span_offsets: list[int]

    @cached_property
    def table(self) -> Positions:
        """The spans as an array of three columns."""
        return np.fromiter(chain.from_iterable(self.spans), np.int64, 3 * len(self.spans)).reshape(-1, 3)


def lay_out(windows: list[Window], rounds: Rounds) -> Layout:
    """Put every window's ids together: opening, its ranges of the rounds' ids, end."""
    slices: list[Ids] = [np.zeros(0, np.int32)]
    offsets, span_offsets, at = [0], [0], 0
    spans: list[Span] = []
    for window in windows:
        opening = rounds.openings[window.conversation].ids
        slices.append(opening)
        place = len(opening)
        labels = iter(window.labels)
        label = next(labels, None)
        for start, end in window.parts:
            slices.append(rounds.ids[start:end])
            while label is not None and start <= label[1] and label[2] <= end:
                spans.append((label[0], place + label[1] - start, place + label[2] - start))
                label = next(labels, None)
            place += end - start
        if window.ends and len(rounds.codec.end):
            slices.append(rounds.codec.end)
            place += len(rounds.codec.end)
        at += place
        offsets.append(at)
        span_offsets.append(len(spans))
    return Layout(np.concatenate(slices), offsets, spans, span_offsets)

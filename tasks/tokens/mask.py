"""Checks every window's loss mask as it is made: the labelled tokens must spell the assistant's words, and a stop."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.reasons import Reason
from tasks.tokens.layout import Layout, Span
from tasks.tokens.pieces import joined
from tasks.tokens.rounds import Rounds
from tasks.tokens.windows import Window

MOST_HELD = 16
"""Characters of the header that one piece may hold: longer pieces are white space alone."""


class Verdict(NamedTuple):
    """Whether a mask holds, what differs, and the reason that follows."""

    ok: bool | None
    detail: str | None
    reason: Reason | None = None


def verify(windows: list[Window], layout: Layout, rounds: Rounds) -> list[Verdict]:
    """Give a verdict on each window, from its finished ids and spans and the conversation's own words.

    One comparison settles a batch in which all is well: all labelled tokens, spelled in order, against all answers,
    each exactly once. Only where that fails is every window looked at alone.
    """
    all_well = _all_well(windows, layout, rounds)
    said: dict[int, int] = {}
    verdicts = []
    for n, window in enumerate(windows):
        spans = layout.spans[layout.span_offsets[n] : layout.span_offsets[n + 1]]
        if not spans:
            verdicts.append(Verdict(None, None, Reason.NO_LABEL))
        elif all_well:
            verdicts.append(Verdict(True, None))
        else:
            wrong = [detail for span in spans if (detail := _differs(n, span, window, layout, rounds, said))]
            verdicts.append(Verdict(False, wrong[0], Reason.MASK_MISMATCH) if wrong else Verdict(True, None))
    return verdicts


def _all_well(windows: list[Window], layout: Layout, rounds: Rounds) -> bool:
    """Compare the whole batch at once."""
    codec, pieces = rounds.codec, rounds.codec.tokenizer.pieces
    owner = np.repeat(np.arange(len(windows)), np.diff(layout.span_offsets))
    starts, stops = layout.table[:, 1:].T + np.array(layout.offsets, np.int64)[owner]
    done = np.array([window.ends for window in windows], bool)[owner]
    if not done.any():
        return False
    if codec.frame.labels_stop:
        stops -= done
        if not (layout.ids[stops[done]] == codec.stop).all():
            return False
    labelled = [layout.ids[start:stop] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)]
    answers = rounds.answers.take(pa.array(layout.table[done, 0]))
    words = pc.binary_join_element_wise(codec.frame.lead, answers, codec.frame.post, "")
    spelled = joined(pieces.spelled(np.concatenate(labelled)))
    return bool(spelled.equals(joined(pieces.normal_column(words))))


def _differs(n: int, span: Span, window: Window, layout: Layout, rounds: Rounds, said: dict[int, int]) -> str | None:
    """Say what is wrong with one span, or null; `said` holds how many bytes of an answer earlier spans spelled."""
    r, start, end = span
    codec = rounds.codec
    own = layout.ids[layout.offsets[n] : layout.offsets[n + 1]]
    stopped = int(codec.frame.labels_stop and window.ends)
    if stopped and own[end - 1] != codec.stop:
        return f"token {end - 1} is no stop"
    spelled = codec.tokenizer.pieces.spell(own[start : end - stopped])[1]
    before = said.get(r, 0)
    said[r] = before + len(spelled)
    text, header = rounds.answer(r), codec.frame.header
    for held in range(min(len(header), MOST_HELD) + 1):
        # A first token may hold the end of the header: `\n` and an answer that begins with `\n` are one piece.
        led = header[len(header) - held :] + text
        for whole in (codec.tokenizer.pieces.normal(led), codec.tokenizer.normal(led)):
            if whole[before : said[r]] == spelled and (not window.ends or len(whole) == said[r]):
                return None
    return f"tokens {start} to {end} spell other words than the answer's"

"""Checks every window's loss mask as it is made: the labelled tokens must spell the assistant's words, and a stop."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from schemas.reasons import Reason
from tasks.tokens.chat_encoder import Codec
from tasks.tokens.layout import Layout
from tasks.tokens.rounds import Rounds
from tasks.tokens.token_bytes import joined
from tasks.tokens.windows import Window

MOST_HELD = 16
"""Characters of the header that one piece may hold: longer pieces are white space alone."""


Said = dict[int, tuple[list[bytes], int]]
"""What the labelled tokens of an answer may spell, and how many bytes of it earlier windows spelled."""


class Verdict(NamedTuple):
    """Whether a mask holds, what differs, and the reason that follows."""

    ok: bool | None
    detail: str | None
    reason: Reason | None = None


def verify(windows: list[Window], layout: Layout, rounds: Rounds) -> list[Verdict]:
    """Return a verdict on each window, from its finished ids and spans and the conversation's own words.

    One comparison settles a batch in which all is well: all labelled tokens, spelled in order, against all answers,
    each exactly once. Only where that fails is every window looked at alone.
    """
    verdicts = [_WELL] * len(windows)
    if _all_well(windows, layout, rounds):
        return verdicts
    said: Said = {}
    for n, window in enumerate(windows):
        spans = layout.spans[layout.span_offsets[n] : layout.span_offsets[n + 1]].tolist()
        wrong = [detail for span in spans if (detail := _differs(n, span, window, layout, rounds, said))]
        if wrong:
            verdicts[n] = Verdict(False, wrong[0], Reason.MASK_MISMATCH)
        elif all(start == end for _, start, end, _ in spans):
            verdicts[n] = Verdict(None, None, Reason.NO_LABEL)
    return verdicts


_WELL = Verdict(True, None)


def _all_well(windows: list[Window], layout: Layout, rounds: Rounds) -> bool:
    """Compare the whole batch at once: the labelled ids with the rounds' own, and what these spell with the answers."""
    codec, spelling = rounds.codec, rounds.spelling
    owner = layout.owner
    starts, stops = layout.spans[:, 1:3].T + layout.offsets[owner]
    done = np.array([window.ends for window in windows], bool)[owner]
    if not done.any() or not layout.label_tokens.all():
        return False
    if codec.frame.labels_stop:
        stops -= done
        if not (layout.ids[stops[done]] == codec.stop).all():
            return False
    begins = layout.spans[:, 3]
    ends = begins + stops - starts
    # Rounds that follow one another in a window as they do among the rounds are compared as one.
    shift = begins - starts
    breaks = np.flatnonzero((np.diff(owner) != 0) | (np.diff(shift) != 0))
    heads, tails = np.append(0, breaks + 1), np.append(breaks, len(starts) - 1)
    own, theirs = _slices(layout.ids, starts[heads], stops[tails]), _slices(rounds.ids, begins[heads], ends[tails])
    if not np.array_equal(np.concatenate(own), np.concatenate(theirs)):
        return False
    answered = layout.spans[done, 0]
    whole = np.array_equal(answered, np.arange(len(rounds.words)))
    words = rounds.words if whole else rounds.words.take(pa.array(answered))
    spelled = pa.py_buffer(b"".join(_slices(spelling.data, spelling.ends[begins], spelling.ends[ends])))
    normal = codec.tokenizer.pieces.normal_column
    return bool(joined(words).equals(spelled) or joined(normal(words)).equals(spelled))


def _slices(whole: Any, starts: NDArray[Any], stops: NDArray[Any]) -> list[Any]:
    return [whole[start:stop] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)]


def _differs(n: int, span: list[int], window: Window, layout: Layout, rounds: Rounds, said: Said) -> str | None:
    """Return what is wrong with one span, or null; answers go on from `said`, and are carried on there."""
    r, start, end, _ = span
    codec = rounds.codec
    own = layout.ids[layout.offsets[n] : layout.offsets[n + 1]]
    stopped = int(codec.frame.labels_stop and window.ends)
    if stopped and own[end - 1] != codec.stop:
        return f"token {end - 1} is no stop"
    spelling = codec.tokenizer.pieces.spell(own[start : end - stopped])
    spelled = bytes(spelling.data)
    expected, before = said.get(r) or (_expected(rounds.words[r].as_py(), int(spelling.ends[:2][-1]), codec), 0)
    upto = before + len(spelled)
    same = [words for words in expected if words[before:upto] == spelled and (not window.ends or len(words) == upto)]
    said[r] = (same or expected, upto)
    return None if same else f"tokens {start} to {end} spell other words than the answer's"


def _expected(text: str, first: int, codec: Codec) -> list[bytes]:
    """Return what the labelled tokens of an answer may spell: its words, before them what its first token holds of the
    header (a line break there and one that begins the answer are one piece).

    Args:
        text: the answer's labelled text.
        first: how many bytes its first token spells: of the header that must be less.
        codec: whose header and normaliser count.
    """
    header = codec.frame.header
    heads = (header[len(header) - held :] for held in range(min(len(header), MOST_HELD) + 1))
    normals = (codec.tokenizer.pieces.normal, codec.tokenizer.normal)
    return [normal(head + text) for head in heads for normal in normals if not head or len(normal(head)) < first]

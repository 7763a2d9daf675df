"""Checks every window's loss mask as it is made: the labelled tokens must spell the assistant's words, and a stop."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from schemas.reasons import Reason
from tasks.tokens.assemble import AssembledWindows
from tasks.tokens.chat_encoder import ChatEncoder
from tasks.tokens.rounds import Rounds
from tasks.tokens.token_bytes import joined
from tasks.tokens.windows import Window

MOST_HELD = 16
"""Characters of the header that one token may hold: longer tokens are white space alone."""

Progress = dict[int, tuple[list[bytes], int]]
"""By round: what the labelled tokens of its answer may spell, and how many bytes earlier windows spelled."""


class MaskResult(NamedTuple):
    """Whether a mask holds, what differs, and the reason that follows."""

    ok: bool | None
    detail: str | None
    reason: Reason | None = None


def check_masks(windows: list[Window], assembled: AssembledWindows, rounds: Rounds) -> list[MaskResult]:
    """Check the mask of each window, from its finished ids and spans and the conversation's own words.

    One comparison settles a batch in which nothing is wrong: all labelled tokens, spelled in order, against all
    answers, each exactly once. Only where that fails is every window looked at alone.
    """
    results = [_VALID] * len(windows)
    if _all_valid(windows, assembled, rounds):
        return results
    progress: Progress = {}
    for n, window in enumerate(windows):
        spans = assembled.spans[assembled.span_offsets[n] : assembled.span_offsets[n + 1]].tolist()
        wrong = [detail for span in spans if (detail := _differs(n, span, window, assembled, rounds, progress))]
        if wrong:
            results[n] = MaskResult(False, wrong[0], Reason.MASK_MISMATCH)
        elif all(start == end for _, start, end, _ in spans):
            results[n] = MaskResult(None, None, Reason.NO_LABEL)
    return results


_VALID = MaskResult(True, None)


def _all_valid(windows: list[Window], assembled: AssembledWindows, rounds: Rounds) -> bool:
    """Compare the whole batch at once: the labelled ids with the rounds' own, and what these spell with the answers."""
    encoder, spelling = rounds.encoder, rounds.spelling
    owner = assembled.owner
    starts, stops = assembled.spans[:, 1:3].T + assembled.offsets[owner]
    done = np.array([window.ends for window in windows], bool)[owner]
    if not done.any() or not assembled.label_tokens.all():
        return False
    stopped = done & rounds.stops[assembled.spans[:, 0]]
    stops -= stopped
    if not (assembled.ids[stops[stopped]] == encoder.stop).all():
        return False
    begins = assembled.spans[:, 3]
    ends = begins + stops - starts
    # Rounds that follow one another in a window as they do among the rounds are compared as one.
    shift = begins - starts
    breaks = np.flatnonzero((np.diff(owner) != 0) | (np.diff(shift) != 0))
    heads, tails = np.append(0, breaks + 1), np.append(breaks, len(starts) - 1)
    own, theirs = _slices(assembled.ids, starts[heads], stops[tails]), _slices(rounds.ids, begins[heads], ends[tails])
    if not np.array_equal(np.concatenate(own), np.concatenate(theirs)):
        return False
    answered = assembled.spans[done, 0]
    whole = np.array_equal(answered, np.arange(len(rounds.labelled_texts)))
    texts = rounds.labelled_texts if whole else rounds.labelled_texts.take(pa.array(answered))
    spelled = pa.py_buffer(b"".join(_slices(spelling.data, spelling.ends[begins], spelling.ends[ends])))
    normal = encoder.tokenizer.token_bytes.normal_column
    return bool(joined(texts).equals(spelled) or joined(normal(texts)).equals(spelled))


def _slices(whole: Any, starts: NDArray[Any], stops: NDArray[Any]) -> list[Any]:
    return [whole[start:stop] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)]


def _differs(
    n: int, span: list[int], window: Window, assembled: AssembledWindows, rounds: Rounds, progress: Progress
) -> str | None:
    """Return what is wrong with one span, or None; an answer goes on from `progress`, which is brought up to date."""
    r, start, end, _ = span
    encoder = rounds.encoder
    own = assembled.ids[assembled.offsets[n] : assembled.offsets[n + 1]]
    stopped = int(rounds.stops[r] and window.ends)
    if stopped and own[end - 1] != encoder.stop:
        return f"token {end - 1} is no stop"
    spelling = encoder.tokenizer.token_bytes.spell(own[start : end - stopped])
    spelled = bytes(spelling.data)
    expected, before = progress.get(r) or (
        _expected(rounds.labelled_texts[r].as_py(), int(spelling.ends[:2][-1]), encoder),
        0,
    )
    upto = before + len(spelled)
    same = [text for text in expected if text[before:upto] == spelled and (not window.ends or len(text) == upto)]
    progress[r] = (same or expected, upto)
    return None if same else f"tokens {start} to {end} spell other words than the answer's"


def _expected(text: str, first: int, encoder: ChatEncoder) -> list[bytes]:
    """Return what the labelled tokens of an answer may spell: its words, before them what its first token holds of the
    header (a line break there and one that begins the answer are one piece).

    Args:
        text: the answer's labelled text.
        first: how many bytes its first token spells: of the header that must be less.
        encoder: whose header and normaliser count.
    """
    header = encoder.layout.header
    heads = (header[len(header) - held :] for held in range(min(len(header), MOST_HELD) + 1))
    normals = (encoder.tokenizer.token_bytes.normal, encoder.tokenizer.normal)
    return [normal(head + text) for head in heads for normal in normals if not head or len(normal(head)) < first]

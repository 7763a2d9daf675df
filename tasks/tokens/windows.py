"""Plans windows: whole rounds as long as they fit, over-long rounds by the policy; lengths and positions only."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.errors import PipelineError
from schemas.reasons import Reason
from schemas.settings import Tokens
from tasks.tokens.cuts import Cutter
from tasks.tokens.rounds import Range, Rounds

Sizes = tuple[list[int], list[int]]
"""Tokens of each round as it stands after another, and at a window's start."""


class OverlongError(PipelineError):
    """A round is longer than the context, and the policy is to stop."""


@dataclass(slots=True)
class Window:
    """A planned row: a window, or what of a round is in none.

    Args:
        conversation: its number in the batch.
        first, last: its rounds, end exclusive.
        cut: which of its tokens a window of an over-long round shows; None = all of its rounds.
        reason: why it is no sample.
        lost: label tokens that go with it, for a row with a reason.
        length: tokens of what is lost.
    """

    conversation: int
    first: int
    last: int
    cut: Cut | None = None
    reason: Reason | None = None
    lost: int = 0
    length: int = 0

    @property
    def ends(self) -> bool:
        """Whether its last answer ends, so that what follows a stop is shown."""
        return self.cut is None or self.cut.ends


@dataclass(frozen=True, slots=True)
class Cut:
    """What a window of an over-long round shows.

    Args:
        question: ranges of the flat ids: the prompt, or what is left of it.
        answer: one range of them, behind the question.
        label: where in the answer the loss begins, and where it ends.
        ends: whether the answer ends.
    """

    question: list[Range]
    answer: Range
    label: Range
    ends: bool


def plan_windows(rounds: Rounds, tokens: Tokens, *, drop_rest: bool = False) -> list[Window]:
    """Plan the windows of a batch, conversation after conversation, in the order of the rounds.

    Greedy: a window takes whole rounds while they fit, opening and end counted. A round that fits into no window
    stands alone and goes by the policy; after a dropped round a new window begins.

    Args:
        rounds: what was encoded.
        tokens: context and policies.
        drop_rest: whether the rounds that would stand in one window with a dropped one go with it.

    Raises:
        OverlongError: a round is over the context and `long_answer` is raise.
    """
    planned: list[Window] = []
    sizes = ((rounds.later.end - rounds.later.start).tolist(), (rounds.first.end - rounds.first.start).tolist())
    for i in range(len(rounds.offsets) - 1):
        room = tokens.context - len(rounds.openings[i].ids) - len(rounds.encoder.end)
        if rounds.systems[i] is not None and rounds.encoder.layout.system_head is None:
            r = rounds.offsets[i]
            planned.append(Window(i, r, r, reason=Reason.NO_SYSTEM_ROLE))
        try:
            _plan_one(planned, i, room, sizes, rounds, tokens, drop_rest=drop_rest)
        except OverlongError as error:
            raise OverlongError(f"{rounds.row_ids[i]}: {error}") from None
    return planned


def _plan_one(
    planned: list[Window], i: int, room: int, sizes: Sizes, rounds: Rounds, tokens: Tokens, *, drop_rest: bool
) -> None:
    later, first = sizes
    opened: Window | None = None
    used = 0
    r, end = rounds.offsets[i], rounds.offsets[i + 1]
    while r < end:
        if opened is not None and used + later[r] <= room:
            opened.last = r + 1
            used += later[r]
        elif first[r] <= room:
            opened = Window(i, r, r + 1)
            planned.append(opened)
            used = first[r]
        else:
            opened = None
            cut = _overlong(i, r, room, rounds, tokens)
            planned.extend(cut)
            if drop_rest and all(window.reason for window in cut):
                after = _behind(r + 1, end, room, later)
                planned.extend(_leaning(i, r + 1, after, rounds, later))
                r = after - 1
        r += 1


def _behind(r: int, end: int, room: int, later: list[int]) -> int:
    """Return the round after those that one window would show with what stands before round r: others never do."""
    used = 0
    while r < end and used + later[r] <= room:
        used += later[r]
        r += 1
    return r


def _leaning(i: int, first: int, last: int, rounds: Rounds, later: list[int]) -> list[Window]:
    """Return the row of the rounds that lean on a dropped one, if there are any."""
    if first == last:
        return []
    lost = sum(_labels(rounds, r) for r in range(first, last))
    return [Window(i, first, last, reason=Reason.LEANS_ON_OVERLONG, lost=lost, length=sum(later[first:last]))]


def _dropped(i: int, r: int, reason: Reason, rounds: Rounds) -> Window:
    """Return the row of a round that is in no window."""
    start, _, end = rounds.first.of(r)
    return Window(i, r, r + 1, reason=reason, lost=_labels(rounds, r), length=end - start)


def _labels(rounds: Rounds, r: int) -> int:
    """Count the label tokens of a round."""
    _, label, end = rounds.first.of(r)
    return (end - label - (0 if rounds.stops[r] else 1)) if rounds.labelled[r] else 0


def _overlong(i: int, r: int, room: int, rounds: Rounds, tokens: Tokens) -> list[Window]:
    """Plan a round that is longer than the context."""
    start, label, end = rounds.first.of(r)
    stop = end if rounds.stops[r] else end - 1
    if tokens.long_answer == "raise":
        raise OverlongError(
            f"A round of {end - start} tokens is over the context of {tokens.context}: "
            "set tokens.long_answer to window, truncate or drop, or raise tokens.context."
        )
    cutter = Cutter(rounds, tokens)
    asked, shown = label - start, [(start, label)]
    whole = [(start, label)]
    lost: list[Window] = []
    if asked > room - min(tokens.min_answer, end - label):
        if tokens.long_question == "drop":
            return [_dropped(i, r, Reason.PROMPT_EXCEEDS_CONTEXT, rounds)]
        most = max(int(room * tokens.question_share), room - (end - label))
        shown = cutter.trim(r, whole, min(most, room - min(tokens.min_answer, end - label)))
        kept = _size(shown)
        if kept > room - min(tokens.min_answer, end - label):
            return [_dropped(i, r, Reason.PROMPT_EXCEEDS_CONTEXT, rounds)]
        lost = [Window(i, r, r + 1, reason=Reason.PROMPT_EXCEEDS_CONTEXT, lost=0, length=asked - kept)]
    if _size(shown) + end - label > room and tokens.long_answer == "drop":
        return [_dropped(i, r, Reason.ANSWER_EXCEEDS_CONTEXT, rounds)]
    windows: list[Window] = []
    at = label
    while at < end:
        free = room - _size(shown)
        back = 0
        if windows:
            shown, back = cutter.repeat(r, whole, at, room)
            free = room - _size(shown) - back
        upto = cutter.cut(at, end, free)
        done = upto == end
        windows.append(Window(i, r, r + 1, Cut(shown, (at - back, upto), (at, min(upto, stop)), done)))
        at = upto
        if not done and tokens.long_answer == "truncate":
            labels = stop - at if rounds.labelled[r] else 0
            lost.append(Window(i, r, r + 1, reason=Reason.ANSWER_EXCEEDS_CONTEXT, lost=labels, length=end - at))
            break
    return [*windows, *lost]


def _size(ranges: list[Range]) -> int:
    return sum(end - start for start, end in ranges)

"""Plans windows: whole rounds as long as they fit, over-long rounds by the policy; lengths and positions only."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemas.errors import PipelineError
from schemas.reasons import Reason
from schemas.settings import Tokens
from tasks.tokens.cuts import Cutter
from tasks.tokens.rounds import Range, Rounds


class OverlongError(PipelineError):
    """A round is longer than the context, and the policy is to stop."""


@dataclass(slots=True)
class Window:
    """A planned row: a window, or what of a round is in none.

    Args:
        conversation: its number in the batch.
        first, last: its rounds, end exclusive.
        parts: ranges of the flat ids it shows, behind the conversation's opening.
        labels: (round, start, end): ranges of the flat ids that have loss.
        ends: whether its last answer ends, so that what follows a stop is shown.
        question: ranges of the question that are shown, where it is cut; null = the rounds are whole.
        reason: why it is no sample.
        lost: label tokens that go with it, for a row with a reason.
        length: tokens of what is lost.
    """

    conversation: int
    first: int
    last: int
    parts: list[Range] = field(default_factory=list)
    labels: list[tuple[int, int, int]] = field(default_factory=list)
    ends: bool = True
    question: list[Range] | None = None
    reason: Reason | None = None
    lost: int = 0
    length: int = 0


def plan(rounds: Rounds, tokens: Tokens) -> list[Window]:
    """Plan the windows of a batch, conversation after conversation, in the order of the rounds.

    Greedy: a window takes whole rounds while they fit, opening and end counted. A round that fits into no window
    stands alone and goes by the policy; after a dropped round a new window begins.

    Args:
        rounds: what was encoded.
        tokens: context and policies.

    Raises:
        OverlongError: a round is over the context and `long_answer` is raise.
    """
    planned: list[Window] = []
    for i in range(len(rounds.offsets) - 1):
        room = tokens.context - len(rounds.openings[i].ids) - len(rounds.codec.end)
        if rounds.systems[i] is not None and rounds.codec.frame.system_head is None:
            r = rounds.offsets[i]
            planned.append(Window(i, r, r, reason=Reason.NO_SYSTEM_ROLE))
        try:
            _plan_one(planned, i, room, rounds, tokens)
        except OverlongError as error:
            raise OverlongError(f"{rounds.row_ids[i]}: {error}") from None
    return planned


def _plan_one(planned: list[Window], i: int, room: int, rounds: Rounds, tokens: Tokens) -> None:
    first, starts, labels, ends = rounds.first, rounds.later.start, rounds.later.label, rounds.later.end
    unlabelled_stop = 0 if rounds.codec.frame.labels_stop else 1
    opened: Window | None = None
    used = 0
    for r in range(rounds.offsets[i], rounds.offsets[i + 1]):
        start, end = starts[r], ends[r]
        if opened is not None and used + end - start <= room:
            opened.last = r + 1
            before = opened.parts[-1]
            if before[1] == start:
                opened.parts[-1] = (before[0], end)
            else:
                opened.parts.append((start, end))
            opened.labels.append((r, labels[r], end - unlabelled_stop))
            used += end - start
        elif (used := first.end[r] - first.start[r]) <= room:
            label = (r, first.label[r], first.end[r] - unlabelled_stop)
            opened = Window(i, r, r + 1, [(first.start[r], first.end[r])], [label])
            planned.append(opened)
        else:
            opened = None
            planned.extend(_overlong(i, r, room, rounds, tokens))


def _overlong(i: int, r: int, room: int, rounds: Rounds, tokens: Tokens) -> list[Window]:
    """Plan a round that is longer than the context."""
    start, label, end = rounds.first.start[r], rounds.first.label[r], rounds.first.end[r]
    stop = end if rounds.codec.frame.labels_stop else end - 1
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
            return [Window(i, r, r + 1, reason=Reason.PROMPT_EXCEEDS_CONTEXT, lost=stop - label, length=end - start)]
        most = max(int(room * tokens.question_share), room - (end - label))
        shown = cutter.trim(r, whole, min(most, room - min(tokens.min_answer, end - label)))
        kept = _size(shown)
        if kept > room - min(tokens.min_answer, end - label):
            return [Window(i, r, r + 1, reason=Reason.PROMPT_EXCEEDS_CONTEXT, lost=stop - label, length=end - start)]
        lost = [Window(i, r, r + 1, reason=Reason.PROMPT_EXCEEDS_CONTEXT, lost=0, length=asked - kept)]
    if _size(shown) + end - label > room and tokens.long_answer == "drop":
        return [Window(i, r, r + 1, reason=Reason.ANSWER_EXCEEDS_CONTEXT, lost=stop - label, length=end - start)]
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
        part = Window(i, r, r + 1, [*shown, (at - back, upto)], [(r, at, min(upto, stop))], done, shown)
        windows.append(part)
        at = upto
        if not done and tokens.long_answer == "truncate":
            lost.append(Window(i, r, r + 1, reason=Reason.ANSWER_EXCEEDS_CONTEXT, lost=stop - at, length=end - at))
            break
    return [*windows, *lost]


def _size(ranges: list[Range]) -> int:
    return sum(end - start for start, end in ranges)

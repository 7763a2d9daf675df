"""The smallest repair that leaves a conversation's kept turns as [system], then user, assistant, user, assistant."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from schemas.enums import Fate
from schemas.marks import Mark
from schemas.reasons import Reason
from schemas.settings import Input
from tasks.conversations.pairs import BLANK, NULLS, Round, between, goes_on, pair, repeats, wants_it
from tasks.conversations.roles import Role

Marks = Mapping[int, Collection[Mark]]
"""What the turns' other fields say, by place; most turns have none."""


@dataclass(slots=True)
class TurnFate:
    """What becomes of one raw turn.

    Args:
        fate: None = it is kept.
        into_turn: the turn it is merged into.
        reason: why it is dropped.
        joined: where it goes on in mid-sentence: what is left out of the turn before it and of it, and what stands
            between; None = a blank line.
    """

    fate: str | None = None
    into_turn: int | None = None
    reason: str | None = None
    joined: tuple[int, int, str] | None = None

    def drop(self, reason: Reason) -> None:
        """Drop the turn."""
        self.fate, self.into_turn, self.reason = Fate.DROPPED.value, None, reason.value

    def merge(self, into_turn: int) -> None:
        """Merge the turn into an earlier one."""
        self.fate, self.into_turn, self.reason = Fate.MERGED.value, into_turn, None


NO_MARKS: Marks = {}


@dataclass(frozen=True)
class Repaired:
    """What a repair makes of a conversation's turns.

    Args:
        fates: one a turn.
        roles: of each turn, those of tool talk that is kept as text included; None = unknown.
        unlabelled: places of kept answers that are context without label.
    """

    fates: list[TurnFate]
    roles: list[Role | None]
    unlabelled: list[int] = field(default_factory=list)


def repair(
    roles: Sequence[Role | None],
    contents: Sequence[str],
    settings: Input,
    *,
    page: bool = False,
    marks: Marks = NO_MARKS,
) -> Repaired:
    """Return the fate of each raw turn.

    Args:
        roles: what the raw words stand for; None = unknown.
        contents: texts as converted, one per turn.
        settings: what becomes of repeated turns, tools and images.
        page: whether the answers come from ChatGPT's page, where an answer that was an error is missing.
        marks: what the turns' other fields say.
    """
    texts = ["" if _is_empty(content) else content for content in contents]
    fates = [TurnFate() for _ in roles]
    roles, talk = _with_tools(roles, marks, settings)
    _leave_out(roles, texts, fates, marks)
    rounds = pair(roles, fates)
    image = False
    for one in rounds:
        image = image or (settings.images == "drop" and any(Mark.IMAGE in marks.get(at, ()) for at in one.turns))
        reason = Reason.IMAGE_ROUND if image else _fault(one, texts, marks, last=one is rounds[-1])
        if reason is None:
            _join_questions(one, texts, fates, merge=settings.repeated_questions == "merge" and not page, talk=talk)
            _join_answers(one, texts, fates, marks, merge=settings.repeated_answers == "merge", talk=talk)
            head = next(at for at in one.answers if fates[at].fate is None)
            reason = Reason.NULL_TEXT if _is_null(texts[head]) and not wants_it(one, texts, head) else None
        if reason is not None:
            for at in one.turns:
                fates[at].drop(reason)
    return Repaired(fates, roles, _unlabelled(rounds, fates, marks, talk))


def _is_empty(content: str) -> bool:
    return not content or (content[0] in BLANK and not content.strip(BLANK))


def _is_null(text: str) -> bool:
    """Whether a text is how a program writes a missing value."""
    return text.strip(BLANK) in NULLS


def _with_tools(
    roles: Sequence[Role | None], marks: Marks, settings: Input
) -> tuple[list[Role | None], frozenset[int]]:
    """Return the roles as tool talk is to be read, and the places of the talk that is kept as text."""
    meant = list(roles)
    for at, words in marks.items():
        if Mark.TOOL_RESULT in words and meant[at] in (Role.USER, Role.TOOL, None):
            meant[at] = Role.TOOL
        elif Mark.TOOL_CALL in words and meant[at] in (Role.ASSISTANT, None):
            meant[at] = Role.CALL
    if settings.tools == "drop_round":
        return meant, frozenset()
    talk = frozenset(at for at, role in enumerate(meant) if role in (Role.TOOL, Role.CALL))
    as_speaker: dict[Role | None, Role] = {Role.TOOL: Role.USER, Role.CALL: Role.ASSISTANT}
    return [as_speaker.get(role, role) for role in meant], talk


def _leave_out(roles: Sequence[Role | None], texts: list[str], fates: list[TurnFate], marks: Marks) -> None:
    """Drop what is no part of a round: hidden turns, unknown roles, system turns but those at the start, merged."""
    system: int | None = None
    begun = False
    for at, role in enumerate(roles):
        if Mark.HIDDEN in marks.get(at, ()):
            fates[at].drop(Reason.HIDDEN_TURN)
        elif role is None:
            fates[at].drop(Reason.UNKNOWN_ROLE)
            begun = True
        elif role is Role.DROP:
            fates[at].drop(Reason.DROPPED_ROLE)
        elif role is not Role.SYSTEM:
            begun = True
        elif not texts[at]:
            fates[at].drop(Reason.EMPTY_SYSTEM)
        elif begun or (system is not None and texts[at] == texts[system]):
            fates[at].drop(Reason.MISPLACED_SYSTEM)
        elif system is None:
            system = at
        else:
            fates[at].merge(system)


def _fault(one: Round, texts: list[str], marks: Marks, *, last: bool) -> Reason | None:
    """Return why a round goes as a whole; None = it has a question and an answer."""
    if one.tools:
        return Reason.TOOL_ROUND
    if any(Mark.NOT_TEXT in marks.get(at, ()) for at in one.turns):
        return Reason.NOT_TEXT
    if not one.questions or not one.answers:
        missing = Reason.TRAILING_USER if last else Reason.UNANSWERED
        return Reason.PARTNER_UNKNOWN if one.strange else missing if one.questions else Reason.LEADING_ASSISTANT
    if not any(texts[at] for at in one.questions):
        return Reason.EMPTY_QUESTION
    return None if any(texts[at] for at in one.answers) else Reason.EMPTY_ANSWER


def _join_questions(one: Round, texts: list[str], fates: list[TurnFate], *, merge: bool, talk: frozenset[int]) -> None:
    """Merge the questions of a round into the first, or drop all but the last; empty ones beside it are dropped."""
    joined: list[int] = []
    for at in one.questions:
        if not texts[at]:
            fates[at].drop(Reason.EMPTY_QUESTION)
        elif joined and talk.isdisjoint((joined[-1], at)) and not (merge and not repeats(texts[joined[0]], texts[at])):
            joined = _instead(joined, at, fates, Reason.UNANSWERED)
        else:
            joined = _behind(joined, at, fates)


def _join_answers(
    one: Round, texts: list[str], fates: list[TurnFate], marks: Marks, *, merge: bool, talk: frozenset[int]
) -> None:
    """Keep the last answer of a round; merge what goes on with the one before, or all of them if asked."""
    joined: list[int] = []
    for at in one.answers:
        if not texts[at]:
            fates[at].drop(Reason.EMPTY_ANSWER)
        elif not joined or merge or _continues(joined[-1], at, texts, marks, talk):
            fates[at].joined = between(texts[joined[-1]], texts[at]) if joined else None
            joined = _behind(joined, at, fates)
        else:
            joined = _instead(joined, at, fates, Reason.SUPERSEDED_ANSWER)


def _continues(before: int, at: int, texts: list[str], marks: Marks, talk: frozenset[int]) -> bool:
    """Whether an answer belongs to the one before it."""
    meant = Mark.CONTINUES in marks.get(at, ()) or not {before, at}.isdisjoint(talk)
    return meant or goes_on(texts[before], texts[at])


def _behind(joined: list[int], at: int, fates: list[TurnFate]) -> list[int]:
    """Join a turn to those before it, if there are any."""
    if joined:
        fates[at].merge(joined[0])
    joined.append(at)
    return joined


def _instead(joined: list[int], at: int, fates: list[TurnFate], reason: Reason) -> list[int]:
    """Drop the turns before a turn that takes their place."""
    for earlier in joined:
        fates[earlier].drop(reason)
    return [at]


def _unlabelled(rounds: list[Round], fates: list[TurnFate], marks: Marks, talk: frozenset[int]) -> list[int]:
    """Return the kept answers that are context without label: they, or what is merged into them, say so."""
    off = talk | {at for at, words in marks.items() if Mark.UNLABELLED in words}
    found = []
    for at in (at for one in rounds for at in one.answers if at in off):
        place = at if fates[at].fate is None else fates[at].into_turn
        if place is not None and fates[at].fate != Fate.DROPPED:
            found.append(place)
    return sorted(set(found))

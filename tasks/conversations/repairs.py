"""The smallest repair that leaves a conversation's kept turns as [system], then user, assistant, user, assistant."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.enums import Fate
from schemas.reasons import Reason

ROLES = {
    **dict.fromkeys(("human", "user", "prompter", "customer"), "user"),
    **dict.fromkeys(
        ("gpt", "assistant", "chatgpt", "bing", "bard", "bot", "model", "ai", "claude", "gpt-3.5", "gpt-4", "chatbot"),
        "assistant",
    ),
    **dict.fromkeys(("system", "developer"), "system"),
}
"""Raw role words, lower case, to the three roles."""
BLANK = " \t\r\n\v\f\u00a0\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2060\ufeff"
"""Characters that say nothing by themselves: a turn of these alone is empty."""


@dataclass(slots=True)
class TurnFate:
    """What becomes of one raw turn: fate (None: it is kept), the turn it is merged into, the reason it is dropped."""

    fate: str | None = None
    into_turn: int | None = None
    reason: str | None = None

    def drop(self, reason: Reason) -> None:
        """Drop the turn."""
        self.fate, self.into_turn, self.reason = Fate.DROPPED, None, reason.value

    def merge(self, into_turn: int) -> None:
        """Merge the turn into an earlier one."""
        self.fate, self.into_turn, self.reason = Fate.MERGED, into_turn, None


KEPT = TurnFate()
"""The fate of most turns; shared, so never to be altered."""


def canonical_role(raw: str) -> str | None:
    """Return the role that a raw word stands for: system, user, assistant, or None.

    >>> canonical_role("GPT"), canonical_role("tool")
    ('assistant', None)
    """
    return ROLES.get(raw.strip().lower())


def repair(roles: list[str | None], contents: list[str]) -> list[TurnFate]:
    """Return the fate of each raw turn.

    Args:
        roles: canonical roles; None = unknown.
        contents: texts as converted, one per turn.
    """
    empty = [not content or (content[0] in BLANK and not content.strip(BLANK)) for content in contents]
    pairs = len(roles) // 2
    if roles == ["user", "assistant"] * pairs and True not in empty:
        return [KEPT] * len(roles)
    fates = [TurnFate() for _ in roles]
    paired: list[int] = []
    for at, role in enumerate(roles):
        if role is None:
            fates[at].drop(Reason.UNKNOWN_ROLE)
        elif role == "system" and at:
            fates[at].drop(Reason.MISPLACED_SYSTEM)
        elif role != "system":
            paired.append(at)
    rounds = _pair(paired, roles, fates)
    for question, answers in rounds:
        if empty[question]:
            reason = Reason.EMPTY_QUESTION
        elif all(empty[answer] for answer in answers):
            reason = Reason.EMPTY_ANSWER
        else:
            _merge(answers, empty, fates)
            continue
        for turn in (question, *answers):
            fates[turn].drop(reason)
    return fates


def _pair(turns: list[int], roles: list[str | None], fates: list[TurnFate]) -> list[tuple[int, list[int]]]:
    """Pair each question with the answers that follow it, dropping what has no partner."""
    rounds: list[tuple[int, list[int]]] = []
    question: int | None = None
    for at in turns:
        if roles[at] == "user":
            if question is not None and not rounds[-1][1]:
                fates[question].drop(Reason.UNANSWERED)
                rounds.pop()
            question = at
            rounds.append((at, []))
        elif question is None:
            fates[at].drop(Reason.LEADING_ASSISTANT)
        else:
            rounds[-1][1].append(at)
    if rounds and not rounds[-1][1]:
        fates[rounds[-1][0]].drop(Reason.TRAILING_USER)
        rounds.pop()
    return rounds


def _merge(answers: list[int], empty: list[bool], fates: list[TurnFate]) -> None:
    """Merge the answers of one question into the first that says something; empty ones beside it are dropped."""
    speaking = [answer for answer in answers if not empty[answer]]
    for answer in answers:
        if empty[answer]:
            fates[answer].drop(Reason.EMPTY_ANSWER)
        elif answer != speaking[0]:
            fates[answer].merge(speaking[0])

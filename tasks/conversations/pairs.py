"""Questions and the answers to them: which turns belong together, and which repeat or go on with another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tasks.conversations.roles import Role

BLANK = " \t\r\n\v\f\u00a0\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2060\ufeff"
"""Characters that say nothing by themselves: a turn of these alone is empty."""
NULLS = frozenset(("nan", "NaN", "None", "null", "NULL", "<NA>", "NaT"))
"""How programs write a missing value."""
CODE = re.compile(r"`|[;{}=]|\(\)|->|\b(?:def|class|import|return|print|function|var|SELECT)\b")
WORD = re.compile(r"\w+")
_LEAST = 20  # characters that a text must have to be found inside another


class Fated(Protocol):
    """A turn's fate, as far as pairing asks: `fate` is None where the turn is in a round."""

    fate: str | None


@dataclass(slots=True)
class Round:
    """Turns that belong together, by place.

    Args:
        questions: in a row.
        answers: in a row, behind them.
        tools: calls of tools and what these gave back.
        strange: whether a turn of unknown role stands among them.
    """

    questions: list[int] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    tools: list[int] = field(default_factory=list)
    strange: bool = False

    @property
    def turns(self) -> list[int]:
        """Return all of them, in order."""
        return sorted([*self.questions, *self.answers, *self.tools])


def pair(roles: Sequence[Role | None], fates: Sequence[Fated]) -> list[Round]:
    """Return the rounds of a conversation: answers without a question, or questions without an answer, included.

    Args:
        roles: of each turn; None = unknown.
        fates: turns that are dropped or merged already are in no round, those of unknown role part rounds.
    """
    rounds: list[Round] = []
    one = Round()
    for at, role in enumerate(roles):
        if role is None and fates[at].fate is not None:
            if one.answers:
                one = _next(rounds, one)
            one.strange = True
        if fates[at].fate is not None or role in (None, Role.SYSTEM, Role.DROP):
            continue
        if role is Role.USER:
            if one.answers or one.tools or (one.questions and one.strange):
                one = _next(rounds, one)
            one.questions.append(at)
        elif role is Role.ASSISTANT:
            one.answers.append(at)
        else:
            one.tools.append(at)
    _next(rounds, one)
    return rounds


def _next(rounds: list[Round], one: Round) -> Round:
    """Close a round that has any turns, and return a fresh one."""
    if one.turns:
        rounds.append(one)
    return Round()


def repeats(first: str, second: str) -> bool:
    """Whether a question repeats or extends the one before it.

    >>> repeats("What is love?", "what is  love? Answer briefly."), repeats("Translate this:", "Le chat dort.")
    (True, False)
    """
    before, after = (" ".join(text.casefold().split()) for text in (first, second))
    return after.startswith(before) or (len(before) >= _LEAST and before in after)


def asks_again(first: str, second: str) -> bool:
    """Whether a question asks again what the one before it asked, perhaps in other words: most of its words return.

    >>> asks_again("And one in France", "One in France, please"), asks_again("Sum up: bla", "Now translate it.")
    (True, False)
    """
    before, after = (set(WORD.findall(text.casefold())) for text in (first, second))
    return repeats(first, second) or (bool(before) and 2 * len(before & after) >= len(before))


def goes_on(first: str, second: str) -> bool:
    """Whether an answer goes on in mid-sentence where the one before stops.

    >>> goes_on("The cat sat on the", "mat and slept."), goes_on("The cat sat.", "The cat slept.")
    (True, False)
    """
    end, start = first.rstrip(BLANK)[-1:], second.lstrip(BLANK)[:1]
    if first.count("```") % 2:
        return not start.isupper()
    return (end.isalnum() or end in ",;-–—(") and (start.islower() or start in ",;.)")


def between(first: str, second: str) -> tuple[int, int, str] | None:
    r"""Return how an answer is joined to the one before it, in whose mid-sentence it goes on; None = it does not.

    Returns:
        Blanks left out at the end of the first and at the start of the second, and what stands in their place.

    >>> between("The cat sat on the ", "mat."), between("It sat", ", and slept."), between("It sat.", "It slept.")
    ((1, 0, ' '), (0, 0, ''), None)
    """
    if not goes_on(first, second):
        return None
    end, start = first.rstrip(BLANK), second.lstrip(BLANK)
    if first.count("```") % 2:
        return len(first) - len(first.rstrip("\n")), 0, "\n"
    glued = start[0] in ",;.)" or end[-1] == "(" or (end[-1] == "-" and end[-2:-1].isalnum())
    return len(first) - len(end), len(second) - len(start), "" if glued else " "


def wants_it(one: Round, texts: Sequence[str], answer: int) -> bool:
    """Whether a question may ask for the very word that answers it: it holds code, or the word."""
    asked = "\n".join(texts[at] for at in one.questions)
    return CODE.search(asked) is not None or texts[answer].strip(BLANK).casefold() in asked.casefold()

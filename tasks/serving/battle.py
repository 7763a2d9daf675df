"""Battles of the arena: two models whose names nobody knows but the server, until the vote."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas.serving import Verdict
from tasks.judging.review import pair_digest
from tasks.serving.errors import RequestError
from tasks.serving.prompt import Message

SIDES = ("left", "right")
VERDICTS = {"left": Verdict.MODEL, "right": Verdict.AGAINST, "tie": Verdict.TIE, "both_bad": Verdict.BOTH_BAD}
"""The buttons, and what they mean where the model stands on the left."""
MOST = 1_000
"""Battles in memory; the longest untouched goes first."""


@dataclass
class Battle:
    """One conversation with two models at once.

    Args:
        name: random, known to one browser.
        models: by side.
        talks: messages by side; the questions are the same.
        busy: whether answers are under way.
        broken: whether an answer failed, so that nothing can be compared.
        voted: whether the vote is taken, and the names are known.
    """

    name: str
    models: dict[str, str]
    talks: dict[str, list[Message]] = field(default_factory=lambda: {side: [] for side in SIDES})
    busy: bool = False
    broken: bool = False
    voted: bool = False

    def vote(self, button: str, who: str, *, keep_texts: bool) -> dict[str, Any]:
        """Return the row of a vote. Raise RequestError where there is nothing to vote on, or it was voted on."""
        if self.voted:
            raise RequestError(409, "voted", "This battle has its vote: begin another.")
        if self.busy or self.broken or not self.talks["left"]:
            raise RequestError(409, "not_answered", "Vote once both have answered.")
        answers = {side: [one["content"] for one in self.talks[side] if one["role"] == "assistant"] for side in SIDES}
        alone = keep_texts and len(answers["left"]) == 1
        question = self.talks["left"][0]["content"]
        return {
            "vote_id": self.name,
            "voted_at": round(time.time(), 3),
            "who": who,
            "model": self.models["left"],
            "against": self.models["right"],
            "verdict": VERDICTS[button].value,
            "rounds": len(answers["left"]),
            "characters": sum(map(len, answers["left"])),
            "characters_against": sum(map(len, answers["right"])),
            "pair": pair_digest(question, answers["left"][0], answers["right"][0]) if alone else None,
            "messages": self.talks["left"] if keep_texts else None,
            "messages_against": self.talks["right"] if keep_texts else None,
        }


class Battles:
    """All battles that are under way.

    Args:
        models: that may be drawn.
        draw: gives a list in a random order.
    """

    def __init__(self, models: Sequence[str], draw: Callable[[list[str]], list[str]] | None = None) -> None:
        self.models, self._draw = list(models), draw or shuffled
        self._known: OrderedDict[str, Battle] = OrderedDict()

    def begin(self) -> Battle:
        """Return a new battle between two models drawn by chance. Raise RequestError where there are not two."""
        if len(self.models) < len(SIDES):
            raise RequestError(409, "one_model", "The arena needs two models: sharegpt serve-model RUN RUN.")
        left, right = self._draw(self.models)[:2]
        battle = Battle(secrets.token_urlsafe(16), {"left": left, "right": right})
        self._known[battle.name] = battle
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        return battle

    def find(self, name: str) -> Battle:
        """Return a battle by its name. Raise RequestError where it is not known, or no longer."""
        if name not in self._known:
            raise RequestError(404, "no_battle", "This battle is not known, or was left too long: begin another.")
        self._known.move_to_end(name)
        return self._known[name]


def shuffled(names: list[str]) -> list[str]:
    """Return the names in a random order that nobody can foresee."""
    return secrets.SystemRandom().sample(names, len(names))


def public(battle: Battle) -> Mapping[str, str]:
    """Return what a browser may know of a battle before the vote."""
    return {"battle": battle.name}

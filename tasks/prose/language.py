"""Tells the language of every turn, of the user and of the answers: script and function words, then a detector."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import polars as pl

from schemas.settings import Language
from tasks.dialogue.turns import Dialogues
from tasks.prose.detectors import UNKNOWN, detect
from tasks.prose.evidence import LANGUAGES, UNDECIDED, Decision, decide, weigh
from tasks.prose.strip import strip_to_words

USER, ANSWERS = 0, 1
"""The two sides of a conversation; a system turn is told by itself or goes with the user."""

Told = tuple[str, float]
"""A language and the confidence in it, 0 – 1."""


@dataclass(frozen=True)
class Spoken:
    """Languages of a batch.

    Args:
        turns: of each living turn; one too short to tell has its side's.
        user: of each conversation's user.
        answers: of each conversation's answers.
    """

    turns: list[Told]
    user: list[Told]
    answers: list[Told]


@dataclass(frozen=True)
class _Turns:
    """The turns of a batch, flat: whose they are (2 × row + side), whether they speak for it, and their words."""

    side: np.ndarray
    speaks: np.ndarray
    prose: pl.Series

    @property
    def length(self) -> np.ndarray:
        """Characters of each turn's words."""
        return self.prose.str.len_chars().to_numpy().astype(np.float64)


def spoken_languages(dialogues: Dialogues, settings: Language) -> Spoken:
    """Tell the languages of a batch of conversations.

    A side's language is that of its words together; where that is unclear, that of most of its turns; where less than
    two turns can tell, more of their words are read; where that fails too, the detector is asked.
    """
    contents = pl.Series(dialogues.content, dtype=pl.String)
    rows = np.repeat(np.arange(len(dialogues)), np.diff(np.array(dialogues.offsets)))
    side = rows * 2 + np.array([role == "assistant" for role in dialogues.role], dtype=np.int64)
    speaks = np.array([role != "system" for role in dialogues.role], dtype=bool)
    prose = strip_to_words(contents, settings.turn_chars, settings.code_line_chars)
    turns = _Turns(side, speaks, prose)
    evidence = weigh(prose)
    own = decide(evidence, turns.length, settings)
    told = _by_side(turns, evidence, 2 * len(dialogues), settings)
    _vote(told, turns, own, evidence, settings)
    _look_longer(told, turns, contents, settings)
    sides = [_told(told, at) for at in range(2 * len(dialogues))]
    _ask(sides, turns, settings)
    by_turn = [sides[of] if own.language[at] == UNDECIDED else _told(own, at) for at, of in enumerate(side.tolist())]
    return Spoken(by_turn, sides[USER::2], sides[ANSWERS::2])


def _told(decision: Decision, at: int) -> Told:
    place = int(decision.language[at])
    return (UNKNOWN, 0.0) if place == UNDECIDED else (LANGUAGES[place], float(decision.confidence[at]))


def _by_side(turns: _Turns, evidence: np.ndarray, sides: int, settings: Language) -> Decision:
    """Decide for each side from the evidence of all its turns."""
    joint = np.zeros((sides, evidence.shape[1]))
    np.add.at(joint, turns.side[turns.speaks], evidence[turns.speaks])
    length = np.bincount(turns.side[turns.speaks], turns.length[turns.speaks], sides)
    return decide(joint, length, settings)


def _members(turns: _Turns, sides: np.ndarray) -> dict[int, list[int]]:
    """Give the turns of each of some sides, in order."""
    members: dict[int, list[int]] = {at: [] for at in sides.tolist()}
    for at in np.flatnonzero(np.isin(turns.side, sides) & turns.speaks).tolist():
        members[int(turns.side[at])].append(at)
    return members


def _vote(told: Decision, turns: _Turns, own: Decision, evidence: np.ndarray, settings: Language) -> None:
    """Let the turns of an unclear side vote, in place; equal votes are weighed by the evidence behind them."""
    for of, members in _members(turns, np.flatnonzero(told.confidence < settings.sure)).items():
        voters = [at for at in members if own.language[at] != UNDECIDED]
        votes: Counter[int] = Counter()
        weight: Counter[int] = Counter()
        for at in voters:
            place = int(own.language[at])
            votes[place] += 1
            weight[place] += int(evidence[at, place])
        if len(voters) > 1:
            best = max(votes, key=lambda place: (votes[place], weight[place], -place))
            told.language[of], told.confidence[of] = best, votes[best] / len(voters)


def _look_longer(told: Decision, turns: _Turns, contents: pl.Series, settings: Language) -> None:
    """Read more of the one telling turn of a side that is still unclear, and decide again, in place."""
    voted = (told.language != UNDECIDED) & (np.bincount(turns.side[turns.speaks], minlength=len(told.language)) > 1)
    unclear = (told.confidence < settings.sure) & ~voted
    cut = np.zeros(len(unclear), dtype=bool)
    cut[turns.side[turns.length >= settings.turn_chars]] = True
    again = np.flatnonzero((unclear & cut)[turns.side] & turns.speaks)
    if not len(again):
        return
    prose = strip_to_words(contents.gather(again), settings.second_look_chars, settings.code_line_chars)
    more = _Turns(turns.side[again], turns.speaks[again], prose)
    decided = _by_side(more, weigh(prose), len(unclear), settings)
    better = decided.confidence > told.confidence
    told.language[better] = decided.language[better]
    told.confidence[better] = decided.confidence[better]


def _ask(sides: list[Told], turns: _Turns, settings: Language) -> None:
    """Ask the detector where a side is not decided and there is enough to ask about."""
    silent = np.array([at for at, (language, _) in enumerate(sides) if language == UNKNOWN], dtype=np.int64)
    for of, members in _members(turns, silent).items():
        text = "\n".join(turns.prose[at] for at in members)
        if len(text) >= settings.min_chars:
            sides[of] = detect(text[: settings.detector_chars], settings.detector_trials)

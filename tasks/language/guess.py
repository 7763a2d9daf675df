"""Detects the language of every turn, of the user and of the answers: script and function words, then a detector."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from schemas.settings import Language
from tasks.conversations.columns import TurnBatch
from tasks.conversations.prose import strip_to_words
from tasks.language.evidence import LANGUAGES, UNDECIDED, Decision, decide, weigh
from tasks.language.langdetect_model import UNKNOWN, detect

USER, ANSWERS = 0, 1
"""The two sides of a conversation; a system turn is told by itself or goes with the user."""


@dataclass(frozen=True)
class Told:
    """A language and the confidence in it, 0 – 1, of each of many texts."""

    language: pa.StringArray
    confidence: np.ndarray

    def take(self, places: np.ndarray) -> Told:
        """Return those at some places."""
        return Told(self.language.take(pa.array(places)), self.confidence[places])


@dataclass(frozen=True)
class Spoken:
    """Languages of a batch.

    Args:
        turns: of each living turn; one too short to tell has its side's.
        user: of each conversation's user.
        answers: of each conversation's answers.
    """

    turns: Told
    user: Told
    answers: Told


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


def spoken_languages(talks: TurnBatch, settings: Language) -> Spoken:
    """Detect the languages of a batch of conversations.

    A side's language is that of its words together; where that is unclear, that of most of its turns; where less than
    two turns can tell, more of their words are read; where that fails too, the detector is asked.
    """
    contents = talks.texts
    side = talks.row * 2 + talks.said_by("assistant")
    prose = strip_to_words(contents, settings.turn_chars, settings.code_line_chars)
    turns = _Turns(side, ~talks.said_by("system"), prose)
    evidence = weigh(prose)
    own = decide(evidence, turns.length, settings)
    told = _by_side(turns, evidence, 2 * len(talks), settings)
    _vote(told, turns, own, evidence, settings)
    _look_longer(told, turns, contents, settings)
    sides = _ask(told, turns, settings)
    decided = own.language != UNDECIDED
    every = Told(pa.concat_arrays([_named(own), sides.language]), np.concatenate([own.confidence, sides.confidence]))
    by_turn = every.take(np.where(decided, np.arange(len(side)), len(side) + side))
    return Spoken(
        by_turn,
        sides.take(np.arange(USER, len(told.language), 2)),
        sides.take(np.arange(ANSWERS, len(told.language), 2)),
    )


def _named(decision: Decision) -> pa.StringArray:
    """Return the name of each language decided on."""
    names = pa.array([*LANGUAGES, UNKNOWN])
    return names.take(pa.array(np.where(decision.language == UNDECIDED, len(LANGUAGES), decision.language)))


def _by_side(turns: _Turns, evidence: np.ndarray, sides: int, settings: Language) -> Decision:
    """Decide for each side from the evidence of all its turns."""
    joint = np.zeros((sides, evidence.shape[1]))
    spoken = np.flatnonzero(turns.speaks)
    ordered = spoken[np.argsort(turns.side[spoken], kind="stable")]
    of, first = np.unique(turns.side[ordered], return_index=True)
    if len(of):
        joint[of] = np.add.reduceat(evidence[ordered], first)
    length = np.bincount(turns.side[turns.speaks], turns.length[turns.speaks], sides)
    return decide(joint, length, settings)


def _members(turns: _Turns, sides: np.ndarray) -> dict[int, list[int]]:
    """Return the turns of each of some sides, in order."""
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


def _ask(told: Decision, turns: _Turns, settings: Language) -> Told:
    """Ask the detector where a side is not decided and there is enough to ask about; give all sides."""
    undecided = told.language == UNDECIDED
    names, confidence = _named(told), np.where(undecided, 0.0, told.confidence)
    asked: dict[int, str] = {}
    for of, members in _members(turns, np.flatnonzero(undecided)).items():
        text = "\n".join(turns.prose[at] for at in members)
        if len(text) >= settings.min_chars:
            asked[of], confidence[of] = detect(text[: settings.detector_chars], settings.detector_trials)
    if not asked:
        return Told(names, confidence)
    here = np.isin(np.arange(len(names)), list(asked))
    answers = pa.array([asked[of] for of in sorted(asked)], pa.string())
    return Told(pc.replace_with_mask(names, pa.array(here), answers), confidence)

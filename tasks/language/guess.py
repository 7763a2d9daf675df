"""Guesses the language of every turn, of the user and of the answers: by script and function words, then langdetect."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from schemas.settings import Language
from tasks.conversations.prose import strip_to_words
from tasks.conversations.turns import TurnBatch
from tasks.language.detector import UNKNOWN, detect
from tasks.language.evidence import LANGUAGES, UNDECIDED, Decision, decide, weigh

USER, ANSWERS = 0, 1
"""The two sides of a conversation; a system turn counts for the user's side but does not decide its language."""


@dataclass(frozen=True)
class LanguageGuess:
    """The language guessed for each of n texts.

    Args:
        language: n ISO 639-1 codes (zh-cn, zh-tw apart), or unknown.
        confidence: n shares, 0 – 1.
    """

    language: pa.StringArray
    confidence: np.ndarray

    def take(self, places: np.ndarray) -> LanguageGuess:
        """Return the guesses at some places."""
        return LanguageGuess(self.language.take(pa.array(places)), self.confidence[places])


@dataclass(frozen=True)
class BatchLanguages:
    """The languages of a batch of conversations.

    Args:
        turns: of each kept turn; one too short to decide has its side's.
        user: of each conversation's user.
        answers: of each conversation's answers.
    """

    turns: LanguageGuess
    user: LanguageGuess
    answers: LanguageGuess


@dataclass(frozen=True)
class _Turns:
    """The turns of a batch, flat.

    Args:
        side: whose each turn is: 2 × conversation + USER or ANSWERS.
        decides: whether it counts for its side's language; system turns do not.
        prose: its words, without code.
    """

    side: np.ndarray
    decides: np.ndarray
    prose: pl.Series

    @property
    def length(self) -> np.ndarray:
        """Characters of each turn's words."""
        return self.prose.str.len_chars().to_numpy().astype(np.float64)


def guess_languages(batch: TurnBatch, settings: Language) -> BatchLanguages:
    """Guess the languages of a batch of conversations.

    A side's language is that of its words together; where that is unclear, that of most of its turns; where fewer than
    two turns are decided, more of their words are read; where that fails too, langdetect is asked.
    """
    contents = batch.texts
    side = batch.row * 2 + batch.has_role("assistant")
    prose = strip_to_words(contents, settings.turn_chars, settings.code_line_chars)
    turns = _Turns(side, ~batch.has_role("system"), prose)
    evidence = weigh(prose)
    own = decide(evidence, turns.length, settings)
    by_side = _decide_sides(turns, evidence, 2 * len(batch), settings)
    _vote(by_side, turns, own, evidence, settings)
    _read_more(by_side, turns, contents, settings)
    sides = _detect_undecided(by_side, turns, settings)
    both = LanguageGuess(
        pa.concat_arrays([_codes(own), sides.language]), np.concatenate([own.confidence, sides.confidence])
    )
    decided = own.language != UNDECIDED
    by_turn = both.take(np.where(decided, np.arange(len(side)), len(side) + side))
    number = len(by_side.language)
    return BatchLanguages(by_turn, sides.take(np.arange(USER, number, 2)), sides.take(np.arange(ANSWERS, number, 2)))


def _codes(decision: Decision) -> pa.StringArray:
    """Return the code of each language decided on, or unknown."""
    names = pa.array([*LANGUAGES, UNKNOWN])
    return names.take(pa.array(np.where(decision.language == UNDECIDED, len(LANGUAGES), decision.language)))


def _decide_sides(turns: _Turns, evidence: np.ndarray, sides: int, settings: Language) -> Decision:
    """Decide for each side from the evidence of all its turns."""
    joint = np.zeros((sides, evidence.shape[1]))
    deciding = np.flatnonzero(turns.decides)
    ordered = deciding[np.argsort(turns.side[deciding], kind="stable")]
    of, first = np.unique(turns.side[ordered], return_index=True)
    if len(of):
        joint[of] = np.add.reduceat(evidence[ordered], first)
    length = np.bincount(turns.side[turns.decides], turns.length[turns.decides], sides)
    return decide(joint, length, settings)


def _members(turns: _Turns, sides: np.ndarray) -> dict[int, list[int]]:
    """Return the turns of each of some sides, in order."""
    members: dict[int, list[int]] = {at: [] for at in sides.tolist()}
    for at in np.flatnonzero(np.isin(turns.side, sides) & turns.decides).tolist():
        members[int(turns.side[at])].append(at)
    return members


def _vote(by_side: Decision, turns: _Turns, own: Decision, evidence: np.ndarray, settings: Language) -> None:
    """Let the turns of an unclear side vote, in place; equal votes are weighed by the evidence behind them."""
    for of, members in _members(turns, np.flatnonzero(by_side.confidence < settings.sure)).items():
        voters = [at for at in members if own.language[at] != UNDECIDED]
        votes: Counter[int] = Counter()
        weight: Counter[int] = Counter()
        for at in voters:
            place = int(own.language[at])
            votes[place] += 1
            weight[place] += int(evidence[at, place])
        if len(voters) > 1:
            best = max(votes, key=lambda place: (votes[place], weight[place], -place))
            by_side.language[of], by_side.confidence[of] = best, votes[best] / len(voters)


def _read_more(by_side: Decision, turns: _Turns, contents: pl.Series, settings: Language) -> None:
    """Read more of the one decided turn of a side that is still unclear, and decide again, in place."""
    voted = (by_side.language != UNDECIDED) & (
        np.bincount(turns.side[turns.decides], minlength=len(by_side.language)) > 1
    )
    unclear = (by_side.confidence < settings.sure) & ~voted
    cut = np.zeros(len(unclear), dtype=bool)
    cut[turns.side[turns.length >= settings.turn_chars]] = True
    again = np.flatnonzero((unclear & cut)[turns.side] & turns.decides)
    if not len(again):
        return
    prose = strip_to_words(contents.gather(again), settings.second_look_chars, settings.code_line_chars)
    more = _Turns(turns.side[again], turns.decides[again], prose)
    decided = _decide_sides(more, weigh(prose), len(unclear), settings)
    better = decided.confidence > by_side.confidence
    by_side.language[better] = decided.language[better]
    by_side.confidence[better] = decided.confidence[better]


def _detect_undecided(by_side: Decision, turns: _Turns, settings: Language) -> LanguageGuess:
    """Return every side's guess: langdetect's where a side is undecided and has enough text."""
    undecided = by_side.language == UNDECIDED
    names, confidence = _codes(by_side), np.where(undecided, 0.0, by_side.confidence)
    detected: dict[int, str] = {}
    for of, members in _members(turns, np.flatnonzero(undecided)).items():
        text = "\n".join(turns.prose[at] for at in members)
        if len(text) >= settings.min_chars:
            detected[of], confidence[of] = detect(text[: settings.detector_chars], settings.detector_trials)
    if not detected:
        return LanguageGuess(names, confidence)
    here = np.isin(np.arange(len(names)), list(detected))
    languages = pa.array([detected[of] for of in sorted(detected)], pa.string())
    return LanguageGuess(pc.replace_with_mask(names, pa.array(here), languages), confidence)

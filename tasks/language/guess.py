"""Guesses the language of every turn, of the user and of the answers: by script and function words, then langdetect."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from schemas.settings import Language
from tasks.conversations.replacing import replaced
from tasks.conversations.turns import TurnBatch
from tasks.language.calibration import DETECTED, confidence
from tasks.language.detector import UNKNOWN, detect, has_sentences
from tasks.language.evidence import LANGUAGES, UNDECIDED, WORD, Decision, decide
from tasks.language.own_words import EXTENSIONS, own_words
from tasks.language.speaker import spoken_words

EXTENSION_TEXT = re.compile(EXTENSIONS)
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
        length: their characters.
    """

    side: np.ndarray
    decides: np.ndarray
    prose: pl.Series
    length: np.ndarray


def guess_languages(batch: TurnBatch, settings: Language) -> BatchLanguages:
    """Guess the languages of a batch of conversations.

    A side's language is that of its words together; where that is unclear, that of most of its turns; where fewer than
    two turns are decided, more of their words are read; then, for the user, the answers' language where the words allow
    it; where all fails, langdetect is asked.
    """
    contents = batch.texts
    side = batch.row * 2 + batch.has_role("assistant")
    prose, evidence = spoken_words(own_words(contents, settings.turn_chars, settings), settings)
    length = _lengths(prose)
    own = decide(evidence, length, settings)
    turns = _Turns(side, ~batch.has_role("system") & _counts(side, own, evidence, settings), prose, length)
    joint, by_side = _decide_sides(turns, evidence, 2 * len(batch), settings)
    _vote(by_side, turns, own, evidence, settings)
    _read_more(by_side, joint, turns, contents, settings)
    _agree(by_side, joint, settings)
    sides = _detect_undecided(by_side, joint, turns, contents, settings)
    of_turns = confidence(own.lead, evidence.max(axis=1, initial=0))
    both = LanguageGuess(pa.concat_arrays([_codes(own), sides.language]), np.concatenate([of_turns, sides.confidence]))
    decided = own.language != UNDECIDED
    by_turn = both.take(np.where(decided, np.arange(len(side)), len(side) + side))
    number = len(by_side.language)
    return BatchLanguages(by_turn, sides.take(np.arange(USER, number, 2)), sides.take(np.arange(ANSWERS, number, 2)))


def _counts(side: np.ndarray, own: Decision, evidence: np.ndarray, settings: Language) -> np.ndarray:
    """Return whether each turn counts for its side: one that is no sentence does not, beside one that is."""
    sentence = (own.language != UNDECIDED) & (evidence.max(axis=1, initial=0) >= settings.sentence_words * WORD)
    has_sentence = np.zeros(side.max(initial=0) + 1, np.bool_)
    has_sentence[side[sentence]] = True
    counts: np.ndarray = sentence | ~has_sentence[side]
    return counts


def _lengths(prose: pl.Series) -> np.ndarray:
    """Return the characters of each text."""
    return prose.str.len_chars().to_numpy().astype(np.float64)


def _codes(decision: Decision) -> pa.StringArray:
    """Return the code of each language decided on, or unknown."""
    names = pa.array([*LANGUAGES, UNKNOWN])
    return names.take(pa.array(np.where(decision.language == UNDECIDED, len(LANGUAGES), decision.language)))


def _decide_sides(turns: _Turns, evidence: np.ndarray, sides: int, settings: Language) -> tuple[np.ndarray, Decision]:
    """Return the evidence of all turns of each side together, and what it decides for."""
    joint = np.zeros((sides, evidence.shape[1]), evidence.dtype)
    deciding = np.flatnonzero(turns.decides)
    ordered = deciding[np.argsort(turns.side[deciding], kind="stable")]
    of, first = np.unique(turns.side[ordered], return_index=True)
    if len(of):
        joint[of] = np.add.reduceat(evidence[ordered], first)
    length = np.bincount(turns.side[turns.decides], turns.length[turns.decides], sides)
    return joint, decide(joint, length, settings)


def _members(turns: _Turns, sides: np.ndarray) -> dict[int, list[int]]:
    """Return the turns of each of some sides, in order."""
    members: dict[int, list[int]] = {at: [] for at in sides.tolist()}
    for at in np.flatnonzero(np.isin(turns.side, sides) & turns.decides).tolist():
        members[int(turns.side[at])].append(at)
    return members


def _vote(by_side: Decision, turns: _Turns, own: Decision, evidence: np.ndarray, settings: Language) -> None:
    """Let the turns of an unclear side vote, in place; equal votes are weighed by the evidence behind them."""
    for of, members in _members(turns, np.flatnonzero(by_side.lead < settings.sure)).items():
        voters = [at for at in members if own.language[at] != UNDECIDED]
        votes: Counter[int] = Counter()
        weight: Counter[int] = Counter()
        for at in voters:
            place = int(own.language[at])
            votes[place] += 1
            weight[place] += int(evidence[at, place])
        if len(voters) > 1:
            best = max(votes, key=lambda place: (votes[place], weight[place], -place))
            by_side.language[of], by_side.lead[of] = best, votes[best] / len(voters)


def _read_more(by_side: Decision, joint: np.ndarray, turns: _Turns, contents: pl.Series, settings: Language) -> None:
    """Read more of the one decided turn of a side that is still unclear, and decide again, in place."""
    voted = (by_side.language != UNDECIDED) & (
        np.bincount(turns.side[turns.decides], minlength=len(by_side.language)) > 1
    )
    unclear = (by_side.lead < settings.sure) & ~voted
    cut = np.zeros(len(unclear), dtype=bool)
    cut[turns.side[turns.length >= settings.turn_chars]] = True
    again = np.flatnonzero((unclear & cut)[turns.side] & turns.decides)
    if not len(again):
        return
    prose, evidence = spoken_words(own_words(contents.gather(again), settings.second_look_chars, settings), settings)
    more = _Turns(turns.side[again], turns.decides[again], prose, _lengths(prose))
    found, decided = _decide_sides(more, evidence, len(unclear), settings)
    better = decided.lead > by_side.lead
    joint[better], by_side.language[better] = found[better], decided.language[better]
    by_side.lead[better] = decided.lead[better]


def _agree(by_side: Decision, joint: np.ndarray, settings: Language) -> None:
    """Give an unclear user the language that the answers clearly have, where the user's words allow it, in place."""
    user = np.arange(USER, len(by_side.language), 2)
    language, clear = by_side.language[user + 1], by_side.lead[user + 1] >= settings.sure
    unlike = (language != UNDECIDED) & (language != by_side.language[user])
    unclear = (by_side.lead[user] < settings.sure) & clear & unlike
    user, language = user[unclear], language[unclear]
    own, most = joint[user, language], joint[user].max(axis=1, initial=0)
    agrees = (own > 0) & (own * settings.agree_lead >= most)
    by_side.language[user[agrees]] = language[agrees]
    by_side.lead[user[agrees]] = own[agrees] / (own[agrees] + most[agrees])


def _detect_undecided(
    by_side: Decision, joint: np.ndarray, turns: _Turns, contents: pl.Series, settings: Language
) -> LanguageGuess:
    """Return every side's guess: langdetect's where a side is undecided and has sentences of its own."""
    undecided = by_side.language == UNDECIDED
    names, sure = _codes(by_side), confidence(by_side.lead, joint.max(axis=1, initial=0))
    detected: dict[int, str] = {}
    for of, members in _members(turns, np.flatnonzero(undecided)).items():
        text = "\n".join(turns.prose[at] for at in members)
        whole = EXTENSION_TEXT.sub("", "\n".join(contents[at][: 4 * settings.turn_chars] for at in members))
        if len(text) >= settings.min_chars and has_sentences(text, whole, settings):
            detected[of], probability = detect(text[: settings.detector_chars], settings.detector_trials)
            sure[of] = DETECTED * probability
    return LanguageGuess(replaced(names, detected), sure)

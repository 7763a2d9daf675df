"""Guesses the language of every turn, of the user and of the answers: by script and function words, then langdetect."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from schemas.settings import Language
from tasks.conversations.turns import TurnBatch
from tasks.language.calibration import confidence
from tasks.language.detector import UNKNOWN
from tasks.language.doubts import ANSWERS, USER, LanguageGuess, Turns, codes, detect_undecided, hear_ends, members_of
from tasks.language.evidence import UNDECIDED, WORD, Decision, decide
from tasks.language.own_words import own_words
from tasks.language.speaker import spoken_words


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


def guess_languages(batch: TurnBatch, settings: Language) -> BatchLanguages:
    """Guess the languages of a batch of conversations.

    A side's language is that of its words together; where that is unclear, that of most of its turns; where fewer than
    two turns are decided, more of their words are read; a user whom the answers do not follow may have asked behind
    what is pasted; then, for the user, the answers' language where the words allow it; where all fails, or one word is
    all there is, langdetect is asked.
    """
    contents = batch.texts
    side = batch.row * 2 + batch.has_role("assistant")
    prose, evidence = spoken_words(own_words(contents, settings.turn_chars, settings), settings)
    length = _lengths(prose)
    own = decide(evidence, length, settings)
    turns = Turns(side, ~batch.has_role("system") & _counts(side, own, evidence, settings), prose, length)
    joint, by_side = _decide_sides(turns, evidence, 2 * len(batch), settings)
    _vote(by_side, turns, own, evidence, settings)
    _read_more(by_side, joint, turns, contents, settings)
    pasted = hear_ends(by_side, joint, turns, evidence, contents, settings)
    _agree(by_side, joint, settings)
    sides = detect_undecided(by_side, joint, turns, contents, settings)
    doubtful = pc.equal(sides.language, UNKNOWN).to_numpy(zero_copy_only=False)[side]
    few = doubtful & (by_side.language[side] == own.language)
    own.language[pasted], own.language[few] = UNDECIDED, UNDECIDED
    of_turns = confidence(own.lead, evidence.max(axis=1, initial=0))
    both = LanguageGuess(pa.concat_arrays([codes(own), sides.language]), np.concatenate([of_turns, sides.confidence]))
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


def _decide_sides(turns: Turns, evidence: np.ndarray, sides: int, settings: Language) -> tuple[np.ndarray, Decision]:
    """Return the evidence of all turns of each side together, and what it decides for."""
    joint = np.zeros((sides, evidence.shape[1]), evidence.dtype)
    deciding = np.flatnonzero(turns.decides)
    ordered = deciding[np.argsort(turns.side[deciding], kind="stable")]
    of, first = np.unique(turns.side[ordered], return_index=True)
    if len(of):
        joint[of] = np.add.reduceat(evidence[ordered], first)
    length = np.bincount(turns.side[turns.decides], turns.length[turns.decides], sides)
    return joint, decide(joint, length, settings)


def _vote(by_side: Decision, turns: Turns, own: Decision, evidence: np.ndarray, settings: Language) -> None:
    """Let the turns of an unclear side vote, in place; equal votes are weighed by the evidence behind them."""
    for of, members in members_of(turns, np.flatnonzero(by_side.lead < settings.sure)).items():
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


def _read_more(by_side: Decision, joint: np.ndarray, turns: Turns, contents: pl.Series, settings: Language) -> None:
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
    more = Turns(turns.side[again], turns.decides[again], prose, _lengths(prose))
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

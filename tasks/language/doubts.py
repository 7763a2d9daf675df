"""Has a second look at sides: what is asked behind a paste, and langdetect where words do not decide or hardly do."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from schemas.settings import Language
from tasks.conversations.replacing import replaced
from tasks.language.calibration import DETECTED, confidence
from tasks.language.detector import UNKNOWN, detect, has_sentences
from tasks.language.evidence import LANGUAGES, SCRIPTS, UNDECIDED, WORD, Decision, decide, weigh
from tasks.language.own_words import EXTENSIONS, own_words
from tasks.language.speaker import are_requests, ends, without_quotes

EXTENSION_TEXT = re.compile(EXTENSIONS)
OPENING, LEADS = 2, {":", "：", "?", "？"}
"""Words in which a text that begins with a request says so, and what else ends a first sentence that asks."""
SENTENCE = 3
"""Words of a text that one function word hardly decides."""
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
class Turns:
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


def codes(decision: Decision) -> pa.StringArray:
    """Return the code of each language decided on, or unknown."""
    names = pa.array([*LANGUAGES, UNKNOWN])
    return names.take(pa.array(np.where(decision.language == UNDECIDED, len(LANGUAGES), decision.language)))


def members_of(turns: Turns, sides: np.ndarray) -> dict[int, list[int]]:
    """Return the turns of each of some sides, in order."""
    members: dict[int, list[int]] = {at: [] for at in sides.tolist()}
    for at in np.flatnonzero(np.isin(turns.side, sides) & turns.decides).tolist():
        members[int(turns.side[at])].append(at)
    return members


def hear_ends(
    by_side: Decision, joint: np.ndarray, turns: Turns, evidence: np.ndarray, contents: pl.Series, settings: Language
) -> list[int]:
    """Decide again, in place, where answers are in another language than a user who pastes first and then asks.

    Returns:
        The turns of which only the end, a request, now counts.
    """
    user, answers = by_side.language[USER::2], by_side.language[ANSWERS::2]
    unlike = np.repeat((user != answers) & (user != UNDECIDED) & (answers != UNDECIDED), 2)
    at = np.flatnonzero(unlike[turns.side] & turns.decides & (turns.side % 2 == USER))
    last = _asked_last(contents.gather(at).to_list(), settings.turn_chars)
    if not last:
        return []
    of = at[[*last]]
    found = weigh(own_words(pl.Series([*last.values()]), settings.turn_chars, settings))
    heard = decide(found, np.array([*map(len, last.values())]), settings)
    now, answer, place = by_side.language[turns.side[of]], by_side.language[turns.side[of] + 1], np.arange(len(of))
    clear = (heard.lead >= settings.sure) & (heard.language != now)
    clear |= (found[place, now] == 0) & (found[place, answer] > 0)
    np.add.at(joint, turns.side[of[clear]], found[clear] - evidence[of[clear]])
    sides = np.unique(turns.side[of[clear]])
    again = decide(joint[sides], np.zeros(len(sides)), settings)
    by_side.language[sides], by_side.lead[sides] = again.language, again.lead
    return [*map(int, of[clear])]


def _asked_last(texts: list[str], chars: int) -> dict[int, str]:
    """Return the last sentence of each text that asks in it and does not begin with a request, by the text's place.

    Args:
        texts: the texts.
        chars: how much of each end to look at.
    """
    cut = [text.strip() if len(text) <= 2 * chars else f"{text[:chars].lstrip()}\n{text[-chars:]}" for text in texts]
    both = [(place, parts[0], parts[1]) for place, parts in enumerate(map(ends, cut)) if len(parts) == 2]
    openings = are_requests([" ".join(first.split()[:OPENING]) for _, first, _ in both])
    asks = are_requests([last for *_, last in both])
    return {
        place: last
        for (place, first, last), opens, asked in zip(both, openings, asks, strict=True)
        if asked and not opens and not LEADS & set(cut[place][len(first) - 1 :][:2])
    }


def detect_undecided(
    by_side: Decision, joint: np.ndarray, turns: Turns, contents: pl.Series, settings: Language
) -> LanguageGuess:
    """Return every side's guess: langdetect's where a side is undecided and has sentences of its own.

    Where little more than one word decides a sentence, and not for the other side's language, langdetect may deny it.
    """
    undecided, most = by_side.language == UNDECIDED, joint.max(axis=1, initial=0)
    names, sure = codes(by_side), confidence(by_side.lead, most)
    unlike = by_side.language != by_side.language.reshape(-1, 2)[:, ::-1].ravel()
    few = ~undecided & unlike & (most <= settings.doubtful_words * WORD) & (SCRIPTS[by_side.language] == 0)
    detected: dict[int, str] = {}
    for of, members in members_of(turns, np.flatnonzero(undecided | few)).items():
        text = without_quotes("\n".join(turns.prose[at] for at in members)).strip()
        if undecided[of]:
            whole = EXTENSION_TEXT.sub("", "\n".join(contents[at][: 4 * settings.turn_chars] for at in members))
            asks = len(text) >= settings.min_chars and has_sentences(text, whole, settings)
        else:
            asks = sum(any(map(str.isalpha, word)) for word in text.split()) >= SENTENCE
        if not asks:
            continue
        language, probability = detect(text[: settings.detector_chars], settings.detector_trials)
        if undecided[of] and (probability >= settings.detector_sure or language == names[of ^ 1].as_py()):
            detected[of], sure[of] = language, DETECTED * probability
        elif few[of] and language != names[of].as_py():
            detected[of], sure[of] = UNKNOWN, 0.0
    return LanguageGuess(replaced(names, detected), sure)

"""Weighs what the words and letters of texts say about their language, and decides where one language leads."""

from __future__ import annotations

import functools
import unicodedata
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from schemas.settings import Language
from tasks.conversations.ragged import offsets_of, owners_of, runs_of
from tasks.language.function_words import FUNCTION_WORDS, SHARED_SCRIPTS
from tasks.language.scripts import SCRIPT_LANGUAGES, script_evidence

WORD = 12
"""Evidence of one function word: in twelfths, so that a word of two, three or four languages splits without rest."""

UNMARKED_WORD, SHORTEST_UNMARKED = 6, 3
"""Evidence of a function word without its accents, which may be a noun of another language; and its fewest letters."""

LANGUAGES: tuple[str, ...] = (*FUNCTION_WORDS, *SCRIPT_LANGUAGES)
"""The languages that words and letters can decide for; a language's place is its column of evidence."""

SCRIPTS = np.array(
    [
        next((number for number, codes in enumerate(SHARED_SCRIPTS, 1) if code in codes), 0)
        if code in FUNCTION_WORDS
        else 10 + place
        for place, code in enumerate(LANGUAGES)
    ]
)
"""A number per language that those of one script share; 0 = the Latin one."""

UNDECIDED = -1

SIGNS = " \n\t\r.,;:!?¿¡\"'()*[]…。，、？！“”‘’«»،؟।"
"""What may stand around a word."""

Evidence = np.ndarray[tuple[int, int], np.dtype[np.int32]]
"""Texts × LANGUAGES, in twelfths of a function word; of four bytes, since a batch has a million."""


@dataclass(frozen=True)
class Decision:
    """The language that the evidence decides for, text by text.

    Args:
        language: its place in LANGUAGES, or UNDECIDED.
        lead: share of the evidence that the winner has against the runner-up, 0 – 1; 0 where undecided.
    """

    language: np.ndarray[tuple[int], np.dtype[np.int64]]
    lead: np.ndarray[tuple[int], np.dtype[np.float64]]


@dataclass(frozen=True)
class _Hints:
    """What the function words say.

    Args:
        words: the words.
        first: where in the other two each word's languages begin; one longer than `words`.
        language: places of languages.
        evidence: what a word says for each, in twelfths.
    """

    words: pa.LargeStringArray
    first: np.ndarray
    language: np.ndarray
    evidence: np.ndarray


UNMARKED = str.maketrans({"ß": "ss", "ł": "l", "đ": "d", "ı": "i", "ø": "o", "æ": "ae", "œ": "oe"})
GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
"""What stands for letters with marks where a keyboard has none; of other letters the mark goes."""


def _unmarked(words: list[str], language: str) -> set[str]:
    """Return how people write some words of the Latin script who leave out its marks, of three letters or more.

    >>> sorted(_unmarked(["für", "was", "können"], "de"))
    ['fuer', 'koennen']
    """
    own = UNMARKED | GERMAN if language == "de" else UNMARKED
    plain = (unicodedata.normalize("NFD", word.translate(own)) for word in words if not word.isascii())
    bare = ("".join(sign for sign in word if not unicodedata.combining(sign)) for word in plain)
    return {word for word in bare if word.isascii() and len(word) >= SHORTEST_UNMARKED}


@functools.cache
def _hints() -> _Hints:
    """Return the function words, each with its languages."""
    places: dict[str, list[int]] = {}
    for place, words in enumerate(FUNCTION_WORDS.values()):
        for word in dict.fromkeys(words.split()):
            places.setdefault(word, []).append(place)
    weight = np.repeat(WORD, len(places))
    bare: dict[str, list[int]] = {}
    for place, (language, words) in enumerate(FUNCTION_WORDS.items()):
        for word in sorted(_unmarked(words.split(), language) - places.keys()):
            bare.setdefault(word, []).append(place)
    places |= bare
    weight = np.append(weight, np.repeat(UNMARKED_WORD, len(bare)))
    many = np.array([len(all_) for all_ in places.values()])
    languages = np.concatenate([*places.values()])
    words_ = pa.array(places, pa.large_string())
    return _Hints(words_, offsets_of(many), languages, np.repeat(weight // many, many))


def weigh(prose: pl.Series) -> Evidence:
    """Return the evidence of each text's words and letters for each language."""
    hints, width = _hints(), len(LANGUAGES)
    words, offsets = _words(prose.str.to_lowercase().to_arrow())
    coded = words.dictionary_encode()  # each distinct word is looked up once
    known = pc.index_in(pl.Series(coded.dictionary).str.strip_chars(SIGNS).to_arrow(), hints.words)
    hint = pc.fill_null(known, -1).to_numpy()[coded.indices.to_numpy()]
    found = np.flatnonzero(hint >= 0)
    hint, text = hint[found], owners_of(offsets)[found]
    many = np.diff(hints.first)[hint]
    entry = runs_of(hints.first[hint], many)
    cells = np.repeat(text, many) * width + hints.language[entry]
    flat = np.bincount(cells, hints.evidence[entry], len(prose) * width)
    evidence: Evidence = flat.astype(np.int32).reshape(-1, width)
    foreign = prose.str.len_bytes() > prose.str.len_chars()
    at = foreign.arg_true().to_numpy()
    evidence[at] += script_evidence(prose.filter(foreign))
    return evidence


def _words(texts: pa.LargeStringArray) -> tuple[pa.LargeStringArray, np.ndarray]:
    """Return the words of all texts, each with the blank or line end behind it, and where each text's begin."""
    _, places, letters = texts.buffers()
    of = np.frombuffer(places, np.int64)[: len(texts) + 1]
    signs = np.frombuffer(letters or b"", np.uint8)[: of[-1]]
    ends = (signs == ord(" ")) | (signs == ord("\n"))
    ends[of[1:][np.diff(of) > 0] - 1] = True
    border = np.concatenate([[0], np.flatnonzero(ends) + 1])
    words = pa.LargeStringArray.from_buffers(len(border) - 1, pa.py_buffer(border), letters)
    return words, np.searchsorted(border, of)


def is_mixed(evidence: Evidence, marked: np.ndarray, settings: Language) -> np.ndarray:
    """Return whether each text has notable evidence of two languages.

    Args:
        evidence: texts × LANGUAGES.
        marked: whether each text may quote or ask about another; else languages of one script need more.
        settings: how much is notable.
    """
    language, most, second = _leaders(evidence)
    notable = np.where(marked, settings.mixed_scripts, settings.mixed_words) * most
    mixed: np.ndarray = (second >= settings.min_letters) & (second >= notable)
    foreign = np.flatnonzero(evidence[:, SCRIPTS != 0].any(axis=1))  # the others are of the Latin script alone
    apart = SCRIPTS[None, :] != SCRIPTS[language[foreign], None]
    other = np.where(apart, evidence[foreign], 0).max(axis=1, initial=0)
    mixed[foreign] |= (other >= settings.min_letters) & (other >= settings.mixed_scripts * most[foreign])
    return mixed


def _leaders(evidence: Evidence) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the language of the most evidence of each text, that evidence, and the most of another language."""
    texts = np.arange(len(evidence))
    language = evidence.argmax(axis=1)
    others = evidence.copy()
    others[texts, language] = 0
    return language, evidence[texts, language], others.max(axis=1, initial=0)


def decide(evidence: Evidence, characters: np.ndarray, settings: Language) -> Decision:
    """Decide where one language leads clearly.

    Args:
        evidence: texts × LANGUAGES.
        characters: length of each text: one word decides a short text, not a long one.
        settings: how clearly it must lead.
    """
    language, most, second = _leaders(evidence)
    clear = (
        (most >= np.where(language < len(FUNCTION_WORDS), settings.min_words * WORD, settings.min_letters))
        & (most >= settings.min_density * WORD * characters / 6)
        & (most >= settings.min_lead * second)
    )
    lead = np.where(clear, most / np.maximum(most + second, 1), 0.0)
    return Decision(np.where(clear, language, UNDECIDED), lead)

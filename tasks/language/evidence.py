"""Weighs what the words and letters of texts say about their language, and decides where one language leads."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import polars as pl

from schemas.settings import Language
from tasks.language.function_words import FUNCTION_WORDS, SHARED_SCRIPTS
from tasks.language.scripts import SCRIPT_LANGUAGES, script_evidence

WORD = 12
"""Evidence of one function word: in twelfths, so that a word of two, three or four languages splits without rest."""

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

Evidence = np.ndarray[tuple[int, int], np.dtype[np.float64]]
"""Texts × LANGUAGES, in twelfths of a function word."""


@dataclass(frozen=True)
class Decision:
    """The language that the evidence decides for, text by text.

    Args:
        language: its place in LANGUAGES, or UNDECIDED.
        lead: share of the evidence that the winner has against the runner-up, 0 – 1; 0 where undecided.
    """

    language: np.ndarray[tuple[int], np.dtype[np.int64]]
    lead: np.ndarray[tuple[int], np.dtype[np.float64]]


@functools.cache
def _hints() -> pl.DataFrame:
    """Return the function words as a table: word, place of the language, evidence."""
    places: dict[str, list[int]] = {}
    for place, words in enumerate(FUNCTION_WORDS.values()):
        for word in dict.fromkeys(words.split()):
            places.setdefault(word, []).append(place)
    rows = [(word, place, WORD // len(all_)) for word, all_ in places.items() for place in all_]
    return pl.DataFrame(rows, schema={"word": pl.String, "language": pl.Int64, "evidence": pl.Int64}, orient="row")


def weigh(prose: pl.Series) -> Evidence:
    """Return the evidence of each text's words and letters for each language."""
    lower = prose.str.replace_all("\n", " ", literal=True).str.to_lowercase().str.split(" ")
    words = pl.DataFrame({"at": pl.Series(range(len(prose)), dtype=pl.Int64), "word": lower})
    words = words.explode("word", empty_as_null=False).with_columns(
        pl.col("word").str.strip_chars("\t\r.,;:!?¿¡\"'()*[]…。，、？！“”‘’«»،؟।")
    )
    found = words.join(_hints(), on="word")
    width = len(LANGUAGES)
    cells = found["at"].to_numpy() * width + found["language"].to_numpy()
    flat = np.bincount(cells, found["evidence"].to_numpy(), len(prose) * width).astype(np.float64)
    evidence: Evidence = flat.reshape(-1, width)
    foreign = prose.str.len_bytes() > prose.str.len_chars()
    at = foreign.arg_true().to_numpy()
    evidence[at, len(FUNCTION_WORDS) :] += script_evidence(prose.filter(foreign)).to_numpy()
    return evidence


def is_mixed(evidence: Evidence, marked: np.ndarray, settings: Language) -> np.ndarray:
    """Return whether each text has notable evidence of two languages.

    Args:
        evidence: texts × LANGUAGES.
        marked: whether each text may quote or ask about another; else languages of one script need more.
        settings: how much is notable.
    """
    ranked = np.partition(evidence, -2, axis=1)
    most, second = ranked[:, -1], ranked[:, -2]
    script = SCRIPTS[evidence.argmax(axis=1)]
    other = np.where(SCRIPTS[None, :] == script[:, None], 0, evidence).max(axis=1, initial=0)
    notable = np.where(marked, settings.mixed_scripts, settings.mixed_words) * most
    across = (other >= settings.min_letters) & (other >= settings.mixed_scripts * most)
    mixed: np.ndarray = across | ((second >= settings.min_letters) & (second >= notable))
    return mixed


def decide(evidence: Evidence, characters: np.ndarray, settings: Language) -> Decision:
    """Decide where one language leads clearly.

    Args:
        evidence: texts × LANGUAGES.
        characters: length of each text: one word decides a short text, not a long one.
        settings: how clearly it must lead.
    """
    ranked = np.partition(evidence, -2, axis=1)
    most, second = ranked[:, -1], ranked[:, -2]
    language = evidence.argmax(axis=1)
    clear = (
        (most >= np.where(language < len(FUNCTION_WORDS), settings.min_words * WORD, settings.min_letters))
        & (most >= settings.min_density * WORD * characters / 6)
        & (most >= settings.min_lead * second)
    )
    lead = np.where(clear, most / np.maximum(most + second, 1), 0.0)
    return Decision(np.where(clear, language, UNDECIDED), lead)

"""The detector asked where script and function words do not decide, loaded once per process."""

from __future__ import annotations

import functools
from importlib import resources
from typing import Any, NamedTuple

import msgspec
import numpy as np
from langdetect.detector import Detector
from langdetect.detector_factory import DetectorFactory
from langdetect.lang_detect_exception import LangDetectException
from numpy.typing import NDArray

UNKNOWN = "unknown"
SEED = 42
"""langdetect draws n-grams at random: unseeded it changes its mind in 1 % of conversations."""

LONGEST = 3
"""Characters of the longest n-gram that langdetect looks up."""


class _Profiles(NamedTuple):
    """How often each n-gram is in each language, where it is at all: a twenty-fifth of langdetect's own table.

    Args:
        languages: their names.
        place: number of each n-gram.
        start: where the languages of each n-gram begin, by its number; one more at the end.
        language: numbers of languages.
        share: of the language's n-grams of that length.
    """

    languages: list[str]
    place: dict[str, int]
    start: list[int]
    language: NDArray[np.int64]
    share: NDArray[np.float64]


class _Detector(Detector):  # type: ignore[misc]
    """langdetect's detector with its inner loops over languages in numpy: the same numbers in less time."""

    def __init__(self, factory: Any, profiles: _Profiles) -> None:
        super().__init__(factory)
        self.profiles = profiles

    def _extract_ngrams(self) -> list[NDArray[np.float64]]:
        """Return for each n-gram of the text its share in every language."""
        told, grams = self.profiles, super()._extract_ngrams()
        shares = {gram: np.zeros(len(self.langlist)) for gram in grams}
        for gram, share in shares.items():
            place = told.place[gram]
            here = slice(told.start[place], told.start[place + 1])
            share[told.language[here]] = told.share[here]
        return [shares[gram] for gram in grams]

    def _init_probability(self) -> NDArray[np.float64]:
        return np.full(len(self.langlist), 1.0 / len(self.langlist))

    def _update_lang_prob(self, prob: NDArray[np.float64], share: NDArray[np.float64], alpha: float) -> None:
        prob *= alpha / self.BASE_FREQ + share

    def _normalize_prob(self, prob: NDArray[np.float64]) -> float:
        prob /= sum(prob.tolist())  # one after the other as langdetect adds them; numpy's sum rounds otherwise
        return float(prob.max())


@functools.cache
def _profiles() -> _Profiles:
    """Load langdetect's profiles in the order of their names: its own loader takes the folder's order, and 0.8 s."""
    folder = resources.files("langdetect") / "profiles"
    files = sorted((file for file in folder.iterdir() if file.is_file()), key=lambda file: file.name)
    languages: list[str] = []
    grams: dict[str, int] = {}
    place: list[NDArray[np.int64]] = []
    language: list[NDArray[np.int64]] = []
    share: list[NDArray[np.float64]] = []
    for number, file in enumerate(files):
        profile = msgspec.json.decode(file.read_bytes())
        known = [gram for gram in profile["freq"] if 0 < len(gram) <= LONGEST]
        count = np.array([profile["freq"][gram] for gram in known])
        languages.append(profile["name"])
        place.append(np.array([grams.setdefault(gram, len(grams)) for gram in known]))
        language.append(np.full(len(known), number))
        share.append(count / np.array([profile["n_words"][len(gram) - 1] for gram in known]))
    flat = np.concatenate(place)
    order = np.argsort(flat, kind="stable")
    start = np.searchsorted(flat[order], np.arange(len(grams) + 1)).tolist()
    return _Profiles(languages, grams, start, np.concatenate(language)[order], np.concatenate(share)[order])


@functools.cache
def _factory() -> Any:
    factory = DetectorFactory()
    factory.langlist, factory.word_lang_prob_map = _profiles().languages, _profiles().place
    factory.set_seed(SEED)
    return factory


def detect(text: str, trials: int) -> tuple[str, float]:
    """Ask langdetect: the language of the text (ISO 639-1; zh-cn, zh-tw) with its probability, or unknown with 0.

    Args:
        text: what to tell the language of.
        trials: how many random walks to average.
    """
    detector = _Detector(_factory(), _profiles())
    detector.n_trial = trials
    detector.append(text)
    try:
        found = detector.get_probabilities()
    except LangDetectException:
        return UNKNOWN, 0.0
    return (found[0].lang, min(1.0, float(found[0].prob))) if found else (UNKNOWN, 0.0)

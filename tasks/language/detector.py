"""Asks the library langdetect, seeded, for the language of a text; its profiles are loaded once per process."""

from __future__ import annotations

import functools
from importlib import resources

import msgspec
from langdetect.detector_factory import DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from schemas.settings import Language

UNKNOWN = "unknown"
SEED = 42
"""langdetect draws n-grams at random: unseeded it changes its mind in 1 % of conversations."""


class _Probabilities(dict[str, list[float]]):
    """The probability of an n-gram in each language, computed when it is asked for.

    langdetect fills such a table with all n-grams of all profiles, which takes as long as 40 answers of it.

    Args:
        counts: per language, how often each n-gram occurs.
        totals: per language, the sum of the n-grams of one, two and three letters.
    """

    def __init__(self, counts: list[dict[str, int]], totals: list[list[int]]) -> None:
        super().__init__()
        self.counts, self.totals = counts, totals
        self.known = set[str]().union(*counts)

    def __contains__(self, gram: object) -> bool:
        return gram in self.known

    def __missing__(self, gram: str) -> list[float]:
        at = len(gram) - 1
        found = [count.get(gram, 0) / total[at] for count, total in zip(self.counts, self.totals, strict=True)]
        self[gram] = found
        return found


@functools.cache
def _factory() -> DetectorFactory:
    """Load langdetect's profiles in order of name; by itself it takes the order of the folder, which decides ties."""
    folder = resources.files("langdetect") / "profiles"
    files = sorted((file for file in folder.iterdir() if file.is_file()), key=lambda file: file.name)
    profiles = [msgspec.json.decode(file.read_bytes()) for file in files]
    factory = DetectorFactory()
    factory.langlist = [profile["name"] for profile in profiles]
    factory.word_lang_prob_map = _Probabilities(
        [profile["freq"] for profile in profiles], [profile["n_words"] for profile in profiles]
    )
    factory.set_seed(SEED)
    return factory


def detect(text: str, trials: int) -> tuple[str, float]:
    """Return the language of a text (ISO 639-1; zh-cn, zh-tw) with its probability, or unknown with 0.

    Args:
        text: what to detect the language of.
        trials: how many random walks langdetect averages.
    """
    detector = _factory().create()
    detector.n_trial = trials
    detector.append(text)
    try:
        found = detector.get_probabilities()
    except LangDetectException:
        return UNKNOWN, 0.0
    return (found[0].lang, min(1.0, float(found[0].prob))) if found else (UNKNOWN, 0.0)


def has_sentences(text: str, whole: str, settings: Language) -> bool:
    """Whether a text is worth asking langdetect about: words in small letters, and not what is left of code."""
    words = [word for word in text.split() if word[:1].isalpha()]
    small = sum(not word[0].isupper() for word in words)
    letters, all_letters = (sum(map(str.isalpha, one)) for one in (text, whole))
    return (
        small >= settings.detector_words
        and 3 * small >= len(words)
        and letters >= settings.detector_share * min(all_letters, 4 * settings.turn_chars)
    )

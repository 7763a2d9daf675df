"""The detectors asked where script and function words do not decide, loaded once per process."""

from __future__ import annotations

import functools
from importlib import resources
from typing import Any

from langdetect.detector_factory import DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

UNKNOWN = "unknown"
SEED = 42
"""langdetect draws n-grams at random: unseeded it changes its mind in 1 % of conversations."""


@functools.cache
def _factory() -> Any:
    """Load langdetect's profiles in the order of their names: its own loader takes the folder's order."""
    folder = resources.files("langdetect") / "profiles"
    profiles = sorted((file for file in folder.iterdir() if file.is_file()), key=lambda file: file.name)
    factory = DetectorFactory()
    factory.load_json_profile([file.read_text(encoding="utf-8") for file in profiles])
    factory.set_seed(SEED)
    return factory


def detect(text: str, trials: int) -> tuple[str, float]:
    """Ask langdetect: the language of the text (ISO 639-1; zh-cn, zh-tw) with its probability, or unknown with 0.

    Args:
        text: what to tell the language of.
        trials: how many random walks to average.
    """
    detector = _factory().create()
    detector.n_trial = trials
    detector.append(text)
    try:
        found = detector.get_probabilities()
    except LangDetectException:
        return UNKNOWN, 0.0
    return (found[0].lang, min(1.0, found[0].prob)) if found else (UNKNOWN, 0.0)

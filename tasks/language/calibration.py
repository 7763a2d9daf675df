"""Turns lead and amount of evidence into a confidence: the share of such guesses that is right."""

from __future__ import annotations

import numpy as np

from tasks.language.evidence import WORD

LEAD = (0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
RIGHT_AT_LEAD = (0.85, 0.92, 0.94, 0.96, 0.985, 0.99, 0.995, 0.995)
"""Share of the guesses of each lead that were right, of 879 on labelled rows: (right + 1) / (all + 2) in each range,
smoothed; docs/languages.md has the counts."""

WORDS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
RIGHT_AT_WORDS = (0.9, 0.96, 0.97, 0.99, 0.995, 1.0)
"""The same by the number of function words, or as much evidence of letters, that the guess rests on."""

DETECTED = 0.8
"""The same of guesses that are langdetect's alone, whatever probability it names."""


def confidence(lead: np.ndarray, evidence: np.ndarray) -> np.ndarray:
    """Return the confidence of guesses, 0 – 1.

    Args:
        lead: share of the evidence that the winner has against the runner-up, 0 – 1; 0 = undecided.
        evidence: in twelfths of a function word.
    """
    right = np.interp(lead, LEAD, RIGHT_AT_LEAD) * np.interp(evidence / WORD, WORDS, RIGHT_AT_WORDS)
    found: np.ndarray = np.where(lead > 0, right, 0.0)
    return found

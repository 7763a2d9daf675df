"""The small closed sets of words that columns hold."""

from __future__ import annotations

from enum import StrEnum

from schemas.reasons import Reason


class Fate(StrEnum):
    """What became of a raw turn or row; a turn that no stage has decided on yet has none (null)."""

    SAMPLE = "sample"
    DROPPED = "dropped"
    MERGED = "merged"


class Split(StrEnum):
    """The two sets that samples are published in; a deduplication group lies in one of them."""

    TRAIN = "train"
    VALIDATION = "validation"


class DuplicateKind(StrEnum):
    """How a dropped conversation resembles the one kept for it."""

    EXACT = "exact"
    CONTINUATION = "continuation"
    BRANCH = "branch"
    NEAR = "near"

    @property
    def reason(self) -> Reason:
        """Return the reason that a conversation of this kind is dropped for."""
        return _REASONS[self]


_REASONS = {
    DuplicateKind.EXACT: Reason.EXACT_DUPLICATE,
    DuplicateKind.CONTINUATION: Reason.CONTINUATION,
    DuplicateKind.BRANCH: Reason.BRANCH,
    DuplicateKind.NEAR: Reason.NEAR_DUPLICATE,
}


def listed(words: type[StrEnum]) -> str:
    """Return the words as the data dictionary lists them.

    >>> listed(Split)
    'train | validation'
    """
    return " | ".join(words)

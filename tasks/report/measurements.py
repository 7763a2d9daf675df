"""Which measurements of a conversation explain a reason or a repair, and how they are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from schemas.reasons import Reason
from schemas.repairs import Repair
from schemas.signals import signals_of
from tasks.report.side_by_side import Start

LANGUAGE = ("language", "language_confidence", "answer_language")
DUPLICATE = ("kind", "jaccard", "kept_row_id")

# The columns a reason was judged by; a reason without any speaks for itself.
JUDGED_BY: dict[str, tuple[str, ...]] = {
    Reason.UNWANTED_LANGUAGE: LANGUAGE,
    Reason.UNCERTAIN_LANGUAGE: LANGUAGE,
    Reason.UNKNOWN_LANGUAGE: LANGUAGE,
    **{reason: columns for reason in Reason if (columns := signals_of(reason))},
    Reason.CONTAMINATED: ("contamination",),
    Reason.EXACT_DUPLICATE: DUPLICATE,
    Reason.CONTINUATION: DUPLICATE,
    Reason.BRANCH: DUPLICATE,
    Reason.NEAR_DUPLICATE: DUPLICATE,
}

JUDGING = frozenset(column for columns in JUDGED_BY.values() for column in columns)
"""Every column that some reason was judged by."""

# Changes that are small and may stand deep in a text that is otherwise the same.
STARTS: dict[str, Start] = {
    Repair.ENTITIES: "difference",
    Repair.PAGE_TEXT: "difference",
    Repair.NUL: "difference",
    Repair.REDACTED: "pseudonym",
    Reason.PERSONAL_DATA: "pseudonym",
}


def format_measurement(value: Any) -> str:
    """Return a measured value as text."""
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, list):
        return "; ".join(format_measurement(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {format_measurement(item)}" for name, item in value.items())
    return f"{value:,}" if isinstance(value, int) else str(value)


def measurements(word: str, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a conversation was judged by for a reason, as names and texts.

    Args:
        word: a reason or a repair.
        row: the conversation's columns by name.
    """
    return filled((name, row.get(name)) for name in JUDGED_BY.get(word, ()))


def filled(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Return pairs of a name and a value as text, without those that have no value."""
    return [(name, format_measurement(value)) for name, value in pairs if value not in (None, [], "")]

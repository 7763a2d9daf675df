"""Shows what was measured on a conversation, as far as it bears on the word that is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from schemas.reasons import Reason
from schemas.repairs import Repair
from schemas.signals import signals_of
from tasks.report.side_by_side import Start

LANGUAGE = ("language", "language_confidence", "answer_language")
TWIN = ("kind", "jaccard", "kept_row_id")

# The columns of the stages that judge for a reason; a reason without any speaks for itself.
MEASURED: dict[str, tuple[str, ...]] = {
    Reason.UNWANTED_LANGUAGE: LANGUAGE,
    Reason.UNCERTAIN_LANGUAGE: LANGUAGE,
    Reason.UNKNOWN_LANGUAGE: LANGUAGE,
    **{reason: columns for reason in Reason if (columns := signals_of(reason))},
    Reason.CONTAMINATED: ("contamination",),
    Reason.EXACT_DUPLICATE: TWIN,
    Reason.CONTINUATION: TWIN,
    Reason.BRANCH: TWIN,
    Reason.NEAR_DUPLICATE: TWIN,
}

# Changes that are small and may stand deep in a text that is otherwise the same.
STARTS: dict[str, Start] = {
    Repair.ENTITIES: "difference",
    Repair.PAGE_TEXT: "difference",
    Repair.NUL: "difference",
    Repair.REDACTED: "pseudonym",
    Reason.PERSONAL_DATA: "pseudonym",
}


def say(value: Any) -> str:
    """Write a measured value."""
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, list):
        return "; ".join(say(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {say(item)}" for name, item in value.items())
    return f"{value:,}" if isinstance(value, int) else str(value)


def measured(word: str, facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what was measured on a conversation for a word, by name."""
    return known((name, facts.get(name)) for name in MEASURED.get(word, ()))


def known(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Return pairs of a name and a value, written out; those without a value are left out."""
    return [(name, say(value)) for name, value in pairs if value not in (None, [], "")]

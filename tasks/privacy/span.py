"""A found piece of personal data, and the mask that hides it from further search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """One find in one text.

    Args:
        kind: one of schemas.settings.PiiKind.
        start: first character.
        end: character after the last.
        value: the value in one canonical form, so that two spellings of it are one value.
        contextual: recognised by the words around it, so that its bare repetition elsewhere must be searched for.
        spared: looks the part but is none: it keeps other kinds from finding something inside it.
    """

    kind: str
    start: int
    end: int
    value: str
    contextual: bool = False
    spared: bool = False


def apart(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order; of two that overlap the earlier, or the longer."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def mask(text: str, spans: list[Span]) -> str:
    """Return the text with the spans blanked: every position stays, and neighbours are those a pseudonym would have."""
    if not spans:
        return text
    pieces, at = [], 0
    for span in sorted(spans, key=lambda span: span.start):
        pieces += [text[at : span.start], "<", "_" * (span.end - span.start - 2), ">"]
        at = span.end
    pieces.append(text[at:])
    return "".join(pieces)

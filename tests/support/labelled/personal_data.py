"""The labelled texts: `⟦kind|value⟧` marks what must be found; all else must be let be."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

from schemas.settings import Privacy
from tasks.privacy.redact import redact

FILE = Path(__file__).parent / "personal_data.jsonl"
MARK = re.compile(r"⟦([a-z_]+)\|([^⟧]*)⟧")


class Labelled(NamedTuple):
    """A text and its finds as (kind, start, end)."""

    text: str
    finds: list[tuple[str, int, int]]


def read(marked: str) -> Labelled:
    """Read one marked text; the dot within a key keeps secret scanners from taking the test for a leak."""
    text, finds, at = "", [], 0
    marked = marked.replace("·", "")
    for match in MARK.finditer(marked):
        text += marked[at : match.start()]
        finds.append((match[1], len(text), len(text) + len(match[2])))
        text += match[2]
        at = match.end()
    return Labelled(text + marked[at:], finds)


@cache
def labelled() -> list[Labelled]:
    """Return all labelled texts."""
    return [read(json.loads(line)["text"]) for line in FILE.read_text(encoding="utf-8").splitlines()]


class Confusion(NamedTuple):
    """What was found where something is labelled, and where nothing is.

    Args:
        counts: how often a label of the first kind was found as the second; `nothing` where there is no label, or no
            find; `other borders` where the kind is right and the place is not.
        wrong: the places that are not as labelled: number of the text, kind, start, end.
    """

    counts: dict[tuple[str, str], int]
    wrong: list[tuple[int, str, int, int]]

    def kinds(self) -> list[str]:
        """Return all kinds, in order."""
        return sorted({kind for pair in self.counts for kind in pair} - {NOTHING, OTHER_BORDERS})

    def precision(self, kind: str | None = None) -> float:
        """Return the share of the finds, of a kind or of all, that are as labelled."""
        found = sum(n for (_, told), n in self.counts.items() if told != NOTHING and (kind is None or told == kind))
        return self._right(kind) / found if found else 1.0

    def recall(self, kind: str | None = None) -> float:
        """Return the share of the labels, of a kind or of all, that were found, to the character."""
        labels = sum(n for (label, _), n in self.counts.items() if label != NOTHING and (kind is None or label == kind))
        return self._right(kind) / labels if labels else 1.0

    def _right(self, kind: str | None) -> int:
        return sum(n for (label, told), n in self.counts.items() if label == told and (kind is None or label == kind))


NOTHING, OTHER_BORDERS = "nothing", "other borders"


def confusion(texts: list[Labelled]) -> Confusion:
    """Redact the texts one by one and compare what was found with the labels."""
    n = len(texts)
    done = redact(list(range(n + 1)), [0] * n, [text.text for text in texts], Privacy(policy="tag"))
    found = {(i, hit["kind"], hit["start_char"], hit["end_char"]) for i, hits in enumerate(done.pii) for hit in hits}
    true = {(i, *find) for i, text in enumerate(texts) for find in text.finds}
    counts = Counter((kind, kind) for _, kind, _, _ in found & true)
    met = set()
    for i, kind, start, end in sorted(true - found):
        other = next((one for one in sorted(found - true) if one[0] == i and one[2] < end and start < one[3]), None)
        met.add(other)
        counts[kind, NOTHING if other is None else OTHER_BORDERS if other[1] == kind else other[1]] += 1
    counts.update((NOTHING, kind) for i, kind, start, end in found - true if (i, kind, start, end) not in met)
    return Confusion(dict(counts), sorted(found ^ true))


@cache
def confusion_of_all() -> Confusion:
    """Return the confusion of all labelled texts, which several tests look at."""
    return confusion(labelled())

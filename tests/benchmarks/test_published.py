"""Page text planted among typed look-alikes."""

from __future__ import annotations

import random

from benchmarks.published.planted import conversation
from benchmarks.published.rows import converted


def test_planted_page_text_is_found_and_typed_text_stays() -> None:
    """Of 300 conversations each turn comes back as it was typed."""
    chance = random.Random(3)
    rows, truth = zip(*(conversation(chance, number) for number in range(300)), strict=True)
    found = [turn["content"] for row in converted(list(rows)) for turn in row["turns"]]
    typed = [text for turns in truth for text, _ in turns]
    wrong = [(a, b) for a, b in zip(found, typed, strict=True) if a != b]
    assert len(typed) > 1_000
    assert wrong == []

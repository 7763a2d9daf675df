"""Generated answers come back from every era and sanitiser."""

from __future__ import annotations

import pytest

from benchmarks.conversion_held_out import WAYS, measures
from benchmarks.held_out import answers
from benchmarks.page import answer
from schemas.settings import Markdown
from tasks.convert import convert_values


@pytest.mark.parametrize(("era", "sanitizer"), WAYS)
def test_a_generated_answer_comes_back(era: str, sanitizer: str) -> None:
    """Tree, code, formulas and backslashes of the first answers are right in each era and sanitiser."""
    for source, lost in answers(8):
        if not (lost and sanitizer != "none"):
            done = convert_values(["user", "assistant"], ["q", answer(source, era, sanitizer)], [0, 1], Markdown())
            assert [measure for measure, right in measures(source, done.texts[1]) if not right] == []


def test_the_answers_are_the_same_every_time() -> None:
    """The generator is seeded."""
    assert answers(16) == answers(16)

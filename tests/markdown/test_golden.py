"""Each pattern of the page's markup, with the Markdown it stands for (`tests/golden`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.repairs import Repair
from tasks.markdown.answer import Answer, to_markdown

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
PATTERNS = sorted(GOLDEN.glob("*.html"))


def convert(path: Path) -> Answer:
    """Convert a pattern; its name says whether the sanitiser had lost the lists' starts."""
    lost = "sanitised" in path.stem or "lost" in path.stem
    return to_markdown(path.read_text(encoding="utf-8").rstrip("\n"), lost, 100, 10**6)


@pytest.mark.parametrize("path", PATTERNS, ids=lambda path: path.stem)
def test_pattern_becomes_its_markdown(path: Path) -> None:
    """The pattern's HTML becomes exactly the Markdown beside it, and repairs are of the vocabulary."""
    answer = convert(path)
    assert answer.text + "\n" == path.with_suffix(".md").read_text(encoding="utf-8")
    assert {kind for kind, _ in answer.repairs} <= set(Repair)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("code_2022", [(None, "none")]),
        ("code_translated_button", [("c++", "class")]),
        ("code_2024", [("rust", "header")]),
        ("code_2025_bare_label", [("sql", "header")]),
        ("code_sanitised_default", [(None, "none")]),
        ("code_sanitised_default_label", [("python", "header")]),
    ],
)
def test_label_says_where_the_language_came_from(name: str, code: list[tuple[str | None, str]]) -> None:
    """A code block's label is class, header or none, found by position, never by the button's words, and no guess."""
    assert convert(GOLDEN / f"{name}.html").code == code


def test_answer_that_reads_as_markup_is_kept_from_a_second_conversion() -> None:
    """Markdown that would open like the page's wrapper gets one backslash, so that converting twice changes nothing."""
    page = '<div class="markdown prose"><p>&lt;div&gt;&lt;p&gt; opens</p></div>'
    assert to_markdown(page, False, 100, 10**6).text == "\\<div>\\<p> opens"

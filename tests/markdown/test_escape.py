"""Backslashes stand where Markdown needs them, and nowhere else."""

from __future__ import annotations

import html

import pytest

from tasks.markdown.answer import to_markdown
from tests.markdown.reading import tree


def convert(text: str) -> str:
    """Convert an answer of one paragraph of text."""
    return to_markdown(
        f'<div class="markdown prose"><p>{html.escape(text, quote=False)}</p></div>', False, 100, 10**7
    ).text


@pytest.mark.parametrize(
    "text",
    [
        "snake_case",
        "2 * 3 * 4",
        "_",
        "a # b",
        "#1",
        "C#",
        "a_b_c",
        "x*y",
        "5 < 6",
        "AT&T",
        "[x]",
        "C:\\dir",
        "1.5",
        "-1",
        "~5",
        "(*)",
    ],
)
def test_text_that_is_no_markup_is_left_alone(text: str) -> None:
    """What Markdown reads as text gets no backslash."""
    assert convert(text) == text


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("*x*", "\\*x*"),
        ("__init__", "\\_\\_init__"),
        ("# x", "\\# x"),
        ("12. x", "12\\. x"),
        ("- x", "\\- x"),
        ("[a](b)", "\\[a](b)"),
        ("&lt;", "\\&lt;"),
        ("<b>", "\\<b>"),
        ("a\\*b", "a\\\\*b"),
    ],
)
def test_text_that_reads_as_markup_gets_the_fewest_backslashes(text: str, escaped: str) -> None:
    """What Markdown would read as markup gets one backslash for each that is needed."""
    assert convert(text) == escaped


def test_blocks_too_long_to_verify_are_escaped_by_local_rules() -> None:
    """A very long paragraph keeps its words, without a backslash inside words."""
    text = "*one* snake_case 2 * 3 and <b> " * 300
    assert tree(convert(text)) == [("paragraph_open", "p", ()), [("text", text.strip())], ("paragraph_close", "p", ())]
    assert "snake_case 2 * 3" in convert(text)

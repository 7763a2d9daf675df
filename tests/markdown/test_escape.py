"""Backslashes stand where Markdown needs them, and nowhere else."""

from __future__ import annotations

import html

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.markdown.answer import to_markdown
from tests.support.markdown_tree import tree


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


SOUP = [
    "foo", "a*b", "*x*", "**y**", "_z_", "__init__", "`c`", "``d``", "`", "&amp;", "&lt;", "&", "<b>", "</b>", "<",
    "<a@b.c>", "<https://x.y>", "[l](u)", "[l]", "![i](u)", "\\*", "\\", "C:\\d", "#", "- ", "1. x", "\n- a",
    "\n1. b", "\n# c", "\n===", "\n---", "\n|a|b|\n|-|-|", "|", "!", "2 * 3", "重要", "*重*", "\n> q", "\n```\n",
    "[a]: b", "***t***",
]  # fmt: skip


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(pieces=st.lists(st.sampled_from(SOUP), min_size=1, max_size=60))
def test_any_text_reads_as_itself_with_the_fewest_backslashes(pieces: list[str]) -> None:
    """Text full of what looks like markup reads as that text, and no backslash in it can go."""
    text = "\n".join(line.strip() for line in " ".join(pieces).split("\n") if line.strip())
    markdown = convert(text)
    meant = [("paragraph_open", "p", ()), [("text", " ".join(text.split()))], ("paragraph_close", "p", ())]
    assert tree(markdown) == meant
    for place in [at for at, character in enumerate(markdown) if character == "\\"][:20]:
        if markdown[place + 1 : place + 2] != "<":  # the tests' reader takes no HTML
            assert tree(markdown[:place] + markdown[place + 1 :]) != meant


@pytest.mark.parametrize("size", [2_400, 20_000])
def test_a_long_risky_paragraph_has_the_fewest_backslashes_too(size: int) -> None:
    """A paragraph of any length keeps only the backslashes that its short form has."""
    short = "Call f_g(a*b) with *args and snake_case, 2 * 3 = 6, a < b, R&D, [1] see [x](y), C:\\dir. "
    found = convert((short * (size // len(short))).strip())
    assert found.count("\\") == 4 * (size // len(short)) - 2  # the last two stars do not pair
    assert "snake_case, 2 * 3 = 6, a < b, R&D, [1] see \\[x](y), C:\\dir." in found


def test_emphasis_that_markdown_cannot_say_is_written_plainly() -> None:
    """A delimiter that CommonMark does not read as one stands all the same, and the repair says so."""
    answer = to_markdown('<div class="markdown"><p><strong>注意：</strong>不要 *x*</p></div>', False, 100, 10**6)
    assert answer.text == "**注意：**不要 *x\\*"
    assert answer.repairs == [("inexact", "")]


def test_blocks_too_long_to_verify_are_escaped_by_local_rules() -> None:
    """A very long paragraph keeps its words, without a backslash inside words."""
    text = "*one* snake_case 2 * 3 and <b> " * 2_000
    assert tree(convert(text)) == [("paragraph_open", "p", ()), [("text", text.strip())], ("paragraph_close", "p", ())]
    assert "snake_case 2 * 3" in convert(text)

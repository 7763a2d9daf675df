"""Human turns come back as they were typed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.conversations.encoding import Encoding
from tasks.conversations.human import as_typed
from tasks.conversations.page_texts import TABLE, Capture
from tests.support.budget import examples

DECEMBER, EARLY, LATER = Capture.DECEMBER_2022, Capture.EARLY_2023, Capture.LATER


@pytest.mark.parametrize(
    ("capture", "value", "typed", "kind"),
    [
        (DECEMBER, "How do I?2 / 2", "How do I?", "counter"),
        (DECEMBER, "How do I2 / 2", "How do I", "counter"),
        (DECEMBER, "How do I?1 / 3", "How do I?", "counter"),
        (EARLY, "2 / 2How do I?", "How do I?", "counter"),
        (EARLY, "1 / 2How do I?", "How do I?", "counter"),
        (EARLY, "2 / 2请写一首诗", "请写一首诗", "counter"),
        (EARLY, "3 / 3write a poem", "write a poem", "counter"),
        (EARLY, "Why?Save & SubmitCancel", "Why?", "Save & SubmitCancel"),
        (DECEMBER, "Why?Share Prompt", "Why?", "Share Prompt"),
        (EARLY, "Why do I\nShare Prompt", "Why do I", "Share Prompt"),
    ],
)
def test_page_text_is_cut_where_and_when_the_page_put_it(capture: Capture, value: str, typed: str, kind: str) -> None:
    """Page text glued to the end at which that page had it is cut, and the repair names it."""
    assert as_typed(value, Encoding.VERBATIM, capture) == (typed, [("page_text", kind)])
    assert as_typed(value, Encoding.VERBATIM, LATER) == (value, [])


@pytest.mark.parametrize("capture", [DECEMBER, EARLY, LATER])
@pytest.mark.parametrize(
    "value",
    [
        "1 / 3 of the people said yes",
        "What is 3 / 4",
        "3 / 2x",
        "2 / 2x + 1",
        "y = x+1 / 2",
        "2 / 2",
        "Wow!",
        "Hello\n!",
        "!pip install x",
        "!\nls",
        "    a_b  ",
        "Share Prompt is a button",
        "Share Prompt",
        "What does this do: Share Prompt",
        "The menu has:\nShare Prompt",
        'He clicked "Save & SubmitCancel"',
        "版本1 / 2",
        "1 / 2的蛋糕",
    ],
)
def test_words_that_look_like_page_text_stay(capture: Capture, value: str) -> None:
    """What can be typed stays: not glued, at the other end, a fraction, a count beyond its end, words on their own."""
    assert as_typed(value, Encoding.VERBATIM, capture) == (value, [])


def test_a_counter_stands_behind_the_text_in_december_and_before_it_in_2023() -> None:
    """The same counter at the other end was typed."""
    assert as_typed("2 / 2How", Encoding.VERBATIM, DECEMBER) == ("2 / 2How", [])
    assert as_typed("How?2 / 2", Encoding.VERBATIM, EARLY) == ("How?2 / 2", [])


def test_the_table_says_what_each_page_text_is_and_where_it_was_seen() -> None:
    """Each kind has a sentence and a source."""
    assert all(text.meaning.endswith(".") and text.source and text.captures for text in TABLE)


def test_entities_are_decoded_exactly_once_where_the_server_escaped_them() -> None:
    """Only a fully sanitised conversation's entities are decoded, and `&amp;lt;` becomes `&lt;`."""
    assert as_typed("&amp;lt; &lt;", Encoding.FULL, EARLY) == ("&lt; <", [("entities", "")])
    assert as_typed("&lt;", Encoding.DEFAULT, DECEMBER) == ("&lt;", [])


@settings(max_examples=examples(80), deadline=None, derandomize=True)
@given(st.text().filter(lambda text: as_typed(text, Encoding.VERBATIM, EARLY)[1] == []))
def test_escaping_is_undone(text: str) -> None:
    """What the full sanitiser escapes comes back exactly."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert as_typed(escaped, Encoding.FULL, EARLY)[0] == text

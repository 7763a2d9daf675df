"""Human turns come back as they were typed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.conversations.encoding import Encoding
from tasks.conversations.human import as_typed


@pytest.mark.parametrize(
    ("value", "typed", "kind"),
    [
        ("How do I?2 / 2", "How do I?", "counter"),
        ("2 / 2How do I?", "How do I?", "counter"),
        ("Why?Save & SubmitCancel", "Why?", "Save & SubmitCancel"),
        ("Why?Share Prompt", "Why?", "Share Prompt"),
        ("Why?\n!", "Why?", "badge"),
    ],
)
def test_page_text_is_cut_and_recorded(value: str, typed: str, kind: str) -> None:
    """Page text glued to either end is cut, and the repair names it."""
    assert as_typed(value, Encoding.VERBATIM) == (typed, [("page_text", kind)])


@pytest.mark.parametrize(
    "value",
    [
        "1 / 3 of the people said yes",
        "What is 3 / 4",
        "3 / 2x",
        "y = x+1 / 2",
        "2 / 2",
        "Wow!",
        "!pip install x",
        "    a_b  ",
    ],
)
def test_words_that_look_like_page_text_stay(value: str) -> None:
    """A fraction that is not glued, or counts beyond its end, is what the person typed."""
    assert as_typed(value, Encoding.VERBATIM) == (value, [])


def test_entities_are_decoded_exactly_once_where_the_server_escaped_them() -> None:
    """Only a fully sanitised conversation's entities are decoded, and `&amp;lt;` becomes `&lt;`."""
    assert as_typed("&amp;lt; &lt;", Encoding.FULL) == ("&lt; <", [("entities", "")])
    assert as_typed("&lt;", Encoding.DEFAULT) == ("&lt;", [])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text().filter(lambda text: as_typed(text, Encoding.VERBATIM)[1] == []))
def test_escaping_is_undone(text: str) -> None:
    """What the full sanitiser escapes comes back exactly."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert as_typed(escaped, Encoding.FULL)[0] == text

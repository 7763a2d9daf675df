"""Scores are read where they stand, or not at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.judging.read_scores import read_scores

SCORES = st.integers(2, 20).map(lambda half: half / 2)


def tell(reply: str) -> tuple[str, float | None, float | None]:
    reading = read_scores(reply)
    return reading.how, reading.first, reading.second


@settings(max_examples=60, deadline=None)
@given(SCORES, SCORES, st.sampled_from([" ", "\t", "  ", "\u00a0"]), st.text(max_size=80))
def test_two_decimals_on_the_first_line_are_read_whatever_follows(first, second, between, rest):
    """A first line of two numbers is strict, and what the explanation says changes nothing."""
    assert tell(f"\n {first:g}{between}{second:g} \n{rest}") == ("strict", first, second)


@pytest.mark.parametrize(
    "reply",
    [
        "8, 9\nBoth …",
        "8,9",
        "(8, 9)",
        "[8, 9]",
        "8/9",
        "8/10 9/10",
        "8 out of 10, 9 out of 10",
        "**8 9**",
        "Scores: 8 9",
        "Scores:\n8 9\nBoth …",
        "8 and 9.",
        "8 | 9",
        "Assistant 1: 8\nAssistant 2: 9\nBoth …",
        "Assistant 1: 8, Assistant 2: 9",
        "Assistant 2: 9, Assistant 1: 8",
        "<think>\nPerhaps 3 4?\n</think>\n8 9\nBoth …",
    ],
)
def test_other_ways_to_write_two_scores_are_told_apart(reply):
    """What holds two scores and nothing else on its first line is read as lenient."""
    assert tell(reply) == ("lenient", 8.0, 9.0)


@pytest.mark.parametrize(
    "reply",
    [
        "First, let's solve it: f(2) = 39.\n\nOutput: (1, 7)",
        "The points (2, 8) and (9, 4) …\n\nThe tuple of scores is (1, 7). Assistant 2 is better.",
        "Let me solve it.\n\nScores:\nAssistant 1: 1 (no steps)\nAssistant 2: 7 (a small mistake)\n\nBoth failed.",
        "Solving: 8.\n\nI would give Assistant 1 a score of 1 and Assistant 2 a score of 7.",
    ],
)
def test_scores_at_the_end_are_read_where_they_are_named_as_such(reply):
    """A reply that solves the problem first and then gives its scores is tuple_at_end."""
    assert tell(reply) == ("tuple_at_end", 1.0, 7.0)


@pytest.mark.parametrize(
    ("reply", "detail"),
    [
        ("", "empty"),
        ("0 9\nNo answer at all.", "off the scale"),
        ("11 3", "off the scale"),
        ("10.5 1", "off the scale"),
        ("8/10\nA good answer.", "no two scores"),
        ("8\nA good answer.", "no two scores"),
        ("8 9 7", "no two scores"),
        ("-8 9", "no two scores"),
        ("8-9", "no two scores"),
        ("8,5 9", "no two scores"),
        ("８ ９", "no two scores"),
        ("eight nine", "no two scores"),
        ("Assistant 1: 8, Assistant 1: 9", "no two scores"),
        ("The distance of (2, 2) and (10, 4) is 8.2 units.", "no two scores"),
        (
            "Assistant 1's answer is right. The final answer provided by Assistant 2 is wrong (8 units).",
            "no two scores",
        ),
    ],
)
def test_what_may_be_read_in_two_ways_is_not_read(reply, detail):
    """A guess would be worse than a gap: the reason says which it is."""
    reading = read_scores(reply)
    assert (reading.how, reading.first, reading.second) == ("none", None, None)
    assert detail in reading.detail


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec="utf-8") | st.sampled_from("0123456789 .,/()\n"), max_size=300))
def test_whatever_is_read_lies_on_the_scale(reply):
    """No reply makes the reader fail, and a reading has two scores of 1 to 10 or none."""
    reading = read_scores(reply)
    scores = (reading.first, reading.second)
    assert (scores == (None, None)) == (reading.how == "none")
    assert reading.how == "none" or all(1 <= score <= 10 for score in scores)


def test_a_long_line_is_read_in_time_that_grows_with_it():
    """Replies of a hundred thousand digits, blanks or labels are read at once."""
    for piece in ("1 ", "Assistant 1: 8 ", "(1, ", "8/", "Score: "):
        assert read_scores(piece * 20_000).how == "none"

"""The order of roles is repaired by the smallest amount."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.conversations.repairs import canonical_role, repair

ROLES = {"s": "system", "u": "user", "a": "assistant", "?": None}


def fates(shape: str, contents: list[str] | None = None) -> list[str]:
    """Repair a conversation given as letters; give each turn's reason, `>k` for a merge, `` for a living turn."""
    given_fates = repair([ROLES[letter] for letter in shape], contents or ["x"] * len(shape))
    return [fate.reason or (f">{fate.into_turn}" if fate.fate == "merged" else "") for fate in given_fates]


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("ua", ["", ""]),
        ("sua", ["", "", ""]),
        ("aua", ["leading_assistant", "", ""]),
        ("uau", ["", "", "trailing_user"]),
        ("uua", ["unanswered", "", ""]),
        ("uaaa", ["", "", ">1", ">1"]),
        ("usa", ["", "misplaced_system", ""]),
        ("u?a", ["", "unknown_role", ""]),
        ("uu", ["unanswered", "trailing_user"]),
        ("a", ["leading_assistant"]),
    ],
)
def test_smallest_repair(shape: str, expected: list[str]) -> None:
    """Each disorder drops or merges the turns it must, and no others."""
    assert fates(shape) == expected


def test_empty_turns_take_their_partners() -> None:
    """An empty answer takes its question, an empty question its answers; an empty turn beside a full one goes alone."""
    assert fates("uaua", ["q", "", "q", "a"]) == ["empty_answer", "empty_answer", "", ""]
    assert fates("uaua", ["\u200b", "a", "q", "a"]) == ["empty_question", "empty_question", "", ""]
    assert fates("uaa", ["q", " ", "a"]) == ["", "empty_answer", ""]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from("sua?"), st.sampled_from(["x", ""])), max_size=12))
def test_living_turns_take_turns(turns: list[tuple[str, str]]) -> None:
    """Whatever the input, kept turns are [system], then user and assistant in turn, ending with assistant."""
    found = repair([ROLES[letter] for letter, _ in turns], [content for _, content in turns])
    living = "".join(letter for (letter, _), fate in zip(turns, found, strict=True) if fate.fate is None)
    assert living.removeprefix("s") == "ua" * (len(living.removeprefix("s")) // 2)
    for fate in found:
        assert fate.into_turn is None or found[fate.into_turn].fate is None


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("human", "user"),
        ("GPT", "assistant"),
        ("bing", "assistant"),
        ("bard", "assistant"),
        ("System", "system"),
        ("tool", None),
    ],
)
def test_role_words(word: str, role: str | None) -> None:
    """The raw words of the dumps stand for three roles; any other is unknown."""
    assert canonical_role(word) == role

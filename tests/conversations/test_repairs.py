"""The order of roles is repaired by the smallest amount."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.marks import Mark
from schemas.settings import Input
from tasks.conversations.repairs import repair
from tasks.conversations.roles import Role, canonical_role

ROLES = {
    "s": Role.SYSTEM,
    "u": Role.USER,
    "a": Role.ASSISTANT,
    "t": Role.TOOL,
    "c": Role.CALL,
    "d": Role.DROP,
    "?": None,
}


def repaired(shape, contents=None, marks=None, page=False, **settings):
    """Repair a conversation given as letters."""
    texts = contents or [f"Text {at}." for at in range(len(shape))]
    return repair([ROLES[letter] for letter in shape], texts, Input(**settings), page=page, marks=marks or {})


def fates(shape, contents=None, marks=None, page=False, **settings):
    """Return each turn's reason, `>k` for a merge into turn k, nothing for a kept turn."""
    found = repaired(shape, contents, marks, page, **settings).fates
    return [fate.reason or (f">{fate.into_turn}" if fate.fate == "merged" else "") for fate in found]


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("ua", ["", ""]),
        ("sua", ["", "", ""]),
        ("aua", ["leading_assistant", "", ""]),
        ("uau", ["", "", "trailing_user"]),
        ("uua", ["", ">0", ""]),
        ("uaaa", ["", "superseded_answer", "superseded_answer", ""]),
        ("usa", ["", "misplaced_system", ""]),
        ("ssua", ["", ">0", "", ""]),
        ("u?a", ["", "unknown_role", ""]),
        ("u?ua", ["partner_unknown", "unknown_role", "", ""]),
        ("?a", ["unknown_role", "partner_unknown"]),
        ("ua?aua", ["", "", "unknown_role", "partner_unknown", "", ""]),
        ("uada", ["", "superseded_answer", "dropped_role", ""]),
        ("uu", ["trailing_user", "trailing_user"]),
        ("a", ["leading_assistant"]),
        ("uaucta", ["", "", "tool_round", "tool_round", "tool_round", "tool_round"]),
        ("ctua", ["tool_round", "tool_round", "", ""]),
    ],
)
def test_smallest_repair(shape, expected):
    """Each disorder drops or merges the turns it must, and no others."""
    assert fates(shape) == expected


def test_empty_turns_take_their_partners():
    """An empty answer takes its question, an empty question its answers; an empty turn beside a full one goes alone."""
    assert fates("uaua", ["q", "", "q", "a"]) == ["empty_answer", "empty_answer", "", ""]
    assert fates("uaua", ["\u200b", "a", "q", "a"]) == ["empty_question", "empty_question", "", ""]
    assert fates("uaa", ["q", " ", "a"]) == ["", "empty_answer", ""]
    assert fates("uua", ["q", " ", "a"]) == ["", "empty_question", ""]
    assert fates("sua", ["\n", "q", "a"]) == ["empty_system", "", ""]


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ("Translate this text:", "Le chat dort.", ""),
        ("What is love?", "what is  love?", "unanswered"),
        ("What is love?", "What is love? Answer in one line.", "unanswered"),
        ("Write a poem about the sea.", "Please: write a poem about the sea.", "unanswered"),
    ],
)
def test_questions_in_a_row_are_merged_unless_the_second_repeats_the_first(first, second, reason):
    """A text and the question about it are one question; one that repeats or extends another takes its place."""
    expected = [reason, "", ""] if reason else ["", ">0", ""]
    assert fates("uua", [first, second, "a"]) == expected
    assert fates("uua", [first, second, "a"], repeated_questions="last")[0] == "unanswered"
    assert fates("uua", [first, second, "a"], page=True)[0] == "unanswered"


def test_answers_in_a_row_are_regenerations_unless_the_second_goes_on():
    """The last answer is kept; what goes on in mid-sentence is merged, or all answers where that is asked for."""
    assert fates("uaa", ["q", "The cat sat.", "The cat slept."]) == ["", "superseded_answer", ""]
    assert fates("uaa", ["q", "The cat sat on", "the mat."]) == ["", "", ">1"]
    assert fates("uaaa", ["q", "One.", "The cat sat on", "the mat."]) == ["", "superseded_answer", "", ">2"]
    assert fates("uaa", ["q", "The cat sat.", "The cat slept."], repeated_answers="merge") == ["", "", ">1"]
    assert fates("uaa", marks={2: {Mark.CONTINUES}}) == ["", "", ">1"]


@pytest.mark.parametrize(
    ("question", "answer", "reason"),
    [
        ("Which animal lives in the sea?", "nan", "null_text"),
        ("Which animal lives in the sea?", " None\n", "null_text"),
        ("Which animal lives in the sea?", "none", ""),
        ("What does `print(f())` show?", "None", ""),
        ("Is it null or nil in Java?", "null", ""),
    ],
)
def test_a_missing_value_written_out_is_no_answer(question, answer, reason):
    """The texts nan, None and null alone cost their round, unless the question holds code or that word."""
    assert fates("uaua", ["q", "a", question, answer]) == ["", "", reason, reason]


def test_images_end_a_conversation_and_other_parts_cost_their_round():
    """From the first image on rounds go, a round with sound goes alone; with keep_text images are no matter."""
    assert fates("uauaua", marks={2: {Mark.IMAGE}}) == ["", "", *["image_round"] * 4]
    assert fates("uauaua", marks={2: {Mark.IMAGE}}, images="keep_text") == [""] * 6
    assert fates("uauaua", marks={3: {Mark.NOT_TEXT}}) == ["", "", "not_text", "not_text", "", ""]


def test_hidden_turns_are_no_part_of_a_round():
    """What the page hides is dropped, and its neighbours are paired as if it were not there."""
    assert fates("suau", marks={0: {Mark.HIDDEN}}) == ["hidden_turn", "", "", "trailing_user"]
    assert fates("uua", marks={0: {Mark.HIDDEN}}) == ["hidden_turn", "", ""]


def test_turns_that_say_so_have_no_label():
    """A kept answer of weight 0 is context; so is the answer that such a turn is merged into."""
    assert repaired("uaua", marks={1: {Mark.UNLABELLED}}).unlabelled == [1]
    assert repaired("uaa", marks={2: {Mark.UNLABELLED, Mark.CONTINUES}}).unlabelled == [1]
    assert repaired("uaua", marks={0: {Mark.UNLABELLED}}).unlabelled == []
    assert repaired("uaa", marks={1: {Mark.UNLABELLED}}).unlabelled == []


def test_tool_talk_is_kept_as_text_without_label_where_asked():
    """A call becomes an answer without label, its result a question: the template writes both as text."""
    found = repaired("ucta", tools="keep_text")
    assert [fate.fate for fate in found.fates] == [None] * 4
    assert found.roles == [Role.USER, Role.ASSISTANT, Role.USER, Role.ASSISTANT]
    assert found.unlabelled == [1]
    assert fates("uactta", tools="keep_text") == ["", "", ">1", "", ">3", ""]
    assert fates("uaua", marks={1: {Mark.TOOL_CALL}}) == ["tool_round", "tool_round", "", ""]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.sampled_from("suatcd?"), st.sampled_from(["x", "", "on the", "Null."])), max_size=12),
    st.dictionaries(st.integers(0, 11), st.sets(st.sampled_from(list(Mark))), max_size=3),
    st.sampled_from(["drop_round", "keep_text"]),
    st.sampled_from(["merge", "last"]),
    st.booleans(),
)
def test_kept_turns_take_turns(turns, marks, tools, repeated, page):
    """Whatever the input, kept turns are [system], then user and assistant in turn, ending with assistant."""
    shape, contents = "".join(letter for letter, _ in turns), [content for _, content in turns]
    marks = {at: words for at, words in marks.items() if at < len(turns)}
    found = repaired(shape, contents, marks, page, tools=tools, repeated_questions=repeated, repeated_answers=repeated)
    kept = [role for role, fate in zip(found.roles, found.fates, strict=True) if fate.fate is None]
    kept = kept[1:] if kept[:1] == [Role.SYSTEM] else kept
    assert kept == [Role.USER, Role.ASSISTANT] * (len(kept) // 2)
    for fate in found.fates:
        assert (fate.fate == "dropped") == (fate.reason is not None)
        assert fate.into_turn is None or found.fates[fate.into_turn].fate is None
    for at in found.unlabelled:
        assert (found.roles[at], found.fates[at].fate) == (Role.ASSISTANT, None)


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("human", "user"),
        ("Human:", "user"),
        ("### Instruction:", "user"),
        ("GPT", "assistant"),
        ("gpt-4o", "assistant"),
        ("gpt-3.5-turbo", "assistant"),
        ("Claude 3 Opus", "assistant"),
        ("<|assistant|>", "assistant"),
        ("bing", "assistant"),
        ("bard", "assistant"),
        ("llama2-70b", "assistant"),
        ("bingo", None),
        ("System", "system"),
        ("tool", "tool"),
        ("observation", "tool"),
        ("function-call", "call"),
        ("narrator", None),
        ("", None),
    ],
)
def test_role_words(word, role):
    """The raw words of the dumps stand for roles whatever their case and marks; any other is unknown."""
    assert canonical_role(word) == role


def test_a_word_can_be_mapped_to_a_role():
    """`input.roles` comes before the words that are known."""
    mapped = Input(roles={"Doctor": "assistant", "human": "drop"}).roles
    assert [canonical_role(word, mapped) for word in ("doctor:", "HUMAN", "gpt")] == ["assistant", "drop", "assistant"]

"""Markdown that somebody had cleaned: whether FastChat did it, and what is taken back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.conversations.boilerplate import cut_page_text
from tasks.conversations.encoding import Encoding
from tasks.conversations.human import as_typed
from tasks.conversations.page_texts import Capture
from tests.conversations.test_convert import run

ANSWER = "Call it:\n```python\nmy_name()\n```\nThen call other\\_name."


def test_scars_are_taken_back_and_recorded() -> None:
    """The encoding says what showed FastChat; question and answer are as they were; each repair has its row."""
    row = run([("human", "Why does my\\_name \\*fail\\*?Share Prompt"), ("gpt", ANSWER)]).to_pylist()[0]
    assert row["encoding"] == "fastchat_markdown"
    assert "backslashes before _ and * in what was typed" in row["encoding_evidence"]
    assert [turn["content"] for turn in row["turns"]] == [
        "Why does my_name *fail*?",
        "Call it:\n\n```python\nmy_name()\n```\n\nThen call other_name.",
    ]
    assert [(made["turn"], made["kind"], made["detail"]) for made in row["repairs"]] == [
        (0, "backslashes", "3"), (0, "page_text", "Share Prompt"), (1, "backslashes", "1"), (1, "code_gaps", "2"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("Why is my\\_name not my_name?", "In prose.\n\n```tex\nmy\\_name\n```\n\nThen."),
        ("\\section{A} my\\_name in LaTeX?", "Write `\\_`."),
        ("\\textbf{A} my\\_name, my\\_key, my\\_id", "In LaTeX."),
        ("What is \\_ for in Markdown?", "The backslash before \\_ and \\* makes them plain."),
        ("Fix this:\n    a\\_b", "It is fixed."),
        ("What is it?", "- one\n- two\n\nSee my_name."),
        ("What is it?", "* one\n* two"),
        ("What is it?", "Text:\n\n```sh\nls\n```\n\nMore."),
    ],
)
def test_what_never_went_through_it_stays(typed: str, answer: str) -> None:
    """Typed backslashes beside bare signs, TeX or indents, and Markdown with its blank lines, are left alone."""
    row = run([("human", typed), ("gpt", answer)]).to_pylist()[0]
    assert row["encoding"] == "markdown"
    assert [turn["content"] for turn in row["turns"]] == [typed, answer]


@pytest.mark.parametrize(
    "typed", ['x = my\\_x \\* 2; print("\\n")', "C:\\Users: get\\_a, get\\_b, re.sub('\\s', get\\_c)"]
)
def test_backslashes_of_code_are_no_latex(typed: str) -> None:
    """Beside a string's, a pattern's or a path's backslashes the others were FastChat's; a comment is no heading."""
    row = run([("human", typed), ("gpt", "Do:\n\n# first\nmy\\_x += 1")]).to_pylist()[0]
    assert row["encoding"] == "fastchat_markdown"
    assert row["turns"][0]["content"] == typed.replace("\\_", "_").replace("\\*", "*")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text("ab\\_* \n", max_size=12))
def test_escaping_is_undone(text: str) -> None:
    """What FastChat's converter escapes in a typed text comes back exactly."""
    escaped = text.replace("*", "\\*").replace("_", "\\_")
    assert as_typed(escaped, Encoding.FASTCHAT, Capture.MARKDOWN)[0] == text


@pytest.mark.parametrize(
    ("value", "typed", "kind"),
    [
        ("Why?Share Prompt", "Why?", "Share Prompt"),
        ("Go on.\n\nPlease write in German language.Share Prompt", "Go on.", "Share Prompt AIPRM's language"),
        ("Go on.\n\nPlease write in Chinese (Simplified) language.", "Go on.", "AIPRM's language"),
        ("Go on.Please write in Norwegian Bokmål language.", "Go on.", "AIPRM's language"),
        ("Go on.\n\nPlease write in 日本語 language.", "Go on.", "AIPRM's language"),
        ("Go on.\n\nPlease write in formal tone, technical writing style.", "Go on.", "AIPRM's language"),
        ("keep going지금 번역하기", "keep going", "translator's button"),
        ("Go on.\nAnswer in English.지금 번역하기", "Go on.", "translator's button"),
        ("Go on.\n \n \n \n Translate now", "Go on.", "translator's button"),
        ("Go on.Jetzt übersetzen", "Go on.", "translator's button"),
        ("Explain it in 135 words13 / 13", "Explain it in 135 words", "counter"),
        ("Write a summary of this manual.\n6 / 6", "Write a summary of this manual.", "counter"),
        ("Find references that support this argument 2 / 2", "Find references that support this argument", "counter"),
        ("why does it\nSave & Submit\nCancel", "why does it", "Save & SubmitCancel"),
        ("Fix it 👍Share Prompt", "Fix it 👍", "Share Prompt"),
        ("50%Share Prompt2 / 2", "50%", "counter Share Prompt"),
        ("go on2 / 2", "go on", "counter"),
        ("Why?2\u00a0／\u00a02Share Prompt", "Why?", "Share Prompt counter"),
        ("write an Save & SubmitCancel", "write an", "Save & SubmitCancel"),
        ("Why?Copy25 chars / 5 words", "Why?", "length"),
    ],
)
def test_page_text_of_cleaned_dumps_is_cut(value: str, typed: str, kind: str) -> None:
    """At the end, glued or in a paragraph of its own, what no one types there goes."""
    assert cut_page_text(value, Capture.MARKDOWN)[0] == typed
    assert " ".join(cut_page_text(value, Capture.MARKDOWN)[1]) == kind


@pytest.mark.parametrize(
    "value",
    [
        "What is 4 / 4", "Simplify these fractions for me please\n4 / 4", "Here comes the text, part 2 / 2",
        "The score of the match was in the end 3 / 3", "I would give the answer above 10 / 10", "y = x2 / 2",
        "The film ⭐5 / 5", "Copy/Share Prompt",
        "Explain 1 / 2", "版本2 / 2", "What is Share Prompt", "I clicked the button Share Prompt",
        "Why does it need Save & Submit Cancel", "Why does it have Save & SubmitCancel",
        "Translate this:\nTranslate now", "It says:\n지금 번역하기", "Write it. Please write in French language.",
        "Explain the sentence:\n\nPlease write in English language.", "Please write in English language.",
        "Go on.\n\nPlease write in German language", "Go on.\nAnswer in English.",
        "Go on.\n\nPlease write in a formal tone.",
        "Translate these labels:\nCopy code\nShare Prompt", "Fill the form\n\nLanguage: English",
        "Please write in English language.\n\nThe sea is wide.",
    ],
)  # fmt: skip
def test_typed_text_that_looks_like_it_stays(value: str) -> None:
    """Fractions, mentions, requests on the same line, what a colon announces, whole turns and the middle stay."""
    assert cut_page_text(value, Capture.MARKDOWN) == (value, [])


def test_what_other_turns_surely_had_is_cut_behind_a_blank_too() -> None:
    """A button behind a blank could be typed; it goes where another turn of the conversation has it glued."""
    turns = [("human", "Thanks.Share Prompt"), ("gpt", "a"), ("human", "More of them Share Prompt"), ("gpt", "b")]
    row = run(turns).to_pylist()[0]
    assert [turn["content"] for turn in row["turns"]] == ["Thanks.", "a", "More of them", "b"]
    assert run(turns[2:]).to_pylist()[0]["turns"][0]["content"] == "More of them Share Prompt"


def test_a_button_below_an_answer_is_cut() -> None:
    """A page saved whole has the button behind its last answer."""
    row = run([("human", "q"), ("gpt", "That is all.Regenerate response")]).to_pylist()[0]
    assert row["turns"][1]["content"] == "That is all."
    assert row["repairs"] == [{"turn": 1, "kind": "page_text", "detail": "button below the answer"}]

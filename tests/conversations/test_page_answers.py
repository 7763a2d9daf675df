"""Which answers are the page's markup, and which are HTML because that was asked for."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.settings import Markdown
from tasks.conversations.continuing import asks_to_go_on
from tasks.conversations.page_answers import page_answers, surely_page
from tasks.convert import ConvertedTurns, convert_values


def converted(*turns: str) -> ConvertedTurns:
    """Convert a conversation of questions and answers in turn."""
    roles = ["user" if at % 2 == 0 else "assistant" for at in range(len(turns))]
    return convert_values(roles, list(turns), list(range(len(turns))), Markdown())


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ('<div\n  class="markdown prose w-full">\n  <p>Hi <b>x</b></p>\n</div>', "Hi **x**"),
        ('<DIV CLASS="markdown prose"><P>Hi</P></DIV>', "Hi"),
        ("<div class='markdown'><p>Hi</p></div>", "Hi"),
        ('<!-- saved\nfrom a page --> <div data-x="1" class="prose markdown"><p>Hi</p></div>', "Hi"),
        ('<div class="group"><div class="markdown prose"><p>Hi</p></div></div>', "Hi"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<pre><code>x = 1\n</code></pre>", "```\nx = 1\n```"),
        ("<h1>Title</h1><p>Hi</p>", "# Title\n\nHi"),
        ("<blockquote><p>Hi</p></blockquote>", "> Hi"),
        ('<p dir="auto">Hi</p>', "Hi"),
        ("<table><thead><tr><th>a</th></tr></thead></table>", "| a |\n| --- |"),
        ('<div class="markdown prose"><h2>In HTML:</h2><p style="x">{{ y }}</p></div>', "## In HTML:\n\n{{ y }}"),
    ],
)
def test_the_page_s_markup_is_converted_however_its_wrapper_is_written(html: str, markdown: str) -> None:
    """Blanks, case, comments, other elements around the wrapper, or no wrapper at all: converted."""
    assert converted("hi", html).texts[1] == markdown


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Write the body of an e-mail in HTML.", "<p>Hello</p>"),
        ("Make it shorter, still in HTML.", "<p>Hello</p>"),
        ("用HTML写一封邮件", "<p>你好</p>"),
        ("Antworte nur in HTML.", "<h2>Titel</h2><p>Text</p>"),
        ("Wrap each sentence in <p> tags.", "<p>One.</p><p>Two.</p>"),
        ("hi", "<!DOCTYPE html>\n<html><body><p>Hi</p></body></html>"),
        ("hi", "<html><head><title>x</title></head></html>"),
        ("hi", "<p>Dear you</p>\n<ul>\n<li>a</li>\n</ul>"),
        ("hi", '<table border="1"><tr><td>a</td></tr></table>'),
        ("hi", '<h2 class="title">a</h2><p>b</p>'),
        ("hi", "<div><nav><a href='#'>x</a></nav></div>"),
        ("hi", "<p>Dear {{ name }},</p><p>thanks.</p>"),
        ("hi", "<p>&copy; 2023</p>"),
        ("Give me only the HTML of a card.", "<div><h3>Card</h3><p>Text</p></div>"),
    ],
)
def test_html_that_was_asked_for_stays_as_typed_and_is_recorded(question: str, answer: str) -> None:
    """An answer that is HTML by request is a label as it stands; nothing around it changes, and the repair says so."""
    done = converted("What is &amp;?", "Write `&amp;amp;`.", question, answer)
    assert done.texts == ["What is &amp;?", "Write `&amp;amp;`.", question, answer]
    assert done.repairs == [(3, "unconverted_markup", "")]
    assert converted(question, answer).texts[1] == answer


@pytest.mark.parametrize(
    "question",
    ["How do I make text bold in HTML?", "What does the <p> tag do?", "Explain HTML.", "HTML 的 <p> 是什么？"],
)
def test_a_question_about_html_is_no_request_for_it(question: str) -> None:
    """An answer about HTML, on a page without a wrapper or a sanitised one, is converted."""
    assert converted(question, "<p>With <code>&lt;b&gt;</code>.</p>").texts[1] == "With `<b>`."
    assert converted(question, "<div><p>With <code>&lt;b&gt;</code>.</p></div>").texts[1] == "With `<b>`."


def test_most_answers_decide_where_nothing_else_does() -> None:
    """Beside words a lone paragraph was typed; beside pages it is a page's."""
    words = ["It is.", "<p>It is.</p>", "Yes."]
    assert page_answers([""] * 3, words) == [False, False, False]
    assert page_answers([""] * 3, ["<div><p>a</p></div>", "<p>b</p>", "<div><p>c</p></div>"]) == [True, True, True]
    assert page_answers(["", "", "In HTML, please."], ["<div><p>a</p></div>", "An error", "<p>b</p>"]) == [
        True,
        False,
        False,
    ]


def test_a_sanitised_answer_about_code_is_converted_though_html_was_asked_for() -> None:
    """The page shows code that was asked for in a block."""
    page = "<div><p>Sure:</p><pre><div><div>htmlCopy code</div><div><code>&lt;p&gt;\n</code></div></div></pre></div>"
    assert converted("Write HTML for a login page.", page).texts[1].startswith("Sure:\n\n```")


def test_dropped_elements_with_words_are_recorded() -> None:
    """Navigation and buttons are no part of an answer, but that they were there is told."""
    done = converted(
        "hi", '<div class="markdown prose"><nav>Home</nav><p>a<button>Run</button>b</p><button></button></div>'
    )
    assert done.texts[1] == "a b"
    assert done.repairs == [(1, "dropped_element", "nav"), (1, "dropped_element", "button")]


@pytest.mark.parametrize(
    ("question", "goes_on"),
    [
        ("continue", True),
        ("Please continue.", True),
        ("ok go on", True),
        ("keep going please", True),
        ("continue from where you left off", True),
        ("继续", True),
        ("请继续写下去", True),
        ("続けてください", True),
        ("weiter", True),
        ("continúa por favor", True),
        ("continue to step 2", False),
        ("more examples of verbs", False),
        ("next question: what is a verb?", False),
        ("Why?", False),
        ("continue the story but make it about a dragon who learns to cook", False),
    ],
)
def test_a_request_to_go_on_asks_for_nothing_else(question: str, goes_on: bool) -> None:
    """Only the bare request to go on is one."""
    found: Any = asks_to_go_on(question)
    assert found is goes_on


PIECES = (
    "<div>", "<div><p>", "<p>a &amp; b</p>", "\n", " ", "<pre><div>", "</div></pre>", "<pre>", "</pre>", "&copy;",
    "&#39;", '<div class="markdown prose">', "<div\n>", '<p style="x">', '<h2 id="a">', "<nav>", "words",
    "</p>\n<p>", "{{ x }}",
)  # fmt: skip


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join), min_size=1, max_size=3))
def test_answers_that_are_surely_the_page_s_are_so_when_each_is_read(answers: list[str]) -> None:
    """Where whole columns leave no doubt of any answer of a conversation, reading them one by one finds none either."""
    sure = surely_page(pl.Series(answers)).all()
    assert not sure or all(page_answers(["What is it?"] * len(answers), answers))

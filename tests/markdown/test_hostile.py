"""Broken and hostile markup: no crash, no lost text, linear time."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.markdown.answer import to_markdown
from tests.support.budget import examples

MANY = 100_000
HOSTILE = {
    "nested div": "<div>" * MANY + "kept",
    "nested lists": "<ul><li>" * MANY + "kept",
    "nested emphasis": "<p>" + "<b><i>" * MANY + "kept",
    "nested definition lists": "<dl><dd>" * 2_000 + "kept",
    "unclosed": "<p>" * MANY + "kept",
    "a megabyte of attributes": "<p " + 'a="b" ' * 170_000 + ">kept",
    "a hundred thousand attributes": "<p " + " ".join(f"a{i}=b" for i in range(MANY)) + ">kept</p>",
    "open quote": '<p class="x>kept</p>',
    "open tag": "<p>kept</p><p",
    "open script": "<p>kept</p><script>var x",
    "nul in a closing tag": "<p>ke\0pt</p><pre><code>x\0\x01\x08</co\0de></pre>",
    "control characters in code": "<pre><code>kept\x02\x0b\x0c</code></pre>",
    "bad entities": "<p>kept &#0; &#x110000; &#xD800; &bogus; &amp</p>",
    "cdata": "<![CDATA[kept]]>",
    "open cdata": "<p>kept</p>" + "<![CDATA[" * MANY,
    "comments": "<!-- a -->" * MANY + "<p>kept</p>",
    "stars": "<p>kept " + "*a **b" * MANY + "</p>",
    "stars in many blocks": "<p>kept *a*</p>" * 8_000,
    "brackets": "<p>kept " + "[a](b " * MANY + "</p>",
    "ticks": "<p>kept " + "` `` " * MANY + "</p>",
    "dashes": "<p>kept\n" + "- a\n" * MANY + "</p>",
    "backslashes": "<p>kept " + "\\*" * MANY + "</p>",
    "fences": "<p>kept</p><pre><code>" + "```\n" * MANY + "</code></pre>",
    "cells": "<table><tr><td>kept</td>" + "<td></td>" * MANY + "</tr></table>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markup_keeps_its_text(name: str) -> None:
    """Hostile markup neither crashes nor takes more than seconds, and its text stays."""
    started = time.process_time()
    answer = to_markdown(f'<div class="markdown prose">{HOSTILE[name]}</div>', True, 100, 10**9)
    assert "kept" in answer.text
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>a<strong>!</strong> </p>", "a**!**"),
        ("<ol></ol><p></p><ol><li>kept</li></ol>", "1. kept"),
    ],
)
def test_what_is_empty_beside_a_rule_is_no_error(html: str, markdown: str) -> None:
    """Text that is but blanks, or a list without items, stands where a rule looks for its neighbour, and is none."""
    assert to_markdown(f"<div>{html}</div>", True, 100, 10**6).text == markdown


def test_deep_nesting_is_kept_as_text_and_recorded() -> None:
    """Nesting below the limit becomes text, with a repair that says so."""
    answer = to_markdown("<div>" + "<blockquote>" * 300 + "<p>kept</p>", False, 100, 10**6)
    assert "kept" in answer.text
    assert ("too_deep", "blockquote") in answer.repairs


def test_answer_beyond_the_limit_is_kept_as_it_is() -> None:
    """An answer longer than the limit stays unconverted, with a repair that says so."""
    html = "<div><p>" + "x" * 2_000 + "</p></div>"
    answer = to_markdown(html, False, 100, 1_000)
    assert (answer.text, answer.repairs) == (html, [("unconverted", "too_long")])


def test_time_is_linear_in_size() -> None:
    """Ten times the text takes about ten times as long (20 allows for a noisy machine)."""
    block = "<p>Some <strong>bold</strong> and <code>x</code></p><ul><li>a</li><li>b_c *d</li></ul>"
    seconds = []
    for times in (200, 2_000):
        html = f'<div class="markdown prose">{block * times}</div>'
        best = 1e9
        for _ in range(3):
            started = time.process_time()
            to_markdown(html, False, 100, 10**9)
            best = min(best, time.process_time() - started)
        seconds.append(best)
    assert seconds[1] < 20 * seconds[0]


DEEP = 60
BOMBS = {
    "ragged table": "<table><tr>" + "<td>" * 4_000 + "</tr>" + "<tr><td>" * 8_000 + "</table>",
    "code in nested lists": "<ul><li>" * 45 + "<pre><code>" + "a\n" * 20_000,
    "code in numbered lists": "<ol start=999999999><li>" * 45 + "<pre><code>" + "a\n" * 20_000,
    "lines in nested quotations": "<blockquote>" * 90 + "a<br>" * 10_000,
    "lines in nested definitions": "<dl><dd>" * 45 + "a<br>" * 10_000,
    "empty headings": "<h6>" * 10_000,
    "long numbers": "<ol start=999999999>" + "<li>" * 10_000,
    "marks": "<p>" + "*" * 10_000,
    "tags in text": "<p>" + "&lt;b>" * 5_000,
    "line breaks": "<p>" + "a<br>" * 10_000,
    "cells with breaks": "<table><tr><td>" + "a<br>" * 10_000,
    "pipes": "<table><tr><td>" + "|" * 10_000,
    "ticks in code": "<p>" + "".join(f"<code>{'`' * size}</code>" for size in range(150)),
    "fences in code": "<pre><code>" + "`" * 10_000 + "\n",
    "footnotes": "<section><ol>" + '<li id=fn-1>a<a href="#fnref-1">b</a></li>' * 2_000,
    "formulas": "<p>" + "<math>a</math>" * 3_000,
    "deep and wide": ("<ul><li>" * DEEP + "a" + "</li></ul>" * DEEP) * 40,
}
TAGS = [
    "p", "ul", "ol", "li", "table", "tr", "td", "th", "pre", "code", "blockquote", "dl", "dt", "dd", "h6", "hr", "br",
    "b", "i", "a", "img", "sup", "q", "kbd", "details", "div", "span", "math",
]  # fmt: skip
soup = st.lists(
    st.tuples(st.sampled_from(["<{}>", "</{}>", "<{}>a", "<{}>*|`\n"]), st.sampled_from(TAGS), st.integers(1, 30)),
    max_size=40,
).map(lambda pieces: "".join(shape.format(tag) * times for shape, tag, times in pieces))


def is_bounded(html: str) -> bool:
    """Whether an answer grows by no more than it may."""
    return len(to_markdown(f'<div class="markdown">{html}</div>', True, 100, 10**9).text) <= 8 * len(html) + 2_000


@pytest.mark.parametrize("name", BOMBS)
def test_no_construct_grows_without_bound(name: str) -> None:
    """The Markdown of hostile markup is at most eight times as long as the markup."""
    assert is_bounded(BOMBS[name])


@settings(max_examples=examples(60), deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(html=soup)
def test_no_soup_of_tags_grows_without_bound(html: str) -> None:
    """Neither does any soup of tags."""
    assert is_bounded(html)


def test_a_ragged_table_keeps_its_text_and_is_recorded() -> None:
    """One long row among many short ones: nothing is filled up, no cell is lost, and the repair says so."""
    rows = "<tr><td>" + "</td><td>".join(map(str, range(50))) + "</td></tr>" + "<tr><td>short</td></tr>" * 100
    answer = to_markdown(f'<div class="markdown"><table>{rows}</table></div>', False, 100, 10**6)
    lines = answer.text.split("\n")
    assert lines[2:] == ["| short |"] * 100
    assert lines[0] == "| " + " | ".join(map(str, range(50))) + " |"
    assert [kind for kind, _ in answer.repairs] == ["ragged_table"]


def test_indentation_that_is_spent_leaves_the_text() -> None:
    """Lines nested so deep that their indentation would outgrow them stay at the margin, which is recorded."""
    answer = to_markdown('<div class="markdown">' + BOMBS["code in nested lists"], False, 100, 10**7)
    assert answer.text.count("a\n") == 20_000
    assert ("too_deep", "indentation") in answer.repairs

"""Broken and hostile markup: no crash, no lost text, linear time."""

from __future__ import annotations

import time

import pytest

from tasks.markdown.answer import to_markdown

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
    "stars in many blocks": "<p>kept *a*</p>" * 20_000,
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

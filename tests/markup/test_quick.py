"""The quick way through an answer writes what the walk over its tree writes, or stands back."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.markup.answer import walked
from tasks.markup.blocks import join
from tasks.markup.page import Page
from tasks.markup.quick import quick_blocks
from tests.markup.markdowns import documents
from tests.markup.renderer import ENCODINGS, page
from tests.markup.test_golden import PATTERNS

PIECES = [
    "<p>", "</p>", "<ul>", "</ul>", "<ol>", '<ol start="7">', "</ol>", "<li>", "</li>", "<h3>", "</h3>", "<hr>",
    "<blockquote>", "</blockquote>", "<table>", "<thead>", "</thead>", "<tbody>", "</tbody>", "<tr>", "</tr>", "<th>",
    "</th>", "<td>", "</td>", "<pre>", "</pre>", "<div>", "</div>", "<br>", "<br />", '<p class="x">', "<section>",
    "<strong>", "</strong>", "<em>", "</em>", "<code>", "</code>", "<code>a_b</code>", "<code>|</code>", "<del>x</del>",
    "<span>", "</span>", '<span class="katex-display">', "<i>i</i>", "<b>b</b>", "<!-- <p> -->", "<![CDATA[<p>]]>",
    '<a href="https://a.b/c_d" target="_new">https://a.b/c_d</a>', '<a href="https://a.b">words</a>', "<input>",
    "<pre><div><div>python</div><div><code>x = 1\n</code></div></div></pre>", '<code class="hljs language-css">',
    "word", "two words", " ", "\n", "\n- ", "1. ", "- ", "#", "*", "_", "`", "~~", "[x]:", "](", "\\", "!", "|", ":",
    "&lt;", "&gt;", "&amp;", "&quot;", "&nbsp;", "&amp;lt;", "&lt;b", "&", "<", ">", "x@y", "\u00a0", "\u200b", "重要",
    "=", "\1",
]  # fmt: skip
PARAGRAPHS = [
    "Some <strong>bold</strong>, <em>slanted</em> and <code>a_b</code> words.",
    "<strong>Bold</strong>: <code>x</code><code>y</code>",
    'See <a href="https://a.b/c_d?e=1&amp;f=2" target="_new">https://a.b/c_d?e=1&amp;f=2</a>.',
    "a &lt; b &amp;&amp; c &gt; d",
    "snake_case and 2 * 3",
    "1. no list",
]
SHAPES = [
    "<p>{0}</p><p>{1}</p>",
    "<ul><li>{0}</li><li>{1}</li></ul><p>{1}</p>",
    "<ol><li>{0}</li></ol><p>{1}</p><ol><li>{1}</li><li>{0}</li></ol>",
    '<ol start="3"><li><p>{0}</p></li><li><p>{1}</p><ul><li>{0}</li></ul></li></ol>',
    "<h2>{0}</h2><blockquote><p>{1}</p></blockquote><hr>",
    "<table><thead><tr><th>{0}</th><th>b</th></tr></thead><tbody><tr><td>{1}</td><td></td></tr></tbody></table>",
    '<pre><div class="b"><div class="f"><span>py</span><button>Copy</button></div><div><code class="hljs language-py">'
    'x <span class="hljs-a">&lt;</span> 1\n</code></div></div></pre><p>{0}</p>',
]


def both(html: str, lost: bool) -> tuple[object, object]:
    """Give the blocks, code blocks and repairs of the quick way (null: it stands back) and of the walk."""
    quick, slow = Page(lost, 100), Page(lost, 100)
    blocks = quick_blocks(html, quick, 100)
    walk = walked(html, slow)
    meant = join(walk), slow.code, [*slow.notes]
    return None if blocks is None else (join(blocks), quick.code, [*quick.notes]), meant


@pytest.mark.parametrize("first", PARAGRAPHS)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("lost", [False, True])
def test_plain_answers_take_the_quick_way(shape: str, first: str, lost: bool) -> None:
    """Paragraphs, lists, tables, quotations and code of the page are known, with each kind of words in them."""
    for second in PARAGRAPHS:
        quick, walk = both(f'<div class="markdown prose">{shape.format(first, second)}</div>', lost)
        assert quick == walk


@pytest.mark.parametrize("path", PATTERNS, ids=lambda path: path.stem)
def test_patterns_are_the_same_both_ways(path) -> None:
    """Each pattern of the page becomes the same both ways, or the quick one stands back."""
    for lost in (False, True):
        quick, walk = both(path.read_text(encoding="utf-8").rstrip("\n"), lost)
        assert quick in (None, walk)


@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(source=documents)
def test_random_markdown_is_the_same_both_ways(encoding: str, source: str) -> None:
    """Random Markdown as the page renders it becomes the same both ways, or the quick one stands back."""
    quick, walk = both(page(source, encoding).replace(">\n", ">"), encoding != "verbatim")
    assert quick in (None, walk)


@settings(max_examples=700, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=12), wrap=st.booleans(), lost=st.booleans())
def test_soup_is_the_same_both_ways(pieces: list[str], wrap: bool, lost: bool) -> None:
    """Tags and words in any order become the same both ways, or the quick one stands back."""
    soup = "".join(pieces)
    quick, walk = both(f"<div>{soup}</div>" if wrap else soup, lost)
    assert quick in (None, walk)

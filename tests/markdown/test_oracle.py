"""BeautifulSoup and markdownify as a second opinion on markup that needs no knowledge of the page."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdownify import markdownify

from tasks.markdown.answer import to_markdown
from tests.support.markdown_tree import tree

words = st.lists(
    st.sampled_from(["plain", "*em*", "**bold**", "`code`", "[link](https://a.b/c)", "重要"]), min_size=1, max_size=5
)
lines = words.map(" ".join)
lists = st.lists(lines, min_size=1, max_size=3).map(lambda items: "\n".join(f"- {item}" for item in items))
blocks = st.one_of(
    lines, lists, lines.map(lambda line: f"## {line}"), lines.map(lambda line: f"> {line}"), st.just("---")
)


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(parts=st.lists(blocks, min_size=1, max_size=4))
def test_plain_markup_reads_as_markdownify_reads_it(parts: list[str]) -> None:
    """On plain markup the walk and markdownify write Markdown of the same tree."""
    body = MarkdownIt("commonmark").render("\n\n".join(parts))
    ours = to_markdown(f'<div class="markdown prose">{body}</div>', False, 100, 10**6).text
    assert tree(ours) == tree(markdownify(body, heading_style="atx", bullets="-"))

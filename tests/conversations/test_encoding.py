"""The encoding of a conversation is told from all its turns."""

from __future__ import annotations

import pytest

from tasks.conversations.encoding import detect_encoding
from tasks.conversations.page_answers import page_answers

WRAPPED = '<div class="markdown prose w-full"><p>Hi</p></div>'
BARE = "<div><p>Hi</p></div>"


@pytest.mark.parametrize(
    ("human", "answers", "encoding"),
    [
        (["a &lt; b"], [WRAPPED], "verbatim"),
        (["a < b"], [BARE], "default_sanitised"),
        (["a && b"], [BARE], "default_sanitised"),
        (["a &lt; b"], [BARE], "fully_sanitised"),
        (["<div>\n&lt;x"], [BARE], "fully_sanitised"),
        (["hi"], ['<div><pre><div><svg></svg></div><code class="hljs">x</code></pre></div>'], "fully_sanitised"),
        (
            ["hi"],
            ["<div><pre><div><div>Copy code</div><div><code>x</code></div></div></pre></div>"],
            "default_sanitised",
        ),
        (["hi"], ["# Title\n\n- a"], "markdown"),
        (["hi"], ["<div> is a tag"], "markdown"),
        (["hi"], [], "markdown"),
    ],
)
def test_encoding_is_told_from_human_text_and_markup(human: list[str], answers: list[str], encoding: str) -> None:
    """A wrapper's class means verbatim; a raw `<` or `&` means literal; entities alone mean decode."""
    pages = [value for value, page in zip(answers, page_answers([""] * len(answers), answers), strict=True) if page]
    found, evidence = detect_encoding(human, pages)
    assert found == encoding
    assert evidence

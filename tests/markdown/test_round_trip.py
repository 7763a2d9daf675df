"""Markdown that the page rendered comes back as the same Markdown."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tasks.markdown.answer import to_markdown
from tests.support.budget import examples
from tests.support.markdown_tree import tree
from tests.support.page_markup import ENCODINGS, page
from tests.support.random_markdown import documents


@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(max_examples=examples(50), deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(source=documents)
def test_random_markdown_comes_back(encoding: str, source: str) -> None:
    """Random Markdown, rendered into the page's markup in each encoding, reads the same after conversion."""
    found = to_markdown(page(source, encoding), encoding != "verbatim", 100, 10**6).text
    numbers = encoding == "verbatim"
    assert tree(found, numbers) == tree(source, numbers)

"""Formulas whose markup the sanitiser removed."""

from __future__ import annotations

import pytest

from tasks.markdown.answer import to_markdown
from tasks.markdown.maths import part_copies


@pytest.mark.parametrize(
    ("both", "shown", "tex"),
    [
        ("x2x^2", "x2", "x^2"),
        ("ab\\frac{a}{b}", "ba\u200b", "\\frac{a}{b}"),
        ("E=mc2E=mc^2", "E = mc2", "E=mc^2"),
        ("plain words", "other words", None),
        ("same", "same", None),
    ],
)
def test_tex_is_what_follows_the_shown_copy(both: str, shown: str, tex: str | None) -> None:
    """The TeX is parted from the copy before it by the characters of the copy after it, or not at all."""
    assert part_copies(both, shown) == tex


def test_mathml_without_tex_is_text() -> None:
    """What only MathML shows is read as its text, in a line or as a block of its own."""
    page = '<div class="markdown"><p>a <math><mi>x</mi></math> b</p><math display="block"><mi>y</mi></math></div>'
    assert to_markdown(page, False, 100, 10**6).text == "a x b\n\ny"

"""Formulas: the TeX that KaTeX kept in its annotation, or that the sanitiser left between two copies of it."""

from __future__ import annotations

import re
from collections import Counter

from turbohtml import Element

UNSEEN = re.compile("[\\s\u200b\u2061\u2062\u2063\u2064\ufeff]+")


def formula(span: Element, classes: str) -> tuple[str, bool] | None:
    """Read the formula that a `<span>` shows.

    Returns:
        TeX and whether it is a display formula, or None where the span is no formula.
    """
    display = "katex-display" in classes or "math-display" in classes
    if display or "katex" in classes or "math-inline" in classes:
        note = span.find("annotation")
        if note is not None:
            return note.text.strip(), display
    elif classes:
        return None
    return _triple(span, display)


def _triple(span: Element, display: bool) -> tuple[str, bool] | None:
    """Part a sanitised formula: `<span><span>shown+TeX</span><span>shown</span></span>`, one level more in display."""
    pair = _pair(span)
    if pair is None:
        only = list(span)
        if len(only) == 1 and type(only[0]) is Element and only[0].tag == "span":
            pair, display = _pair(only[0]), True
    if pair is None:
        return None
    tex = part_triple(pair[0].text, pair[1].text)
    return (tex, display) if tex else None


def _pair(span: Element) -> tuple[Element, Element] | None:
    """Return the two spans a node consists of, or None."""
    inner = span.children
    if len(inner) != 2:
        return None
    first, second = inner
    if type(first) is not Element or type(second) is not Element or first.tag != "span" or second.tag != "span":
        return None
    return first, second


def part_triple(both: str, shown: str) -> str | None:
    """Cut what is shown from the front of `both`: the rest is the TeX; None where the two do not fit.

    The order of the shown characters differs between the copies (a fraction's parts), so they are compared as bags.

    >>> part_triple("x2x^2", "x2")
    'x^2'
    """
    want = Counter(UNSEEN.sub("", shown))
    size, seen = sum(want.values()), 0
    if not size:
        return None
    for end, character in enumerate(both):
        if seen == size:
            fits = Counter(UNSEEN.sub("", both[:end])) == want
            tex = both[end:].strip()
            return tex if fits and tex else None
        seen += not UNSEEN.match(character)
    return None

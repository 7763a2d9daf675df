"""Formulas: the TeX that KaTeX or MathJax keeps beside what it draws, or that the sanitiser left between two copies."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from turbohtml import Element

from tasks.markdown.tags import POLLUTION_CLASSES

UNSEEN = re.compile("[\\s\u200b\u2009\u2061\u2062\u2063\u2064\ufeff]+")
"""Blanks and signs that are not drawn."""
TEX_ONLY = "\\{"
"""Characters that MathML never shows: the TeX has begun."""
NO_START = frozenset("^_~'&)}]")
"""Characters that no TeX begins with: they are a drawn accent, or close what is drawn."""
DEEPEST = 4
"""Spans around the two copies of a formula: `math-inline` or `katex-display`, `katex`, and one to spare."""
DRAWN = frozenset(["MathJax", "MathJax_Preview", "MathJax_Display", "MathJax_SVG", "MathJax_CHTML", "mjx-chtml"])
"""Classes of what MathJax 2 draws before the `<script>` that holds its TeX."""
COPIES = DRAWN | POLLUTION_CLASSES

Formula = tuple[str, bool]
"""TeX, and whether it is a display formula."""


def formula(node: Element) -> Formula | None:
    """Return the formula that an element shows, or None where it shows none.

    Args:
        node: a `<span>`, `<div>`, `<math>`, `<code>` or `<script>`.
    """
    classes = node.attr("class") or ""
    if node.tag == "script":
        kind = node.attr("type") or ""
        return (node.text.strip(), "display" in kind) if is_tex(node) else None
    if node.tag == "math":
        note = node.find("annotation")
        kept = (note.text if note is not None else node.attr("alttext") or "").strip()
        return (kept, node.attr("display") == "block") if kept else None  # MathML alone is no TeX
    display = "katex-display" in classes or "math-display" in classes
    known = display or "katex" in classes or "math-inline" in classes
    if known:
        note = node.find("annotation")
        if note is not None:
            return note.text.strip(), display
    elif classes or node.tag != "span":
        return None
    pair = _copies(node)
    if pair is not None:
        both, shown, shows_display = pair
        tex = part_copies(both, shown, certain=known or "katex" in classes)
        return (tex, display or shows_display) if tex else None
    return (node.text.strip(), display) if known and node.text.strip() else None  # an error, or not drawn yet


def is_tex(node: Element) -> bool:
    """Whether a `<script>` holds MathJax's TeX."""
    return node.tag == "script" and (node.attr("type") or "").startswith("math/tex")


def is_drawn(node: Element) -> bool:
    """Whether an element is what MathJax drew of the TeX in the `<script>` that follows."""
    if DRAWN.isdisjoint((node.attr("class") or "").split()):
        return False
    after = node.next_sibling
    while isinstance(after, Element) and not is_tex(after) and is_drawn(after):
        after = after.next_sibling
    return isinstance(after, Element) and is_tex(after)


def is_copy(node: Element, classes: str) -> bool:
    """Whether an element of some classes repeats what stands beside it."""
    return _may_copy(classes) and (not POLLUTION_CLASSES.isdisjoint(classes.split()) or is_drawn(node))


@lru_cache(maxsize=256)
def _may_copy(classes: str) -> bool:
    """Whether an element of some classes can repeat what stands beside it; a page's wrappers bear the same ones."""
    return not COPIES.isdisjoint(classes.split())


def _copies(node: Element) -> tuple[str, str, bool] | None:
    """Return the text of the two spans that a formula consists of, and whether a span around them is of a display."""
    display = False
    for _ in range(DEEPEST):
        inner = [child for child in node.children if type(child) is Element]
        if len(inner) != len(node.children) or any(child.tag != "span" for child in inner):
            return None
        if len(inner) == 2:
            return inner[0].text, inner[1].text, display
        if len(inner) != 1:
            return None
        node = inner[0]
        display = display or "katex-display" in (node.attr("class") or "")
    return None


def part_copies(both: str, shown: str, certain: bool = False) -> str | None:
    r"""Cut what MathML shows from the front of `both`: the rest is the TeX; None where the two do not fit.

    Args:
        both: the text of MathML, then the TeX of its annotation.
        shown: the text of the drawn copy. Its order can differ (a fraction's parts), and so can some of its signs (`≠`
            is drawn as a stroke and `=`, an arrow as a picture), but it has the same letters and digits.
        certain: whether the spans' classes name a formula; else TeX must be seen in it, or the copies fit exactly.

    >>> part_copies("x2x^2", "x2"), part_copies("a≠0a \\neq 0", "a=0", certain=True)
    ('x^2', 'a \\\\neq 0')
    """
    want = Counter(UNSEEN.sub("", shown))
    letters = sum(count for character, count in want.items() if character.isalnum())
    signs = Counter({character: count for character, count in want.items() if not character.isalnum()})
    best: tuple[int, int] | None = None
    for end in _ends(both, letters):
        seen = Counter(character for character in both[:end] if not character.isalnum() and not UNSEEN.match(character))
        differ = (seen - signs).total() + (signs - seen).total()
        if best is None or differ < best[0]:
            best = differ, end
    if best is None:
        return None
    differ, end = best
    exact = not differ and Counter(UNSEEN.sub("", both[:end])) == want
    tex = both[end:].strip()
    if not tex or not ((exact and want) or certain or ("\\" in tex and sum(map(str.isalnum, tex)) >= letters)):
        return None
    return tex


def _ends(both: str, letters: int) -> list[int]:
    """Return where what MathML shows can end: behind its last letter, sign by sign, before the TeX must have begun."""
    at = 0
    while letters and at < len(both):
        letters -= both[at].isalnum()
        at += 1
    if letters:
        return []
    ends = []
    for end in range(at, len(both)):
        character = both[end]
        if character.isascii() and not character.isspace():
            if character not in NO_START:
                ends.append(end)
            if character in TEX_ONLY or character.isalnum():
                break
        elif character.isalnum():
            ends.append(end)
            break
        elif not character.isspace():
            ends = []  # a sign beyond ASCII is drawn: TeX spells it out
    return ends

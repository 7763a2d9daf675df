"""Measures conversion on generated answers in every era and sanitiser: `python -m benchmarks.conversion_held_out`."""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from benchmarks.held_out import answers
from benchmarks.page import ERAS, answer
from benchmarks.reading import Reading, read
from schemas.settings import Markdown
from tasks.convert import convert_values

LIMITS = Markdown()
WAYS = [(era, "none") for era in ERAS] + [("E1", "gpt-default"), ("E1", "json"), ("E2", "S1"), ("E3", "S1")]
"""Eras, and what the server did in each."""


@lru_cache(1)
def maths_reader() -> MarkdownIt:
    """Return a reader that knows formulas."""
    return MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, allow_space=False, allow_digits=False)


def formulas(markdown: str) -> list[str]:
    """Return the TeX of a text's formulas."""
    found = []
    for token in maths_reader().parse(markdown):
        found += [token.content.strip()] if token.type.startswith("math") else []
        found += [child.content.strip() for child in token.children or [] if child.type.startswith("math")]
    return [" ".join(tex.replace("\\|", "|").split()) for tex in found]


def numbers_apart(reading: Reading) -> list[object]:
    """Return a tree without the first numbers of its lists."""
    return [item[0] if item[0] == "ordered_list_open" else item for item in reading.tree]


def measures(source: str, found: str) -> Iterator[tuple[str, bool]]:
    """Yield each measure of one answer and whether it is met."""
    got, want = read(found), read(source)
    yield "answers, same token tree", got.tree == want.tree
    yield "… numbers of lists apart", numbers_apart(got) == numbers_apart(want)
    for at, (code, _) in enumerate(want.code):
        yield "code blocks, same text", got.code[at : at + 1] != [] and got.code[at][0] == code
    shown, meant = formulas(found), formulas(source)
    for at, tex in enumerate(meant):
        yield "formulas", shown[at : at + 1] == [tex]
    yield "answers without a needless backslash", not is_needless(found, got, shown)


def is_needless(markdown: str, reading: Reading, shown: list[str]) -> bool:
    """Whether some backslash (of the first 40) can go without a change to the tree or to a formula.

    One before a dollar stays: other readers than this one would pair it with a formula's.
    """
    for place in [found.start() for found in re.finditer(r"\\\\(?!\$)", markdown)][:40]:
        without = markdown[:place] + markdown[place + 1 :]
        if formulas(without) == shown and read(without).tree == reading.tree:
            return True
    return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=400)
    parser.add_argument("--differences", type=int, default=0, help="print so many answers that differ")
    options = parser.parse_args()
    counts: Counter[tuple[str, str, bool]] = Counter()
    labels: Counter[bool] = Counter()
    for source, lost in answers(options.answers):
        for era, sanitizer in WAYS:
            way = f"{era} {sanitizer}"
            if lost and sanitizer != "none":
                counts["apart: boxes, pictures, strike-through", way, True] += 1
                continue
            done = convert_values(["user", "assistant"], ["q", answer(source, era, sanitizer)], [0, 1], LIMITS)
            for measure, right in measures(source, done.texts[1]):
                counts[measure, way, right] += 1
                if not right and options.differences and measure != "answers, same token tree":
                    options.differences -= 1
                    print(
                        f"## {way} {measure}\n{source}\n---\n{done.texts[1]}\n---\n{answer(source, era, sanitizer)}\n"
                    )
            for (_, written), (_, shown) in zip(read(source).code, read(done.texts[1]).code, strict=False):
                labels[written == shown] += shown != ""
    print(f"{'':40}" + "".join(f"{f'{era} {sanitizer}':>16}" for era, sanitizer in WAYS))
    for measure in dict.fromkeys(measure for measure, _, _ in counts):
        cells = []
        for era, sanitizer in WAYS:
            right, wrong = (counts[measure, f"{era} {sanitizer}", met] for met in (True, False))
            share = f"{100 * right / (right + wrong):.1f} %" if wrong else "100 %" if right else "–"
            cells.append(f"{share} ({right + wrong})")
        print(f"{measure:40}" + "".join(f"{cell:>16}" for cell in cells))
    print(f"labels written that are right: {labels[True]} of {labels.total()}")


if __name__ == "__main__":
    main()

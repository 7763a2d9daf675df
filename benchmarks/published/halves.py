"""Published answers that are cut at random and put together again: how often the two halves are the whole."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.published.rows import read_rows
from tasks.conversations.continued import Done, judge_continued
from tasks.conversations.word_counts import WordCounts

SEED, ENDED_SHARE = 17, 0.75
FENCED = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)
LEFT = 60
"""Characters left on either side of a cut."""


class Halves(NamedTuple):
    """An answer that was cut, and what a reader would take for its two halves."""

    whole: str
    first: str
    second: str
    in_blanks: bool


def _word(text: str, at: int) -> bool:
    return text[at] == " " and not text[at - 1].isspace() and not text[at + 1].isspace()


def _line(text: str, at: int) -> bool:
    return text[at] == "\n" and not text[at - 1].isspace() and text[at + 1] != "\n"


CUTS: dict[str, tuple[Callable[[str, int], bool], Callable[[str], str]]] = {
    "before a word": (_word, str),
    "before a word, its blank lost": (_word, str.lstrip),
    "at a line's end": (_line, lambda rest: rest[1:]),
    "anywhere": (lambda *_: True, str),
}
"""Where answers are cut, and what of the blanks there comes with the second half."""


def show(corpus: Path) -> None:
    """Print for prose and code, by where they are cut: answers, those joined, those whose halves are not the whole."""
    rows = read_rows(corpus / "sharegpt_v3_cleaned.json")
    answers = [turn["value"] for row in rows for turn in row["conversations"] if turn["from"] == "gpt"]
    print(
        "V3's answers cut at random and joined again (wrong: joined, but not to what they were; of these in blanks: at"
    )
    print("the cut stood a line's end and an indent, and only the indent differs)")
    print(f"{'':40}{'cut':>8}{'joined':>8}{'wrong':>8}{'':>8}{'in blanks':>10}")
    for kind, halves in (("prose", _prose), ("code", _code)):
        for where in CUTS:
            found = Counter(_judged(one) for one in halves(answers, where))
            joined = sum(count for what, count in found.items() if what != "apart")
            if found:
                share = f"{found['wrong'] / max(joined, 1):.1%}"
                print(
                    f"{kind + ', ' + where:40}{found.total():>8,}{joined:>8,}{found['wrong']:>8,}{share:>8}"
                    f"{found['in blanks']:>10,}"
                )
    print()


def _judged(halves: Halves) -> str:
    """Return apart, whole, wrong or in blanks."""
    whole, first, second, in_blanks = halves
    found = judge_continued(first, "continue", second, WordCounts(lambda: [first, second]), ENDED_SHARE)
    if found is None or found.done is not Done.STITCHED or found.join is None:
        return "apart"
    joined = first[: len(first) - found.join.cut_before] + (found.join.joint or "") + second[found.join.cut :]
    if _trimmed(joined) == _trimmed(whole):
        return "whole"
    kept_line = in_blanks and re.sub(r"\s+", "\n", joined) == re.sub(r"\s+", "\n", whole)
    return "in blanks" if kept_line else "wrong"


def _trimmed(text: str) -> str:
    return re.sub(r"[ \t]+\n", "\n", text)


def _cut(text: str, start: int, end: int, where: str, chance: random.Random) -> tuple[str, str, bool] | None:
    """Return the two halves of a text cut between two places, and whether at a line's end among blanks."""
    may, rest = CUTS[where]
    places = [at for at in range(start, end) if may(text, at)]
    if not places:
        return None
    at = chance.choice(places)
    around = text[len(text[:at].rstrip()) : len(text) - len(text[at:].lstrip())]
    return text[:at].rstrip(), rest(text[at:]), where == "anywhere" and "\n" in around


def _prose(answers: list[str], where: str) -> Iterator[Halves]:
    chance = random.Random(SEED)
    for text in answers:
        if "```" not in text and (halves := _cut(text, LEFT, len(text) - LEFT, where, chance)):
            yield Halves(text, *halves)


def _code(answers: list[str], where: str) -> Iterator[Halves]:
    """Yield halves of answers with one block: the page closes its fence or not, the next answer reopens it or not."""
    chance = random.Random(SEED)
    for text in answers:
        block = FENCED.search(text)
        if block is None or text.count("```") != 2:
            continue
        for closed in ("", "\n```"):
            for reopened in ("", f"```{block[1]}\n"):
                if halves := _cut(text, block.start(2) + LEFT, block.end(2) - LEFT, where, chance):
                    first, second, in_blanks = halves
                    yield Halves(text, first + closed, reopened + second, in_blanks)

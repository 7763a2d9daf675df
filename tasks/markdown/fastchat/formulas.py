"""Formulas that FastChat wrote three times over: what MathML shows, the TeX, what KaTeX draws; only the TeX stays."""

from __future__ import annotations

import re
from collections import Counter

from tasks.markdown.maths import part_copies

MARK = re.compile(r"\\[A-Za-z]|\^|_")
TEX = re.compile(r"\\[A-Za-z]|\^")
ALNUM = re.compile(r"[^\W_]")
COMMAND = re.compile(r"\\([A-Za-z]+)")
ESCAPE = re.compile(r"\\(?=[_*])")
TOKEN = re.compile(r"[^ \t]+")
STOPS = ".,;:!?"
"""What can follow a formula without a blank."""
TEX_NEVER = ("^", "_", "")
"""What no TeX begins or ends with."""
FARTHEST = 9
"""Words of a line before and behind a sign of TeX in which the formula's copies are looked for."""
LONGEST = 2_000
"""Characters of a line that is looked at."""


def with_tex_alone(text: str) -> tuple[str, int]:
    r"""Return a block with each formula that stands there three times as its TeX, and how many those were.

    A formula is told by its copies: what stands before and behind the TeX has the same letters and digits, and the TeX
    has no others but those of its commands.

    >>> with_tex_alone("The cost is a2+b2=c2a^2 + b^2 = c^2a2+b2=c2, so:")
    ('The cost is $a^2 + b^2 = c^2$, so:', 1)
    """
    if "$" in text or "`" in text or not TEX.search(text):
        return text, 0
    out, count = [], 0
    for line in text.split("\n"):
        done, rest = "", line
        while len(rest) <= LONGEST and TEX.search(rest) and (found := _first(ESCAPE.sub("", rest))):
            region, tex = found
            start = rest.find(written := region.replace("*", "\\*").replace("_", "\\_"))
            if start < 0:
                break
            alone = not (done + rest[:start] + rest[start + len(written) :]).strip()
            done += f"$$\n{tex}\n$$" if alone else f"{rest[:start]}${tex}$"
            rest = rest[start + len(written) :]
            count += 1
        out.append(done + rest)
    return "\n".join(out), count


def _first(line: str) -> tuple[str, str] | None:
    """Return a line's first formula as it stands there, and its TeX."""
    words = [(token.start(), token.end()) for token in TOKEN.finditer(line)]
    before = -1
    for mark in MARK.finditer(line):
        at = next(place for place, (start, end) in enumerate(words) if start <= mark.start() < end)
        ends = [(last, ALNUM.findall(line, *words[last])) for last in range(at, min(len(words), at + FARTHEST))]
        for first in range(at, max(before, at - FARTHEST), -1):
            front = ALNUM.findall(line, words[first][0], min(words[first][1], mark.start()))
            for last, back in ends:
                if not front or not back or front[0] not in back or back[-1] not in front:
                    continue  # the copies have the same letters: nearly all stretches end here
                stripped = line[words[first][0] : words[last][1]].rstrip(STOPS)
                for region in dict.fromkeys((stripped, stripped.strip("()"), stripped.rstrip(")" + STOPS))):
                    tex = _tex(region)
                    if tex:
                        return region, tex
        before = at - 1
    return None


def _tex(region: str) -> str | None:
    """Return the TeX of a stretch that is a formula's three copies, if it is.

    The first copy ends within the first word and before any sign of TeX, the last one begins behind all of these.
    """
    marks = [mark.start() for mark in MARK.finditer(region)]
    if not marks:
        return None
    front = _letters(region, 0, min(marks[0], (region + " ").find(" ")))
    back = _letters(region, max(marks[-1], region.rfind(" ")) + 1, len(region))
    for count in range(1, min(len(front), len(back)) + 1):
        ends, starts = front[count - 1] + 1, back[-count]
        tex, drawn = region[ends:starts].strip(), region[starts:]
        if tex[:1] in TEX_NEVER or tex[-1:] in TEX_NEVER or not _are_brackets_even(region[:ends], drawn):
            continue
        seen = Counter(region[place] for place in front[:count])
        if seen == Counter(region[place] for place in back[-count:]) and _is_shown(tex, seen):
            return part_copies(region[:starts], drawn, certain=True)
    return None


def _letters(text: str, start: int, end: int) -> list[int]:
    """Return where letters and digits stand in a stretch of text."""
    return [place for place in range(start, end) if text[place].isalnum()]


def _are_brackets_even(shown: str, drawn: str) -> bool:
    """Whether no bracket belongs to the sentence: each copy closes as many as it opens, but for one cut off its end."""
    return drawn.count("(") == drawn.count(")") and shown.count("(") - shown.count(")") in (0, 1)


def _is_shown(tex: str, seen: Counter[str]) -> bool:
    """Whether TeX shows these letters: its own, and what its commands stand for (their names, or no ASCII)."""
    own = Counter(filter(str.isalnum, COMMAND.sub("", tex)))
    rest = seen - own
    names = Counter("".join(COMMAND.findall(tex)))
    return not own - seen and all(not character.isascii() or names[character] >= n for character, n in rest.items())

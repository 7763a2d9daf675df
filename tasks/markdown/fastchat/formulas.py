"""Formulas that FastChat wrote three times over: what MathML shows, the TeX, what KaTeX draws; only the TeX stays."""

from __future__ import annotations

import re
from collections import Counter

from tasks.markdown.maths import part_copies

MARK = re.compile(r"\\[A-Za-z]|\^|_")
TEX = re.compile(r"\\[A-Za-z]|\^")
ALNUM = re.compile(r"[^\W_]")
COMMAND = re.compile(r"\\(?:begin|end)\{[a-z]+\*?\}|\\([A-Za-z]+)")
LAST_COMMAND = re.compile(r"\\([A-Za-z]+)\Z")
NO_TEX = re.compile(r"\\[A-Za-z](?![A-Za-z])|\^[.,;:!?)\s]")
"""What stands in patterns, paths and prose, and hardly ever in a formula."""
BRACE = re.compile(r"\\[\\{}()\[\]]|\\(?:left|right|[bB]igg?[lr]?)[.()\[\]]")
"""Brackets that need no other: escaped ones, and what stretches."""
ESCAPE = re.compile(r"\\(?=[_*])")
TOKEN = re.compile(r"[^ \t]+")
STOPS = ".,;:!?"
"""What can follow a formula without a blank."""
LETTER = re.compile("[\u02b0-\u02ff\u0370-\u03ff\u2100-\u214f\U0001d400-\U0001d7ff]")
"""Letters that commands stand for: accents, Greek, letter-like and mathematical ones."""
AROUND = "()*\"'“”"
"""What can touch a formula on both sides."""
NEVER = "^_"
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
                for region in dict.fromkeys((stripped, stripped.strip(AROUND), stripped.rstrip(")" + STOPS))):
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
    lead = region[: front[0]] if front else ""
    for count in range(1, min(len(front), len(back)) + 1):
        starts = back[-count]
        if Counter(region[place] for place in front[:count]) != Counter(region[place] for place in back[-count:]):
            continue
        if not region.endswith(lead, front[count - 1], starts):
            continue  # both copies begin with the same signs
        starts -= len(lead)
        tex = part_copies(region[:starts], region[starts:], certain=True)
        if tex and _is_tex(tex) and _is_shown(tex, region[:starts].rstrip()[: -len(tex)], region[starts:]):
            return tex
    return None


def _letters(text: str, start: int, end: int) -> list[int]:
    """Return where letters and digits stand in a stretch of text."""
    return [place for place in range(start, end) if text[place].isalnum()]


def _is_tex(tex: str) -> bool:
    """Whether a text can be TeX: whole commands of more than one letter, and brackets in pairs."""
    pairs = BRACE.sub("", tex)
    return (
        tex[0] not in NEVER
        and not tex.startswith("\\\\")
        and tex[-1] not in NEVER
        and tex[-1] != "\\"
        and not NO_TEX.search(tex)
        and all(pairs.count(opens) == pairs.count(closes) for opens, closes in ("{}", "()", "[]"))
    )


def _is_shown(tex: str, shown: str, drawn: str) -> bool:
    """Whether two copies show TeX: the same signs, its own letters, and what its commands stand for."""
    plain = COMMAND.sub("", tex)
    if _signs(shown) != _signs(drawn) or any(shown.count(sign) != plain.count(sign) for sign in "+=<>"):
        return False
    seen = Counter(filter(str.isalnum, drawn))
    names = [name for name in COMMAND.findall(tex) if name]
    spelled = [name for name in names if name in shown or name[1:] in shown]
    last = LAST_COMMAND.search(tex)
    if last and drawn[:1].isalpha() and drawn.isascii() and last[1] not in spelled:
        return False  # the drawn copy would begin inside a command
    own = Counter(filter(str.isalnum, plain))
    rest = seen - own - Counter("".join(spelled))
    return not own - seen and all(map(LETTER.match, rest))


def _signs(text: str) -> Counter[str]:
    """Count the signs of ASCII that MathML and KaTeX show alike: none for `=` is drawn for others too."""
    return Counter(sign for sign in text if sign.isascii() and not (sign.isalnum() or sign.isspace() or sign == "="))

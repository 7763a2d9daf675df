"""Reads two scores out of a judge's reply, and says how it read them."""

from __future__ import annotations

import re
from typing import NamedTuple

LOWEST, HIGHEST = 1.0, 10.0
"""The scale that the article's prompt names."""
END = 600
"""Characters at the end of a reply in which a closing pair of scores is looked for."""

# ASCII digits alone: `\d` would also take those of other scripts. No sign, no exponent, and no decimal comma, which
# could not be told from the comma between two scores.
NUMBER = r"(?<![\d.,+−–-])([0-9]{1,3}(?:\.[0-9]{1,4})?)(?![\d]|[.,]\d)"
OUT_OF_TEN = r"(?:\s*/\s*10(?![\d.])|\s+out of (?:10|ten))?"
LABEL = r"(?:assistant|answer|response)\s*#?\s*"
BETWEEN = r"(?:\s*[,;:|&]\s*|\s+(?:and|vs\.?|versus)\s+|\s+)"

STRICT = re.compile(rf"{NUMBER}\s+{NUMBER}")
THOUGHT = re.compile(r"\s*<think>.*?</think>", re.DOTALL)
ORNAMENT = re.compile(r"[*_`#>\"“”]+")
HEADING = re.compile(r"(?:the |overall |final )*(?:scores?|ratings?)(?: are| is)?\s*[:=]?\s*", re.IGNORECASE)
PLAIN = re.compile(rf"[(\[{{]?\s*{NUMBER}{OUT_OF_TEN}{BETWEEN}{NUMBER}{OUT_OF_TEN}\s*[)\]}}]?\s*\.?", re.IGNORECASE)
COMMA = re.compile(r"[(\[]?\s*([0-9]{1,3}),([0-9]{1,3})\s*[)\]]?\.?")
# `8/9` is two scores; `8/10` may be one score out of ten, so it is none.
SLASHED = re.compile(rf"{NUMBER}\s*/\s*(?!10(?![\d.]))([0-9]{{1,3}}(?:\.[0-9]{{1,4}})?)\s*\.?")
LABELLED = re.compile(
    rf"{LABEL}([12])\s*(?:[:=–-]|\bis\b|\bscores?\b)?\s*{NUMBER}{OUT_OF_TEN}{BETWEEN}?\s*"
    rf"{LABEL}([12])\s*(?:[:=–-]|\bis\b|\bscores?\b)?\s*{NUMBER}{OUT_OF_TEN}\s*\.?",
    re.IGNORECASE,
)
# At the end of a reply a pair of lines may say what each score is for, or a sentence names both.
LINE = rf"^\W*{LABEL}([12])\W*[:=–-]\W*{NUMBER}{OUT_OF_TEN}"
CLOSING_LINES = re.compile(rf"{LINE}[^\n]*\n+{LINE}", re.IGNORECASE | re.MULTILINE)
GIVEN = rf"{LABEL}([12]) (?:gets |receives |is given |would receive )?a score of {NUMBER}{OUT_OF_TEN}"
CLOSING_SENTENCE = re.compile(rf"{GIVEN}[^\n\d]{{0,80}}?{GIVEN}", re.IGNORECASE)
CLOSING_TUPLE = re.compile(rf"\(\s*{NUMBER}\s*,\s*{NUMBER}\s*\)")
ABOUT_SCORES = re.compile(r"scor|tuple|output|rating", re.IGNORECASE)


class Reading(NamedTuple):
    """What was read of a reply.

    Args:
        how: strict | lenient | tuple_at_end | none.
        first: score of the answer shown first, 1 – 10; None where nothing was read.
        second: score of the answer shown second.
        detail: why nothing was read; empty where scores were.
    """

    how: str
    first: float | None = None
    second: float | None = None
    detail: str = ""


def read_scores(reply: str) -> Reading:
    """Return the two scores of a reply.

    The first line that is not empty must hold two decimals from 1 to 10 and white space between them: `strict`. Other
    ways to write just two scores there are `lenient`. A reply that begins otherwise, but ends by naming a score for
    each assistant, is `tuple_at_end`. What fits nowhere, or lies off the scale, is `none`: a guess would be worse.
    """
    text = reply.replace("\ufeff", "").replace("\u200b", "")
    lines = _lines(text)
    if not lines:
        return Reading("none", detail="empty reply")
    if match := STRICT.fullmatch(lines[0]):
        return _on_scale("strict", match[1], match[2])
    lines = [line for line in (_bare(line) for line in _lines(THOUGHT.sub("", text, count=1))) if line]
    found = _lenient(lines[0]) or _lenient(" ".join(lines[:2])) if lines else None
    if found is not None:
        return _on_scale("lenient", *found)
    found = _closing(text)
    if found is not None:
        return _on_scale("tuple_at_end", *found)
    return Reading("none", detail="no two scores on the first line, nor at the end")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _bare(line: str) -> str:
    """Return a line without Markdown's ornament and a heading such as `Scores:`."""
    plain = ORNAMENT.sub("", line).strip()
    heading = HEADING.match(plain)
    return plain[heading.end() :] if heading else plain


def _lenient(line: str) -> tuple[str, str] | None:
    """Return the two scores of a line that holds nothing else."""
    if match := PLAIN.fullmatch(line) or COMMA.fullmatch(line) or SLASHED.fullmatch(line):
        return match[1], match[2]
    match = LABELLED.fullmatch(line)
    return _by_label(match) if match else None


def _by_label(match: re.Match[str]) -> tuple[str, str] | None:
    """Return labelled scores in the order of the assistants, whichever was named first."""
    if match[1] == match[3]:
        return None
    return (match[2], match[4]) if match[1] == "1" else (match[4], match[2])


def _closing(text: str) -> tuple[str, str] | None:
    """Return the last pair of scores at the end of a reply, if it is said there to be one."""
    tail = text.rstrip()[-END:]
    found: list[tuple[int, tuple[str, str]]] = []
    for match in CLOSING_TUPLE.finditer(tail):
        start = tail.rfind("\n", 0, match.start()) + 1
        before = tail[max(0, start - 120) : match.start()]
        if ABOUT_SCORES.search(before):
            found.append((match.start(), (match[1], match[2])))
    for pattern in (CLOSING_LINES, CLOSING_SENTENCE):
        labelled = [(match.start(), _by_label(match)) for match in pattern.finditer(tail)]
        found += [(start, pair) for start, pair in labelled if pair]
    return max(found)[1] if found else None


def _on_scale(how: str, first: str, second: str) -> Reading:
    """Return a reading, or none where a score is off the scale."""
    scores = float(first), float(second)
    if all(LOWEST <= score <= HIGHEST for score in scores):
        return Reading(how, *scores)
    return Reading("none", detail=f"off the scale of 1 – 10: {first} and {second}")

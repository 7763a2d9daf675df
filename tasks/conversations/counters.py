"""Tells page text at a turn's end from what somebody typed: counters from fractions, buttons from mentions of them."""

from __future__ import annotations

import re

COUNTS = re.compile(
    r"(?:\b(?:parts?|pages?|steps?|chapters?|volumes?|episodes?|slides?|questions?|messages?|versions?|rounds?|days?"
    r"|levels?|stages?|phases?|chunks?|batch(?:es)?|figures?|tables?|sections?|tests?|scores?|rat(?:e|ed|ing)|log|sin|cos"
    r"|tan|exp|is|are|of|equals?|by|than|plus|minus|times|teil|seite|parte|página|partie|deel|часть)"
    r"|[第共版本页頁部分章集]|[+\-*/=^×÷(\[{<,]|\d)[\s\"'#]*\Z",
    re.IGNORECASE,
)
"""What stands before a fraction that a person types: a word for what is counted, an operator, a number."""
MATHS = re.compile(
    r"(?i)fraction|simplif|divi[ds]|numerator|denominator|calculat|comput|equation|solve|arithmetic|bruch|fracci[oó]n|\bscor|\brat(?:e|ing)"
    r"|\d ?/ ?\d"
)
"""Words of tasks in which a fraction is what is asked about."""
WORD_OR_STOP = re.compile(
    r"(?:[^\W\d_]{3}[)\]}]?|\b(?i:it|me|ok|on|up|hi|go|us|do|to|ai)|[:;]-?\)|[.!?…;%`\"'”’»。！？，、」』\U0001f32c-\U0001faff]"
    r"|[\u2e80-\u9fff\uac00-\ud7af]|(?:\A|\n)\s*[)\]}]+)\Z"
)
"""The end of what a counter is glued to: a word of three letters or a common one of two, a stop, a face, a bracket."""
FEW = 3
"""Versions that a counter behind a blank may count; a fraction of more is a typed mark (5 / 5, 10 / 10)."""
BEFORE = 200
"""Characters before a counter that are looked at."""
LONG_ENOUGH = 24
"""Columns of text before a counter that a blank parts from it; fewer can be a typed line with a fraction."""


def is_counter(found: re.Match[str], value: str) -> bool:
    """Whether a fraction is a counter: of two or more, not beyond its end, and between words surely no typed one.

    Glued to a letter only the last of n versions is one (`版本1 / 2`, `1 / 2的蛋糕`), but for a capital behind it.
    """
    shown, of = int(found[1]), int(found[2])
    if not 0 < shown <= of or of < 2:
        return False
    before, behind = value[found.start() - 1 : found.start()], value[found.end() : found.end() + 1]
    return shown == of or (bool(before) and not before.isalnum()) or behind.isupper()


def is_version(found: re.Match[str], value: str) -> bool:
    """Whether a fraction at the end of a cleaned turn is a counter: n / n behind words that ask for no fraction.

    Nobody types one without a blank behind a word of three letters or a stop. On a line of its own it is one where the
    text is long enough to be a question by itself and no fraction is spoken of; behind a blank, of few versions only.
    """
    before = value[max(0, found.start() - BEFORE) : found.start()]
    parted = value[found.start() : found.start(1)]
    if found[1] != found[2] or found[1].startswith("0") or before.endswith((":", "：")):
        return False
    if "\n" in parted:
        line = before.rsplit("\n", 1)[-1]
        a_number = any(map(str.isdigit, line)) and not any(map(str.isalpha, line))
        return _is_long(before) and not a_number and not MATHS.search(before)
    if COUNTS.search(before):
        return False
    if not parted:
        return WORD_OR_STOP.search(before) is not None
    return _is_long(before) and int(found[1]) <= FEW and not MATHS.search(before)


def _is_long(text: str) -> bool:
    """Whether a text takes LONG_ENOUGH columns; a Chinese letter takes two."""
    return len(text) >= LONG_ENOUGH or sum(1 + (character > "\u2e80") for character in text) >= LONG_ENOUGH


MENTIONS = re.compile(
    r"\b(?:is|are|has|have|had|shows?|adds?|was|the|of|on|to|with|and|or|as|about|see|click(?:s|ed|ing)?|press(?:es|ed|ing)?|buttons?|called"
    r"|named|says?|said|reads?|words?|text|label(?:led|s)?|removes?|deletes?|means?|hit|tap|select|chose|choose) \Z",
    re.IGNORECASE,
)
"""What stands before a button's words that somebody writes about."""


LABELS = re.compile(r"[:：][ \t]*(?:\n[ \t]*(?:\S+[ \t]+){0,3}\S*[^\s.!?…。！？])+[ \t]*\Z")
"""A colon and lines of a few words below it: a list of labels that a person typed."""


def is_unmentioned(found: re.Match[str], value: str) -> bool:
    """Whether a button's words at a turn's end are not spoken of: no word for that stands before, no label above."""
    before = value[max(0, found.start() - BEFORE) : found.start()]
    if found[0].startswith("\n"):
        return not LABELS.search(before)
    return not (found[0].startswith(" ") and MENTIONS.search(before + " "))

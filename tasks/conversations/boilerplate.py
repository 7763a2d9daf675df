"""Text of the page that captures glued to a human turn: what it is, where the page put it, and when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Capture(Enum):
    """When and how a turn was captured, as far as it decides what page text can be glued to it."""

    DECEMBER_2022 = "the page of December 2022: counters stand behind the text"
    EARLY_2023 = "the page of January to April 2023: counters stand before the text"
    LATER = "the page of May 2023 and later: the extension took the text alone"
    MARKDOWN = "a dump that somebody had cleaned: Markdown, no markup left to see page text by"


PAGE = frozenset([Capture.DECEMBER_2022, Capture.EARLY_2023])


@dataclass(frozen=True)
class PageText:
    """One kind of page text.

    Args:
        name: what the repair says.
        pattern: finds it, at the turn's end or its start, with all that goes with it.
        captures: where it occurs.
        counter: whether its two groups are a counter's numbers.
        meaning: one sentence.
        source: where it was seen.
    """

    name: str
    pattern: re.Pattern[str]
    captures: frozenset[Capture]
    counter: bool
    meaning: str
    source: str


GLUED = r"(?:(?<=[\w.!?…)\]}\"'”’»*`。！？，、）」』])(?<![:：]\n)|(?<=[^:：\s])[ \t]*\n\s*)"
"""Behind the last word or its stop without a blank, or in a paragraph of its own that nothing announces."""
CJK = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"

TABLE = (
    PageText(
        "Save & SubmitCancel",
        re.compile(GLUED + r"Save & SubmitCancel\Z"),
        PAGE | {Capture.MARKDOWN},
        False,
        "The two buttons below a turn that was being edited.",
        "the extension before April 2023 took the text of the whole row",
    ),
    PageText(
        "Share Prompt",
        re.compile(GLUED + r"Share Prompt\Z"),
        PAGE | {Capture.MARKDOWN},
        False,
        "The button that the extension AIPRM put below each prompt.",
        "31 human turns of 1,011 rows of ShareGPT V3",
    ),
    PageText(
        "counter",
        re.compile(rf"(?:(?<=[.!?…\"'”’»)\]}}。！？])|(?<=[^\W\d_{CJK}])|(?<=[{CJK}]))(\d{{1,3}}) / (\d{{1,3}})\Z"),
        frozenset([Capture.DECEMBER_2022]),
        True,
        "Which version of an edited turn is shown, behind the text.",
        "rows of December 2022",
    ),
    PageText(
        "counter",
        re.compile(r"(\d{1,3}) / (\d{1,3})(?=[^\s\d+\-*/=^%)<>,.:;\]}])(?![a-z](?![a-zA-Z'’]))"),
        frozenset([Capture.EARLY_2023]),
        True,
        "Which version of an edited turn is shown, before the text.",
        "rows of January to March 2023",
    ),
)
"""Each kind of page text; whoever reads other rows adds theirs."""


def cut_page_text(value: str, capture: Capture) -> tuple[str, list[str]]:
    """Cut the page text off a turn's ends.

    Args:
        value: the turn's text.
        capture: how it was captured.

    Returns:
        The text, and the names of what was cut, from outside in.
    """
    cut: list[str] = []
    while found := next((hit for text in TABLE if capture in text.captures and (hit := _cut(text, value))), None):
        value, name = found
        cut.append(name)
    return value, cut


def _cut(text: PageText, value: str) -> tuple[str, str] | None:
    """Cut one kind of page text off a turn; None where it is not there, or could be typed."""
    at_end = text.pattern.pattern.endswith(r"\Z")
    found = text.pattern.search(value, max(0, len(value) - 64)) if at_end else text.pattern.match(value)
    if found is None or (text.counter and not _is_counter(found, value)):
        return None
    rest = value[: found.start()] if at_end else value[found.end() :]
    return (rest, text.name) if rest.strip() else None


def _is_counter(found: re.Match[str], value: str) -> bool:
    """Whether a fraction is a counter: of two or more, not beyond its end, and between words surely no typed one.

    Glued to a letter only the last of n versions is one (`版本1 / 2`, `1 / 2的蛋糕`), but for a capital behind it.
    """
    shown, of = int(found[1]), int(found[2])
    if not 0 < shown <= of or of < 2:
        return False
    before, behind = value[found.start() - 1 : found.start()], value[found.end() : found.end() + 1]
    return shown == of or (bool(before) and not before.isalnum()) or behind.isupper()

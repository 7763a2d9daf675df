"""A human turn as it was typed: entities decoded exactly once where the server escaped it, page text cut off."""

from __future__ import annotations

import re

from tasks.conversations.encoding import Encoding

ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))
"""What the sanitiser escaped, the ampersand last, so that nothing is decoded twice."""

LEADING_COUNTER = re.compile(r"(\d{1,3}) / (\d{1,3})(?![\s+\-*/=^%)<>,.:;\]}])")
TRAILING_COUNTER = re.compile(r"(?<![\d\s+\-*/=^%(<>,:;\[{.])(\d{1,3}) / (\d{1,3})\Z")
BUTTONS = ("Save & SubmitCancel", "Share Prompt")
LONE_BADGE = re.compile(r"\A!(?:\n|\Z)|\n!\Z")
MAY_CHANGE = r"[<>&]|^Share Prompt|Share Prompt$|^\d{1,3} / \d|\d / \d{1,3}$|^!(?:\n|$)|\n!$"
"""What stands in every value of a page's conversation that is changed or tells its encoding; for Polars, whose `$` is
the end."""


def as_typed(value: str, encoding: Encoding) -> tuple[str, list[tuple[str, str]]]:
    """Restore a human turn.

    Args:
        value: the stored text; it is plain text, so it passes through no HTML parser.
        encoding: the conversation's.

    Returns:
        The text and the repairs made: kind and detail.
    """
    repairs = []
    if encoding is Encoding.FULL and "&" in value:
        decoded = value
        for entity, character in ENTITIES:
            decoded = decoded.replace(entity, character)
        if decoded != value:
            value = decoded
            repairs.append(("entities", ""))
    if encoding is not Encoding.MARKDOWN:
        value, cut = _cut_page_text(value)
        while cut:
            repairs.append(("page_text", cut))
            value, cut = _cut_page_text(value)
    return value, repairs


def _cut_page_text(value: str) -> tuple[str, str]:
    """Cut one piece of glued page text off either end, and name it; an empty name: nothing was cut."""
    if value.endswith(BUTTONS):
        button = next(button for button in BUTTONS if value.endswith(button))
        return value[: -len(button)], button
    if value.startswith(BUTTONS[1]):
        return value[len(BUTTONS[1]) :], BUTTONS[1]
    if value[:1].isdigit():
        found = LEADING_COUNTER.match(value)
        if found and 0 < int(found[1]) <= int(found[2]) and found.end() < len(value):
            return value[found.end() :], "counter"
    if value[-1:].isdigit():
        found = TRAILING_COUNTER.search(value, max(0, len(value) - 12))
        if found and 0 < int(found[1]) <= int(found[2]) and found.start():
            return value[: found.start()], "counter"
    if "!" in (value[:1], value[-1:]):
        found = LONE_BADGE.search(value)
        if found:
            return value[: found.start()] + value[found.end() :], "badge"
    return value, ""

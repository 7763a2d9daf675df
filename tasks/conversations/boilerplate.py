"""Cuts the text that captures glued to the ends of turns: buttons, counters, sentences of extensions."""

from __future__ import annotations

import re

from tasks.conversations.page_texts import BLANK, TABLE, Capture, PageText

KINDS = {
    (capture, role): [text for text in TABLE if capture in text.captures and text.role == role]
    for capture in Capture
    for role in ("user", "assistant")
}
LOOSE = frozenset(text.name for text in TABLE if text.loose)
"""Kinds that are cut also where they could be typed, once another turn of the conversation surely has them."""
WORDS = {
    role: tuple(dict.fromkeys(word for text in KINDS[Capture.MARKDOWN, role] for word in text.ends))
    for role in ("user", "assistant")
}
NUMBERS = {"user": rf"|\d{BLANK}[/／]{BLANK}\d{{1,3}}|Language: [A-Z][A-Za-z ()]*", "assistant": ""}
MAY_END_IN_PAGE_TEXT = {
    role: rf"(?:{'|'.join(map(re.escape, words))}{NUMBERS[role]})\s*$" for role, words in WORDS.items()
}
"""What a turn of a cleaned dump ends in, if page text is glued to it; for Polars, whose `$` is the end."""
TAIL, LONG_TAIL = 64, 160
"""Characters of a turn's end in which page text shows; AIPRM's sentence may name a tone and a style."""


def cut_page_text(
    value: str, capture: Capture, seen: frozenset[str] = frozenset(), role: str = "user"
) -> tuple[str, list[str]]:
    """Cut the page text off a turn's ends.

    Args:
        value: the turn's text.
        capture: how it was captured.
        seen: names of what other turns of the conversation surely had.
        role: whose turn it is, user or assistant.

    Returns:
        The text, and the names of what was cut, from outside in.
    """
    cut: list[str] = []
    if capture is Capture.MARKDOWN and not may_end_in_page_text(value, role):
        return value, cut
    kinds = KINDS[capture, role]
    while True:
        end = value[-TAIL:].rstrip()
        may = [text for text in kinds if not text.ends or end.endswith(text.ends)]
        found = next((hit for text in may if (hit := _cut(text, value, seen))), None)
        if found is None:
            return value, cut
        value, name = found
        cut.append(name)


def may_end_in_page_text(value: str, role: str) -> bool:
    """Whether the last words of a cleaned turn can be page text: at least where MAY_END_IN_PAGE_TEXT does."""
    end = value[-TAIL:].rstrip()
    return end.endswith(WORDS[role]) or (role == "user" and (end[-1:].isdigit() or "Language: " in end))


def may_hold_page_text(value: str) -> bool:
    """Whether a turn of a page's conversation may have page text at one of its ends: a button's words or a counter."""
    end = value[-TAIL:].rstrip()
    return value[:1].isdigit() or end[-1:].isdigit() or end.endswith(("Share Prompt", "Cancel"))


def _cut(text: PageText, value: str, seen: frozenset[str]) -> tuple[str, str] | None:
    """Cut one kind of page text off a turn; None where it is not there, or could be typed."""
    long = value[-TAIL:].rstrip(" \t\n.").endswith((" language", " tone", " style"))
    start = max(0, len(value) - (LONG_TAIL if long else TAIL))
    found = text.pattern.search(value, start) if text.at_end else text.pattern.match(value)
    if found is None and text.loose and text.name in seen:
        found = text.loose.search(value, start)
    if found is None or (text.holds and not text.holds(found, value)):
        return None
    rest = value[: found.start()] if text.at_end else value[found.end() :]
    return (rest, text.name) if rest.strip() else None

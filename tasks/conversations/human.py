"""A human turn as it was typed: entities decoded exactly once where the server escaped it, page text cut off."""

from __future__ import annotations

import re

from tasks.conversations.boilerplate import cut_page_text
from tasks.conversations.encoding import Encoding
from tasks.conversations.page_texts import Capture

ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))
"""What the sanitiser escaped, the ampersand last, so that nothing is decoded twice."""
MAY_CHANGE = r"[<>&]|Share Prompt\s*$|^\d{1,3} / \d|\d / \d{1,3}$|(?i:html)"
"""What stands in every value of a page's conversation that is changed or decides about others (a request for HTML);
for Polars, whose `$` is the end."""


ESCAPED = re.compile(r"\\(?=[_*])")
"""The backslash that FastChat's converter put before each underscore and star of what was typed."""


def as_typed(
    value: str, encoding: Encoding, capture: Capture, seen: frozenset[str] = frozenset()
) -> tuple[str, list[tuple[str, str]]]:
    """Restore a human turn.

    Args:
        value: the stored text; it is plain text, so it passes through no HTML parser.
        encoding: the conversation's.
        capture: how it was captured.
        seen: names of page text that other turns of the conversation surely had.

    Returns:
        The text and the repairs made: kind and detail.
    """
    if capture is Capture.LATER and "&" not in value and "\\" not in value:  # most
        return value, []
    repairs = []
    if encoding is Encoding.FULL and "&" in value:
        decoded = value
        for entity, character in ENTITIES:
            decoded = decoded.replace(entity, character)
        if decoded != value:
            value = decoded
            repairs.append(("entities", ""))
    elif encoding is Encoding.FASTCHAT and "\\" in value:
        value, count = ESCAPED.subn("", value)
        if count:
            repairs.append(("backslashes", str(count)))
    value, cut = cut_page_text(value, capture, seen)
    return value, [*repairs, *[("page_text", name) for name in cut]]

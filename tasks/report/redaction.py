"""Reads raw markup as its words alone, so that what tags and entities hide from a search is found."""

from __future__ import annotations

import html
import re

TAG = re.compile(r"<[^<>]*>")
LAYERS = 3
"""How often a text may have been escaped; dumps are escaped twice at most."""


def words_of(markup: str) -> str:
    """Return a text without tags and with its entities decoded, in linear time."""
    text = TAG.sub("", markup)
    for _ in range(LAYERS):
        decoded = html.unescape(text)
        if decoded == text:
            return text
        text = TAG.sub("", decoded)
    return text


def whole_words(head: str, cut: bool) -> str:
    """Return a text without its last word where it was cut: half a secret is not recognised as one."""
    return head.rstrip().rpartition(" ")[0] if cut else head

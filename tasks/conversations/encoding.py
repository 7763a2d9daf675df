"""The encoding of a conversation: what the server had done to its values, told once from all its turns."""

from __future__ import annotations

import re
from enum import StrEnum

from tasks.markdown.answer import is_page

BARE_TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s+[a-z-]+=\"[^\"<>]*\")*\s*/?>")
"""A tag as the full sanitiser writes it: what it let through is no evidence of literal text."""
SANITISED_ENTITY = re.compile(r"&(?:lt|gt|amp|quot);")
RAW = re.compile(r"[<>]|&(?!(?:lt|gt|amp|quot);)")
HEAD = 400
"""Characters in which the page's wrappers name themselves."""


class Encoding(StrEnum):
    """What a conversation's values are."""

    VERBATIM = "verbatim"
    DEFAULT = "default_sanitised"
    FULL = "fully_sanitised"
    MARKDOWN = "markdown"


def detect_encoding(human: list[str], answers: list[str]) -> tuple[Encoding, str]:
    """Return a conversation's encoding, and the evidence for it in a few words.

    Args:
        human: the values of the human turns.
        answers: the values of the assistant turns.
    """
    pages = [value for value in answers if is_page(value)]
    if not pages:
        return Encoding.MARKDOWN, "no answer opens with markup" if answers else "no answer"
    if any(value[:HEAD].lstrip().startswith("<div ") for value in pages):
        return Encoding.VERBATIM, "the wrapper names its classes"
    escaped = False
    for value in human:
        if "<" not in value and ">" not in value and "&" not in value:
            continue
        if RAW.search(BARE_TAG.sub("", value)):
            return Encoding.DEFAULT, "raw < or & in a human turn"
        escaped = escaped or SANITISED_ENTITY.search(value) is not None
    if escaped:
        return Encoding.FULL, "entities alone in the human turns"
    if any("<svg" in value or "<code class=" in value for value in pages):
        return Encoding.FULL, "classes kept in the answers"
    if any("<pre>" in value for value in pages):
        return Encoding.DEFAULT, "no class on any code block"
    return Encoding.FULL, "nothing tells the sanitisers apart"

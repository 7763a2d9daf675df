"""The encoding of a conversation: what the server had done to its values, told once from all its turns."""

from __future__ import annotations

import re
from enum import StrEnum

from tasks.conversations.page_texts import Capture
from tasks.markdown.opening import Opening, opening_of

BARE_TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s+[a-z-]+=\"[^\"<>]*\")*\s*/?>")
"""A tag as the full sanitiser writes it: what it let through is no evidence of literal text."""
SANITISED_ENTITY = re.compile(r"&(?:lt|gt|amp|quot);")
RAW = re.compile(r"[<>]|&(?!(?:lt|gt|amp|quot);)")
HEAD = 400
"""Characters in which the page's wrappers name themselves."""
LATER = re.compile(
    r"justify-between rounded-t-md|bg-gray-950|data-state=|contain-inline-size|overflow-visible!|data-start="
)
"""Classes of the page of May 2023 and later."""


class Encoding(StrEnum):
    """What a conversation's values are."""

    VERBATIM = "verbatim"
    DEFAULT = "default_sanitised"
    FULL = "fully_sanitised"
    MARKDOWN = "markdown"
    FASTCHAT = "fastchat_markdown"


def detect_encoding(human: list[str], pages: list[str], fastchat: str | None = None) -> tuple[Encoding, str]:
    """Return a conversation's encoding, and what shows it in a few words.

    Args:
        human: the values of the human turns.
        pages: the values of the assistant turns that are the page's markup.
        fastchat: what shows that it went through FastChat, if it did.
    """
    if fastchat and not pages:
        return Encoding.FASTCHAT, fastchat
    if not pages:
        return Encoding.MARKDOWN, "no answer is the page's markup"
    if any(opening_of(value) is Opening.WRAPPER for value in pages):
        return Encoding.VERBATIM, "the wrapper names its classes"
    escaped = False
    for value in human:
        if "<" not in value and ">" not in value and "&" not in value:
            continue
        if RAW.search(BARE_TAG.sub("", value)):
            return Encoding.DEFAULT, "raw < or & in a human turn"
        escaped = escaped or SANITISED_ENTITY.search(value) is not None
    if escaped:  # asked before the classes: the sanitiser that ran over the JSON text left entities and no classes
        return Encoding.FULL, "entities alone in the human turns"
    if any("<svg" in value or "<code class=" in value for value in pages):
        return Encoding.FULL, "classes kept in the answers"
    if any("<pre>" in value for value in pages):
        return Encoding.DEFAULT, "no class on any code block"
    return Encoding.FULL, "nothing tells the sanitisers apart"


def capture_of(encoding: Encoding, pages: list[str]) -> Capture:
    """Return how a conversation was captured, told from its answers' markup.

    Args:
        encoding: the conversation's.
        pages: the values of the assistant turns that are the page's markup.
    """
    if encoding is Encoding.MARKDOWN or encoding is Encoding.FASTCHAT:
        return Capture.MARKDOWN
    if any(LATER.search(value) for value in pages):
        return Capture.LATER
    if encoding is Encoding.DEFAULT or any("request-" in value[:HEAD] for value in pages):
        return Capture.DECEMBER_2022
    return Capture.EARLY_2023

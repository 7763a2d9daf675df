"""Redacts whatever the report shows, whatever the run's settings were."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, get_args

from schemas.settings import PiiKind, Privacy
from tasks.conversations.ragged import offsets_of
from tasks.privacy.redact import redact

TAG = re.compile(r"<[^<>]*>")
LAYERS = 3
"""How often a text may have been escaped; dumps are escaped twice at most."""
HIDDEN = "(markup not shown: without it, these words are not as they were)"


def strictest(settings: dict[str, Any]) -> Privacy:
    """Return the run's privacy settings with every kind looked for and replaced."""
    return Privacy(**{**settings, "policy": "redact", "kinds": get_args(PiiKind), "tag_only": ()})


def redact_texts(conversations: Sequence[list[str]], privacy: Privacy) -> list[list[str]]:
    """Return the texts redacted, those of one conversation together."""
    offsets = offsets_of([len(texts) for texts in conversations]).tolist()
    flat = [text for texts in conversations for text in texts]
    numbers = [place for texts in conversations for place in range(len(texts))]
    content = redact(offsets, numbers, flat, privacy).content
    return [content[start:end] for start, end in pairwise(offsets)]


def redact_markup(conversations: Sequence[list[str]], privacy: Privacy) -> list[list[str]]:
    """Return the texts redacted; where tags or entities hid something, the words alone, redacted."""
    shown = redact_texts(conversations, privacy)
    words = [[without_markup(text) for text in texts] for texts in shown]
    safe = redact_texts(words, privacy)
    return [
        [text if plain == bare else f"{HIDDEN}\n{bare}" for text, plain, bare in zip(*row, strict=True)]
        for row in zip(shown, words, safe, strict=True)
    ]


def without_markup(markup: str) -> str:
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

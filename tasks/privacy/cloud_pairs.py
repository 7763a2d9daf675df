"""Finds AWS secret access keys: 40 characters without a mark of their own, known by their name or their key id."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.privacy.randomness import is_random
from tasks.privacy.span import Span

NAME = r"(?:[Ss]ecret|SECRET)[ _\\-]{0,3}(?:[Aa]ccess|ACCESS)|(?:aws|AWS|Aws)[ _\\-]{0,3}(?:[Ss]ecret|SECRET)"

_ANCHOR = re.compile(r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}|" + NAME)
# Emphasis, the bars of a table, backslashes and tags may part the characters; a key's id is none of them.
_PARTED = r"(?:\*{1,3}|[`\\]|[ \t]?\|[ \t]?|</?(?:b|i|em|strong|code|td|wbr)>){0,4}"
_OPENS, _CLOSES = r"(?<![A-Za-z0-9/+=-])(?<![A-Za-z0-9]_)", r"(?![^\W_]|[/+=-]|_\w)"
_SECRET = re.compile(rf"{_OPENS}(?!(?:AKIA|ASIA|ABIA|ACCA))(?:[A-Za-z0-9/+]{_PARTED}){{39}}[A-Za-z0-9/+]{_CLOSES}")
_WHOLE = re.compile(rf"{_OPENS}[A-Za-z0-9/+]{{40}}{_CLOSES}")
_MARK = re.compile(r"</?(?:b|i|em|strong|code|td|wbr)>|[^A-Za-z0-9/+]")


def aws_secrets(text: str, min_entropy: float) -> Iterator[Span]:
    """Yield secret access keys of a text that has their name or a key id.

    They may be whole, or parted by emphasis or the cells of a table.

    Args:
        text: one turn.
        min_entropy: bits a character a value needs.
    """
    if _ANCHOR.search(text) is None:
        return
    for pattern in (_WHOLE, _SECRET):
        for match in pattern.finditer(text):
            value = _MARK.sub("", match.group())
            if _is_secret(value, min_entropy):
                yield Span("api_key", *match.span(), value, contextual=True)


def _is_secret(value: str, min_entropy: float) -> bool:
    """Whether 40 characters are drawn by chance from all letters; a commit's hash is hexadecimal."""
    both = any(c.isupper() for c in value) and any(c.islower() for c in value)
    return both and is_random(value, min_entropy, 4)

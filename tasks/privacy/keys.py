"""Finds keys, tokens, private keys and passwords in one text."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from tasks.privacy.shapes import FREE, JWT, KEY_HEADER, NAME, NAMED, STARTED, URL_LOGIN, VALUE
from tasks.privacy.span import Span
from tasks.privacy.spared import PASSWORDS, PLACEHOLDER_PARTS

_STARTED = tuple((shape.start, re.compile(re.escape(shape.start) + shape.body)) for shape in STARTED)
_FREE = re.compile(r"(?<![A-Za-z0-9_.~-])(?:" + "|".join(body for body, _ in FREE) + r")(?![A-Za-z0-9_-])")
_NAMED = tuple(re.compile(pattern) for pattern in NAMED)
_VALUE = re.compile(VALUE + r"(?![A-Za-z0-9_+/.=~(\[-])")
_NAME = re.compile(NAME)
_NAME_CHARS = 48  # the longest name with its quotes and blanks
_RUN = re.compile(r"[A-Za-z0-9]{16}")
_JWT = re.compile(r"(?<![A-Za-z0-9_-])" + JWT)
_HEADER = re.compile(KEY_HEADER)
_BODY = re.compile(r"(?:(?:\s|\\[nr]|[\"'+,])*[A-Za-z0-9+/=]{40,})+(?:(?:\s|\\[nr]|[\"'+,])*[A-Za-z0-9+/]+={1,2})?")
_KEY_CHARS = 16_384  # RSA of 16,384 bits takes 12,800
_KEY_LINE = re.compile(r"[A-Za-z0-9+/=]{40}")
_URL = re.compile(URL_LOGIN)
_NO_PASSWORD = re.compile(PASSWORDS)


def is_placeholder(value: str) -> bool:
    """Whether a token only shows where a token goes: `sk-xxxx…`, `YOUR_API_KEY`."""
    low = value.lower()
    return len(set(low)) < 6 or any(part in low for part in PLACEHOLDER_PARTS)


def entropy(value: str) -> float:
    """Return the Shannon entropy of a text's characters, in bits a character."""
    n = len(value)
    return -sum(k / n * math.log2(k / n) for k in Counter(value).values())


def private_keys(text: str) -> Iterator[Span]:
    """Yield PEM blocks, also those whose end is missing; a header with `...` below it is a placeholder."""
    end, taken = -1, 0
    for header in _HEADER.finditer(text):
        start, body = header.span()
        if start < taken:
            continue
        if end < body:
            end = text.find("-----END", body)
            end = len(text) if end < 0 else end
        cut = _BODY.match(text, body)
        if end - body <= _KEY_CHARS and end < len(text) and _is_body(text, body, end):
            close = text.find("-----", end + 8, end + 80)
            taken = close + 5 if close > 0 else end + 8
        elif cut is not None:
            taken = cut.end()
        else:
            continue
        yield Span("private_key", start, taken, text[start:taken])


def _is_body(text: str, start: int, end: int) -> bool:
    """Whether what stands between a key's header and its end is a key: lines of base64, nothing begun anew."""
    body = text[start:end]
    return "-----BEGIN" not in body and "<" not in body and _KEY_LINE.search(body) is not None


def url_passwords(text: str) -> Iterator[Span]:
    """Yield the password of `scheme://user:password@host`; a password that is none is spared."""
    for match in _URL.finditer(text):
        user = text[match.start() + 3 : match.start(1) - 1]
        value = match.group(1)
        spared = _NO_PASSWORD.fullmatch(value) is not None or value == user
        yield Span("password", *match.span(1), value, contextual=True, spared=spared)


def jwts(text: str) -> Iterator[Span]:
    """Yield JSON web tokens: three base64url parts, the first two JSON objects."""
    for match in _JWT.finditer(text):
        yield Span("jwt", *match.span(), match.group())


def issued(text: str) -> Iterator[Span]:
    """Yield keys whose shape tells the provider; what only shows where a key goes is left out."""
    for start, pattern in _STARTED:
        at = text.find(start)
        while at >= 0:
            match = pattern.match(text, at) if _opens(text, at) else None
            end = match.end() if match is not None else at + len(start)
            if match is not None and _is_key(start, match.group()) and not text[end : end + 1].isalnum():
                yield Span("api_key", at, end, match.group())
            at = text.find(start, end)
    for match in _FREE.finditer(text):
        if not is_placeholder(match.group()):
            yield Span("api_key", *match.span(), match.group())


def named(text: str) -> Iterator[Span]:
    """Yield the values of names that only ever hold a secret: AWS's secret key, an Authorization header."""
    for pattern in _NAMED:
        for match in pattern.finditer(text):
            if not is_placeholder(match.group(1)):
                yield Span("api_key", *match.span(1), match.group(1), contextual=True)


def assigned(text: str, min_entropy: float) -> Iterator[Span]:
    """Yield random values of names like api_key.

    Args:
        text: one turn.
        min_entropy: bits a character a value needs.
    """
    for match in _VALUE.finditer(text):
        value = match.group(1)
        run = _RUN.search(value)
        if run is None or not _NAME.search(text, max(0, match.start() - _NAME_CHARS), match.start()):
            continue
        random = _mixed(run.group()) and entropy(value) >= min_entropy
        if random and any(c.isdigit() for c in value) and not is_placeholder(value):
            yield Span("api_key", *match.span(1), value, contextual=True)


def _is_key(start: str, value: str) -> bool:
    """Whether a value of a provider's shape is a key; AWS's own examples (AKIA…EXAMPLE) count as keys."""
    return start == "AKIA" or (_mixed(value[len(start) :]) and not is_placeholder(value))


def _opens(text: str, at: int) -> bool:
    r"""Whether a token may start here: no letter or digit before it, unless that ends an escaped \n."""
    if at == 0 or not text[at - 1].isalnum():
        return True
    return text[at - 2 : at] in ("\\n", "\\t", "\\r")


def _mixed(value: str) -> bool:
    """Whether a value has digits among its letters, or capitals among its small letters within a word."""
    lower = any(c.islower() for c in value)
    upper = any(c.isupper() for c in value)
    digit = any(c.isdigit() for c in value)
    return (digit and (lower or upper)) or (lower and upper and "-" not in value)

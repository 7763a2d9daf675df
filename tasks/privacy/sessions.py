"""Finds what a client shows to a server in one text: sessions, cookies, and logins in base64."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from tasks.privacy.randomness import is_placeholder, is_random, is_uuid
from tasks.privacy.span import Span
from tasks.privacy.spared import ORDINARY_WORDS, PASSWORDS
from tasks.privacy.well_known import KNOWN_LOGINS

AUTHORIZATION = (
    r"uthorization[\"']?[ \t]{0,4}[:=,][ \t]{0,4}[\"'`]?(?i:bearer|basic|token|apikey)[ \t]{1,4}"
    r"([A-Za-z0-9._~+/-]{16,1000}={0,2})"
)

# What a browser sends back, by the names that servers give it; in a header every value counts.
SESSION = (
    r"(?i:sess(?:ion)?_?id|connect\.sid|[a-z0-9]_session|(?:^|[ ;,\"'`])session|[^a-z0-9]sid|"
    r"__(?:secure|host)-[a-z0-9._-]{1,40})"
    r"[\"']?[=:][ ]?[\"']?(?:s%3A|s:)?([A-Za-z0-9%._~+/-]{20,400}={0,2})"
)
SESSION_HINT = (
    r"(?:ession(?:_?[Ii][Dd])?|SESS(?:ION)?_?ID|sid|SID|__Secure-[A-Za-z0-9._-]+|__Host-[A-Za-z0-9._-]+)"
    r"[\"']?[=:][ ]?[\"']?[A-Za-z0-9%._~+/:-]{20}|ookie[\"']?[ ]?[:=,]|"
    r"uthorization[\"' \t]{0,5}[:=,]"
)
COOKIE = r"(?i:cookie)[\"']?[ ]?[:=,][ ]?[\"']?([^\n\"'`]{20,4000})"
COOKIE_VALUE = r"(?:^|[; ])[A-Za-z0-9_.-]{1,64}=([A-Za-z0-9%._~+/|:-]{20,1000}={0,2})(?=;|$|[ ])"

# User and password in base64, in npm's and Docker's files.
LOGIN_PAIR = r"uth[\"']?[ \t]{0,2}[:=][ \t]{0,2}[\"']?([A-Za-z0-9+/]{10,400}={0,2})(?![A-Za-z0-9+/=_-])"
LOGIN_PAIR_HINT = r"uth[\"']?[ \t]{0,2}[:=][ \t]{0,2}[\"']?[A-Za-z0-9+/]{10}"

_AUTHORIZATION = re.compile(AUTHORIZATION)
_COOKIE = re.compile(COOKIE)
_COOKIE_VALUE = re.compile(COOKIE_VALUE)
_LOGIN_PAIR = re.compile(LOGIN_PAIR)
_NO_PASSWORD = re.compile(PASSWORDS)
_SESSION = re.compile(SESSION)
_CHARS_A_PIECE = 3.3  # as for values of names without a qualifier


def sessions(text: str, min_entropy: float) -> Iterator[Span]:
    """Yield values of Authorization and Cookie headers, names of sessions, and logins in base64.

    Args:
        text: one turn.
        min_entropy: bits a character a session's value needs.
    """
    for match in _AUTHORIZATION.finditer(text):
        value = match.group(1)
        if not is_placeholder(value):
            login = _login(value)
            yield _span(match)._replace(spared=login is not None and not _is_real(login))
    for match in _LOGIN_PAIR.finditer(text):
        login = _login(match.group(1))
        if login is not None and _is_real(login):
            yield _span(match)
    found = [match for header in _COOKIE.finditer(text) for match in _COOKIE_VALUE.finditer(text, *header.span(1))]
    # A UUID without a header is one of many names that a program gives.
    found += [match for match in _SESSION.finditer(text) if not is_uuid(match.group(1))]
    for match in found:
        if is_random(match.group(1), min_entropy, _CHARS_A_PIECE):
            yield _span(match)


def _span(match: re.Match[str]) -> Span:
    return Span("api_key", *match.span(1), match.group(1), contextual=True)


def _login(value: str) -> str | None:
    """Return the user and password that a value is in base64; None where it is none."""
    try:
        text = base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    user, colon, password = text.partition(":")
    return text if colon and user and password and text.isprintable() else None


def _is_real(login: str) -> bool:
    """Whether a login is nobody's example."""
    user, _, password = login.partition(":")
    ordinary = password.lower() in ORDINARY_WORDS or _NO_PASSWORD.fullmatch(password) is not None
    return not ordinary and password != user and login not in KNOWN_LOGINS

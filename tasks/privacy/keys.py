"""Finds keys and tokens in one text: by a provider's shape, by the name they are assigned to, by a signed URL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from tasks.privacy.names import KEY_WORDS, Named, named_values
from tasks.privacy.randomness import is_mixed, is_placeholder, is_random, is_uuid, is_worded
from tasks.privacy.shapes import FREE, JWT, KEY_OPTION, SIGNED, URL_KEY, Shape
from tasks.privacy.span import Span

JWT_HINT = r"eyJ[A-Za-z0-9_-]{8,}\.eyJ"

_FREE = re.compile(r"(?:(?<![A-Za-z0-9_.~-])|(?<=/bot))(?:" + "|".join(FREE) + r")(?![A-Za-z0-9_-])")
_OPTION = re.compile(KEY_OPTION)
_SIGNED = tuple((name, re.compile(body)) for name, body in SIGNED.items())
_PARAMETER = ("?", "&", ";")
_URL_KEY = re.compile(URL_KEY)
_JWT = re.compile(r"(?<![A-Za-z0-9_-])" + JWT)

# Names by the letters before and within the last word; what is assigned to the first is never a secret.
_PUBLIC = re.compile(
    r"(?:public|pub|primary|foreign|sort|cache|partition|idempotency|unique|index|hot|row|object|dict|map|composite|"
    r"shortcut|csrf|xsrf|page|next|continuation|eos|bos|pad|special|stop|mask|unk)(?:key|token)"
)
_SECRET = re.compile(
    r"(?:api|access|auth|client|app|consumer|subscription|encryption|signing|private|account|bot|service|bearer|refresh|"
    r"session|webhook|master|admin|deploy|storage|shared|oauth|hmac|license|security|personal|integration|secret|"
    r"instrumentation|ingestion)"
    r"(?:key|token)|secret"
)
_NO_SUFFIX = re.compile(
    r"_(?i:ids?|name|type|file|path|ur[il]|arn|size|len|length|index|codes?|pair|vault|version|alias)"
)
_VALUE = re.compile(r"[A-Za-z0-9_+/.=~-]{16,256}(?::fx\b)?(?![A-Za-z0-9_+/.=~(\[-])")
_RUN = re.compile(r"[A-Za-z0-9]{16}")
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_ONE_TIME, _BASE32 = re.compile(r"otp|2fa|mfa|authenticator"), re.compile(r"[A-Z2-7]{16,64}")
_LONGEST = 256
_SHORTEST = 8  # in quotes, after a name that only a secret has
_SHORTEST_BARE = 20
_CHARS_A_PIECE = 3.3  # random: 1.8 in base 62, 2.1 in base 16; words in camel case: 4


def jwts(text: str) -> Iterator[Span]:
    """Yield JSON web tokens: three base64url parts, the first two JSON objects."""
    for match in _JWT.finditer(text):
        yield Span("jwt", *match.span(), match.group())


def issued(text: str, shapes: tuple[Shape, ...]) -> Iterator[Span]:
    """Yield keys of some providers' shapes; what only shows where a key goes is left out."""
    for shape in shapes:
        at = text.find(shape.start)
        while at >= 0:
            match = _shape(shape).match(text, at) if _opens(text, at) else None
            end = match.end() if match is not None else at + len(shape.start)
            if match is not None and _is_key(shape.start, match.group()) and not text[end : end + 1].isalnum():
                yield Span("api_key", at, end, match.group())
            at = text.find(shape.start, end)


def unmarked(text: str) -> Iterator[Span]:
    """Yield keys whose shape has no literal start: Telegram's, Discord's, Mailchimp's, Azure's."""
    for match in _FREE.finditer(text):
        if not is_placeholder(match.group()):
            yield Span("api_key", *match.span(), match.group())


def signed(text: str) -> Iterator[Span]:
    """Yield the signatures of signed URLs."""
    for name, pattern in _SIGNED:
        at = text.find(name)
        while at >= 0:
            match = pattern.match(text, at + len(name)) if text[at - 1 : at] in _PARAMETER else None
            if match is not None and is_mixed(match.group()) and not is_placeholder(match.group()):
                yield Span("api_key", *match.span(), match.group(), contextual=True)
            at = text.find(name, at + len(name))


def url_keys(text: str, min_entropy: float) -> Iterator[Span]:
    """Yield tokens that stand for the user in a URL: `https://<token>@sentry.io/5`.

    Args:
        text: one turn.
        min_entropy: bits a character a token needs.
    """
    for match in _URL_KEY.finditer(text):
        if is_random(match.group(1), min_entropy, _CHARS_A_PIECE):
            yield Span("api_key", *match.span(1), match.group(1), contextual=True)


def assigned(text: str, min_entropy: float) -> Iterator[Span]:
    """Yield random values of names like api_key.

    Args:
        text: one turn.
        min_entropy: bits a character a value needs.
    """
    for found in named_values(text, KEY_WORDS):
        name = found.name
        if _PUBLIC.search(name, max(0, len(name) - 24)) or _NO_SUFFIX.fullmatch(found.suffix):
            continue
        sure = _SECRET.search(name, max(0, len(name) - 24)) is not None or (
            found.word.isupper() and text[found.start - 1 : found.start] == "_"
        )
        value = _value(text, found, sure)
        if value is not None and _is_secret(value, name, found.quoted, sure, min_entropy):
            yield Span("api_key", found.at, found.at + len(value), value, contextual=True)
    for match in _OPTION.finditer(text):
        if is_random(match.group(1), min_entropy, _CHARS_A_PIECE):
            yield Span("api_key", *match.span(1), match.group(1), contextual=True)


def _value(text: str, found: Named, sure: bool) -> str | None:
    """Return what is assigned: all that stands in quotes after a name that only a secret has, else a token."""
    if found.quoted and sure and len(found.value) <= _LONGEST:
        return found.value
    match = _VALUE.match(text, found.at)
    return match.group() if match is not None else None


def _is_secret(value: str, name: str, quoted: bool, sure: bool, min_entropy: float) -> bool:
    if is_uuid(value.removesuffix(":fx")):  # DeepL's
        return (sure or name.endswith("token")) and not is_placeholder(value)
    if not sure:
        long = len(value) >= _SHORTEST_BARE and _RUN.search(value) is not None
        return long and is_random(value, min_entropy, _CHARS_A_PIECE) and not _DOTTED.fullmatch(value)
    if _ONE_TIME.search(name) and _BASE32.fullmatch(value):
        return not is_placeholder(value)
    if len(value) < 16:
        return quoted and len(value) >= _SHORTEST and is_random(value, min(min_entropy, 2.5), 3)
    return is_random(value, min_entropy, 5) and (quoted or not _DOTTED.fullmatch(value))


@cache
def _shape(shape: Shape) -> re.Pattern[str]:
    return re.compile(re.escape(shape.start) + shape.body)


def _is_key(start: str, value: str) -> bool:
    """Whether a value of a provider's shape is a key; AWS's own examples (AKIA…EXAMPLE) count as keys."""
    body = value[len(start) :]
    return start == "AKIA" or (is_mixed(body) and not is_placeholder(value) and not is_worded(body))


def _opens(text: str, at: int) -> bool:
    r"""Whether a token may start here: no letter or digit before it, unless that ends an escaped \n."""
    if at == 0 or not text[at - 1].isalnum():
        return True
    return text[at - 2 : at] in ("\\n", "\\t", "\\r")

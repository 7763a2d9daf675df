"""Finds passwords in one text: in URLs, after a name like `DB_PASSWORD`, on command lines and in calls."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.privacy.commands import CALLS, COMMANDS
from tasks.privacy.names import Named, named_values
from tasks.privacy.shapes import URL_LOGIN
from tasks.privacy.span import Span
from tasks.privacy.spared import CODE_WORDS, DIGIT_RUNS, ORDINARY_WORDS, PASSWORDS, TECHNICAL_WORDS

_URL = re.compile(URL_LOGIN)
_NO_PASSWORD = re.compile(PASSWORDS)
_COMMANDS = tuple((command.words, re.compile(command.pattern)) for command in COMMANDS)
_ARGUMENT = re.compile(r",\s{0,8}[\"']([^\"'\s]{3,128})[\"'](?=\s{0,8}[,)])")
_CALL_CHARS = 240
_TECHNICAL = re.compile(TECHNICAL_WORDS)
_IDENTIFIER = re.compile(r"[$@#]?[A-Za-z_]+[0-9]{0,3}(?:(?:\.|->|::)[A-Za-z_]+[0-9]{0,3})*")
_INDEXED = re.compile(r"[A-Za-z_][\w.]*\[.*\]")  # sys.argv[2]
_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_PHRASE = re.compile(r"[^\W\d_]+(?:[-_][^\W\d_]+)*")
_END_OF_CLAUSE = re.compile(
    r"[\"'`*)\]]{0,4}(?:[ \t]*(?:\n|\Z|\||<|[\u3000-\u9fff\uff01-\uff20])|[.,;:!?](?!\w)|"
    r"[ \t]+(?:and\b|but\b|for\b|on\b|please\b|[^\x00-\x7f]))"
)
_LOGIN_BEFORE = re.compile(r"(?i:user(?:name)?|login|benutzer|usuario)[ ]?[/:&+][ ]?\Z")  # username/password: kim/…
_PAIR = re.compile(r"[^\s/:|,\"'`]{2,64}[ ]?[/:|][ ]?([^\s\"'`<>,;|]{3,128})")
_SYMBOL = re.compile(r"[!@#$%^&*+=?~]")
_SIGN = re.compile(r"[0-9!@#$%^&*+=?~]")
_SIGN_CHARS = 48  # the hint looks no further
_SUFFIX = re.compile(r"_?[0-9]*|_(?i:prod|dev|test|live|default|value|plain|old|new)")
_SHORTEST, _LONGEST = 4, 128
_SHORTEST_BARE = 8  # after nothing but a blank
_TRAILING = ".,:;"


def url_passwords(text: str) -> Iterator[Span]:
    """Yield the password of `scheme://user:password@host`; a password that is none is spared."""
    for match in _URL.finditer(text):
        user = text[match.start() + 3 : match.start(1) - 1]
        value = match.group(1)
        spared = _NO_PASSWORD.fullmatch(value) is not None or value == user or value.lower() in ORDINARY_WORDS
        yield Span("password", *match.span(1), value, contextual=not spared and not value.isalpha(), spared=spared)


def named_passwords(text: str, words: tuple[str, ...]) -> Iterator[Span]:
    """Yield what is assigned to a name like `password`, where it can be one.

    Args:
        text: one turn.
        words: the names' last words, of `names`.
    """
    for found in named_values(text, words):
        at, value = found.at, found.value
        if not found.quoted:
            value = value.rstrip(_TRAILING + "*" * ("*" in found.gap))
        pair = _PAIR.match(text, at) if _LOGIN_BEFORE.search(text, max(0, found.start - 16), found.start) else None
        if pair is not None:
            at, value = pair.start(1), pair.group(1).rstrip(_TRAILING)
            found = found._replace(at=at)
        if _ends_a_name(text, found) and _is_assigned(text, found, value):
            yield _span(at, value)


def command_passwords(text: str) -> Iterator[Span]:
    """Yield passwords of command lines (`curl -u user:…`, `mysql -p…`) and of calls (`login("user", "…")`)."""
    for words, pattern in _COMMANDS:
        for match in pattern.finditer(text) if any(word in text for word in words) else ():
            value = match.group("value").rstrip(_TRAILING)
            if is_password(value) and value != match.groupdict().get("user"):
                yield _span(match.start("value"), value)
    for call in CALLS:
        at = text.find(call)
        while at >= 0:
            yield from _argument(text, at + len(call))
            at = text.find(call, at + 1)


def _argument(text: str, start: int) -> Iterator[Span]:
    """Yield the arguments of a call that can be passwords, the first left out."""
    for match in _ARGUMENT.finditer(text, start, start + _CALL_CHARS):
        if ")" in text[start : match.start()]:
            return
        if is_password(match.group(1)):
            yield _span(match.start(1), match.group(1))


def is_password(value: str) -> bool:
    """Whether a text that stands where a password stands can be one: not a word, a path, a variable or a blank."""
    if not _SHORTEST <= len(value) <= _LONGEST or _NO_PASSWORD.fullmatch(value) or len(set(value)) < 3:
        return False
    if _TECHNICAL.fullmatch(value) or value.lower() in ORDINARY_WORDS or any(value in run for run in DIGIT_RUNS):
        return False
    if _SIGN.search(value, 0, _SIGN_CHARS) is None:
        return False
    letters, digits = any(c.isalpha() for c in value), any(c.isdigit() for c in value)
    return (letters and digits) or _SYMBOL.search(value) is not None or (digits and len(value) >= 6)


def _is_assigned(text: str, found: Named, value: str) -> bool:
    """Whether the value of a name is a password, by how sure its place is: quotes, a line of its own, or prose."""
    end = found.at + len(value)
    if found.quoted or (found.line and found.word.isupper() and "=" in found.gap):
        return is_password(value) or ("," not in found.gap and _is_passphrase(value))
    if text[end : end + 1] in ("(", "[", "{") or "," in found.gap or not is_password(value):
        return False
    if _is_name(value) and not any(letter.isalpha() for letter in found.gap):
        return False
    if found.gap == " ":
        return len(value) >= _SHORTEST_BARE and _kinds(value) > 2
    if found.line or found.word.isupper() or found.gap in ("=", "|"):
        return "(" not in value
    # In prose and in code a name may be followed by another word or name.
    return _kinds(value) > 2 or _END_OF_CLAUSE.match(text, end) is not None


def _is_name(value: str) -> bool:
    """Whether a value is a name of the program's own: `request.form.password`, `self.pw2`, `hashedPassword2`."""
    if _INDEXED.fullmatch(value):
        return True
    if _IDENTIFIER.fullmatch(value) is None:
        return False
    words = [word.lower() for word in _PIECE.findall(value)]
    return "." in value or "->" in value or any(word in CODE_WORDS for word in words)


def _is_passphrase(value: str) -> bool:
    """Whether a value without digits is a password by its place: a long word, or several, none ordinary."""
    words = _PIECE.findall(value.lower())
    if (
        _PHRASE.fullmatch(value) is None
        or _NO_PASSWORD.fullmatch(value)
        or any(word in value.lower() for word in ("password", "passwd", "secret"))
    ):
        return False
    ordinary = sum(word in ORDINARY_WORDS for word in words)
    return len(value) >= 8 and (not ordinary or (len(words) > 3 and ordinary == 1))


def _kinds(value: str) -> int:
    """Return how many kinds of characters a value has: small letters, capitals, digits, others."""
    return (
        any(c.islower() for c in value)
        + any(c.isupper() for c in value)
        + any(c.isdigit() for c in value)
        + any(not c.isalnum() for c in value)
    )


def _ends_a_name(text: str, found: Named) -> bool:
    """Whether the name ends in the word itself: DB_PASS does, bypass and password_hash do not."""
    before = text[found.start - 1 : found.start]
    within = before.isalpha() and before.isascii() and found.word[0].islower() == before.islower()
    short = len(found.word) <= 4 and found.word.isascii()
    assigned = before == "_" or any(sign in found.gap for sign in "=:>|") or found.gap.startswith(".")
    if short and (within or not assigned):  # "pass `x` to it"
        return False
    return _SUFFIX.fullmatch(found.suffix) is not None


def _span(start: int, value: str) -> Span:
    # A word is not looked for elsewhere: `"password": "unreserved"` would take it from all of a text.
    return Span("password", start, start + len(value), value, contextual=len(value) > 4 and not value.isalpha())

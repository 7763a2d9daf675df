"""Finds mail addresses in one text: plain, international, or spelled so that a robot does not see them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.privacy.span import Span
from tasks.privacy.spared import DOMAINS, FILE_TLDS, GENERIC_TLDS, IDN_TLDS, MAILBOXES, PROVIDERS, RESERVED_TLDS

EMAIL = r"@[!-~\x80-\x{ffff}]{1,63}\."
SPELLED = (
    r"\[at\]|\(at\)|\{at\}|<at>|\[AT\]|\(AT\)|\{AT\}|\[ at \]|\( at \)|\[ AT \]|\[@\]|\(@\)|\(ät\)|%40|&#64;|"
    r"\[\.\]|\[dot\]|\(dot\)| dot [a-z]{2,3}(?:[^a-z]|$)| DOT | @ "
)
RARE = r"arroba|&#064;|&#x40;|&commat;|\(a\)|\[ät\]|_dot_"
"""Other spellings; apart, since a search for many literals is slow."""

# Starts with a literal, so that the search runs at memory speed; the mailbox is read backwards from it.
_DOMAIN = re.compile(r"@((?:[^\W_](?:[^\W_]|-){0,61}\.){1,8}(xn--[A-Za-z0-9-]{2,59}|[^\W\d_]{2,24}))")
# Letters of scripts that part words by blanks; others count only where they touch the @ themselves.
_LETTERS = r"A-Za-z0-9\u00c0-\u058f\u05d0-\u06ff\u0900-\u0dff"
_MAILBOX_REVERSED = re.compile(rf"[{_LETTERS}_+%'.-]*[{_LETTERS}_+%-]|[^\W\d_]+")
_MAILBOX_CHARS = 64  # RFC 5321, 4.5.3.1.1
_LATIN = re.compile(r"[A-Za-z]+")
_LONGEST_IDN = 7

_WORD_AT = r"(?:at|AT|At|@|ät|arroba)"
_WORD_DOT = r"(?:dt|dot|DOT|Dot|\.|punkt|punto|point)"
_SURE_AT = rf"\[ ?{_WORD_AT} ?\]|\( ?{_WORD_AT} ?\)|\{{ ?{_WORD_AT} ?\}}|<at>|%40|&#0?64;|&#x40;|&commat;|\\u0040"
_AT = re.compile(
    rf"[ \t]?(?:{_SURE_AT})[ \t]?| (?:at|AT|@|arroba) |\(a\)|[ ]?[_-]at[_-][ ]?|"
    r"@(?=[A-Za-z0-9-]{1,63}(?: ?[\[({<]| dot | DOT ))"
)
_SURE = re.compile(_SURE_AT)
_DOT = rf"(?:\.| ?[\[({{<] ?{_WORD_DOT} ?[\])}}>] ?| (?:dot|DOT|punto|\.) |[ ]?[_-]dot[_-][ ]?)"
_SPELLED_DOMAIN = re.compile(rf"(?:[A-Za-z0-9-]{{1,63}}?{_DOT}){{1,4}}([A-Za-z]{{2,24}})(?![A-Za-z0-9@(])")
_SPELLED_BOX = re.compile(rf"(?<![A-Za-z0-9_.+%-])(?:[A-Za-z0-9_+%-]{{1,40}}?{_DOT}){{0,3}}[A-Za-z0-9_+%-]{{1,40}}\Z")
_DOTS = re.compile(_DOT)
_BOX_CHARS = 80
_CONTEXT = re.compile(r"(?i:(?<!<e)mail|contact|correo|kontakt|write (?:to|me)|reach)")
_CONTEXT_CHARS = 60
_CONTEXT_AFTER = re.compile(r"[ ,.]{1,2}(?:is|are|as|for)? ?(?:my|our|the|his|her)? ?e?-?mail\b")
_BRACKETED_DOT = re.compile(r"[\[({<] ?(?:dot|DOT|Dot|\.|punkt|punto) ?[\])}>]")
_JOINED_DOT = re.compile(r"[_-]dot[_-]")


def emails(text: str) -> Iterator[Span]:
    """Yield mail addresses; example domains, machines' mailboxes and names of files are spared."""
    for match in _DOMAIN.finditer(text):
        at = match.start()
        mailbox = _MAILBOX_REVERSED.match(text[max(0, at - _MAILBOX_CHARS) : at][::-1])
        length = _domain_length(match.group(1))
        end = match.start(1) + length
        if mailbox is None or not length or _goes_on(text, end):
            continue
        name = mailbox.group()[::-1].lstrip("-.'%")
        if name:
            start = at - len(name)
            yield _span(text, start, end, name, text[at + 1 : end])


def _domain_length(domain: str) -> int:
    """Return how much of a text with dots is a domain: `bakery.ch` of `bakery.ch.json`; 0 where none is."""
    while "." in domain:
        before, _, last = domain.rpartition(".")
        tld = _top_level(last)
        if tld:
            return len(before) + 1 + len(tld)
        domain = before
    return 0


def spelled_emails(text: str) -> Iterator[Span]:
    """Yield addresses whose @ or dots are words: `kim [at] bakery [dot] ch`, `kim%40bakery.ch`.

    A bare ` at ` is taken where the dots are words too, at a mail provider or after a word like mail.
    """
    for at in _AT.finditer(text):
        domain = _SPELLED_DOMAIN.match(text, at.end())
        box = _SPELLED_BOX.search(text, max(0, at.start() - _BOX_CHARS), at.start())
        if domain is None or box is None or not _top_level(domain.group(1)):
            continue
        name, host = (_DOTS.sub(".", found.group()) for found in (box, domain))
        if (
            at.group() == "@"
            or _SURE.search(at.group())
            or _is_meant(text, (box.start(), domain.end()), at.group(), domain.group(), (name, host.lower()))
        ):
            yield _span(text, box.start(), domain.end(), name, host)._replace(contextual=True)


def _is_meant(text: str, place: tuple[int, int], at: str, written: str, parts: tuple[str, str]) -> bool:
    """Whether what may be a word, ` at `, ` @ `, `(a)` or `_at_`, is an address's: dots, host or context say so."""
    name, host = parts
    start, end = place
    if at.strip()[0] in "_-":  # kim_at_bakery_dot_ch
        return _JOINED_DOT.search(written) is not None
    lettered = at == "(a)"
    if not lettered and "@" not in at and host == written.lower():
        return False
    if host in PROVIDERS or (at == " AT " and " DOT " in written) or _BRACKETED_DOT.search(written) is not None:
        return True
    if lettered and ("." in name or (len(name) > 2 and host.index(".") > 3)):
        return True
    before = _CONTEXT.search(text, max(0, start - _CONTEXT_CHARS), start)
    return before is not None or _CONTEXT_AFTER.match(text, end) is not None


def _top_level(label: str) -> str:
    """Return how much of a label is a top-level domain; empty where it begins with none."""
    low = label.lower()
    if low.startswith("xn--"):
        return label
    latin = _LATIN.match(low)
    if latin is not None:
        tld = latin.group()
        known = tld in GENERIC_TLDS or tld in RESERVED_TLDS or len(tld) == 2
        return label[: len(tld)] if known else ""
    # Scripts without blanks go on after it.
    return next((label[:n] for n in range(_LONGEST_IDN, 1, -1) if low[:n] in IDN_TLDS and len(low) >= n), "")


def _goes_on(text: str, end: int) -> bool:
    after = text[end : end + 1]
    return (after.isascii() and after.isalnum()) or after in ("_", "@", "(")


def _span(text: str, start: int, end: int, name: str, host: str) -> Span:
    name, domain = name.lower(), host.lower()
    # $user@host is a shell's; dollars on both sides are a formula's.
    variable = text[start - 1 : start] == "$" and name.isidentifier() and text[end : end + 1] != "$"
    spared = _is_spared(name, domain) or variable
    return Span("email", start, end, f"{name}@{domain}", spared=spared)


def _is_spared(name: str, domain: str) -> bool:
    tld, registered = domain.rsplit(".", 1)[-1], ".".join(domain.split(".")[-2:])
    return (
        tld in RESERVED_TLDS
        or tld in FILE_TLDS
        or registered in DOMAINS
        or domain in DOMAINS
        or name in MAILBOXES
        or name.startswith("your")
    )

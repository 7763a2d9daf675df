"""Finds mail and IP addresses in one text."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from tasks.privacy.span import Span
from tasks.privacy.spared import DOMAINS, FILE_TLDS, GENERIC_TLDS, MAILBOXES, RESERVED_TLDS, RESOLVERS

EMAIL = r"@[A-Za-z0-9-]{1,63}\.[A-Za-z0-9]"
IPV4 = r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}"
IPV6 = r"[23][0-9a-fA-F]{3}:[0-9a-fA-F:]{2,34}"

# Starts with a literal, so that the search runs at memory speed; the mailbox is read backwards from it.
_DOMAIN = re.compile(r"@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}([A-Za-z]{2,24}))(?![A-Za-z0-9_@(])")
_MAILBOX_REVERSED = re.compile(r"[A-Za-z0-9_+%'.-]*[A-Za-z0-9_+%-]")
_MAILBOX_CHARS = 64  # RFC 5321, 4.5.3.1.1
_IPV4 = re.compile(r"(?<![\w.-])" + IPV4 + r"(?![\w]|\.[0-9]|-[0-9A-Za-z])")
_IPV6 = re.compile(r"(?<![\w:.])" + IPV6 + r"(?![\w:])")
_VERSION_BEFORE = re.compile(
    r"(?:(?i:\bversions?|\bver|release|build|upgrade[ds]? to|firmware|revision|section|chapter|§|oid)[^\w<>\n]{0,4}"
    r"|[A-Za-z]/|[=~<>!]=[ ]?|\bv\.?[ ]?)\Z"
)
_HEADING_AFTER = re.compile(r"[.)]?[ \t]+[A-Z]")
_CONTEXT = 16  # characters: "upgraded to " and a blank fit


def emails(text: str) -> Iterator[Span]:
    """Yield mail addresses; example domains, machines' mailboxes and names of files are spared."""
    for match in _DOMAIN.finditer(text):
        at = match.start()
        mailbox = _MAILBOX_REVERSED.match(text[max(0, at - _MAILBOX_CHARS) : at][::-1])
        if mailbox is None:
            continue
        name = mailbox.group()[::-1].lstrip("-.'%")
        domain, tld = match.group(1).lower(), match.group(2).lower()
        if not name or (tld not in GENERIC_TLDS and tld not in RESERVED_TLDS and len(tld) != 2):
            continue
        start = at - len(name)
        spared = _spared_mail(name.lower(), domain, tld) or text[start - 1 : start] == "$"
        yield Span("email", start, match.end(), f"{name.lower()}@{domain}", spared=spared)


def _spared_mail(name: str, domain: str, tld: str) -> bool:
    registered = ".".join(domain.split(".")[-2:])
    return tld in RESERVED_TLDS or tld in FILE_TLDS or registered in DOMAINS or domain in DOMAINS or name in MAILBOXES


def ips(text: str) -> Iterator[Span]:
    """Yield public IP addresses; documentation, private and reserved ranges, versions and headings are no finds."""
    for match in _IPV4.finditer(text):
        if _public(match.group()) and not _numbering(text, match.start(), match.end()):
            yield Span("ip", *match.span(), match.group())
    for match in _IPV6.finditer(text):
        value = match.group().rstrip(":") if not match.group().endswith("::") else match.group()
        if _public(value):
            yield Span("ip", match.start(), match.start() + len(value), value.lower())


def _public(value: str) -> bool:
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return False
    return address.is_global and not address.is_multicast and value not in RESOLVERS


def _numbering(text: str, start: int, end: int) -> bool:
    """Whether four numbers with dots are a version, a heading or a network's name, not a machine's address."""
    parts = text[start:end].split(".")
    small = all(len(part) < 3 for part in parts)
    if all(len(part) == 1 for part in parts) or parts[2:] == ["0", "0"] or (small and "0" in parts):
        return True
    if (small and text[start - 1 : start] == "=") or _VERSION_BEFORE.search(text, max(0, start - _CONTEXT), start):
        return True
    line = text.rfind("\n", max(0, start - _CONTEXT), start) + 1 or max(0, start - _CONTEXT)
    opens = not text[line:start].strip("#*- \t") and (line == 0 or text[line - 1] == "\n")
    return small and opens and _HEADING_AFTER.match(text, end) is not None

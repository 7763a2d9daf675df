"""Finds the addresses of machines in one text: IP and MAC."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from tasks.privacy.span import Span
from tasks.privacy.spared import RESOLVERS
from tasks.privacy.well_known import KNOWN_DEVICES

IP = r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}|[23][0-9a-fA-F]{3}:[0-9a-fA-F:]{2,34}"
MAC = r":[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}:|-[0-9A-Fa-f]{2}-[0-9A-Fa-f]{2}-[0-9A-Fa-f]{2}-"
MAC_DOTTED = r"[0-9a-f]{4}\.[0-9a-f]{4}"
MAC_CALLED = r"(?:mac|MAC|Mac)[A-Za-z_ \"':=#]{0,16}[0-9A-Fa-f]{12}"

# The lookbehind stands after the first digit, where the search engine can still skip to digits.
_IPV4 = re.compile(r"[0-9](?<![\w.-].)[0-9]{0,2}(?:\.[0-9]{1,3}){3}(?![\w]|\.[0-9]|-[0-9A-Za-z])")
_IPV6 = re.compile(r"[23](?<![\w:.].)[0-9a-fA-F]{3}:[0-9a-fA-F:]{2,34}(?![\w:])")
_MAC = re.compile(
    r"(?<![\w:.-])[0-9A-Fa-f]{2}(?P<part>[:-])(?:[0-9A-Fa-f]{2}(?P=part)){4}[0-9A-Fa-f]{2}(?![\w:-]|\.\w)"
)
_MAC_DOTTED = re.compile(r"(?<![\w.])[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?![\w.]|-\w)")  # Cisco's
_MAC_CALLED = re.compile(
    r"\b(?i:mac)(?i:[ _-]?addr(?:ess)?)?[\"']?[ ]?(?:is|[:=#])?[ \"']{0,2}([0-9A-Fa-f]{12})(?![\w-])"
)
_DOCUMENTED = "00005e0053"  # RFC 7042 keeps these for documentation
_VERSION_BEFORE = re.compile(
    r"(?:(?i:\bversions?|\bver|release|build|upgrade[ds]? to|firmware|revision|section|chapter|§|oid|ratios?)"
    r"[^\w<>\n]{0,4}|[A-Za-z]/|[=~<>!]=[ ]?|\bv\.?[ ]?|[$€£][ ]?)\Z"
)
_HEADING_AFTER = re.compile(r"[.)]?[ \t]+[A-Z]")
_CONTEXT = 16  # characters: "upgraded to " and a blank fit


def ips(text: str) -> Iterator[Span]:
    """Yield public IP addresses; documentation, private and reserved ranges, versions and headings are no finds."""
    for match in _IPV4.finditer(text):
        if _public(match.group()) and not _numbering(text, match.start(), match.end()):
            yield Span("ip", *match.span(), match.group())
    for match in _IPV6.finditer(text):
        value = match.group().rstrip(":") if not match.group().endswith("::") else match.group()
        if _public(value):
            yield Span("ip", match.start(), match.start() + len(value), value.lower())


def macs(text: str) -> Iterator[Span]:
    """Yield MAC addresses of devices; those of examples, of groups and of all are no finds."""
    for pattern, group in ((_MAC, 0), (_MAC_DOTTED, 0), (_MAC_CALLED, 1)):
        yield from _devices(pattern, group, text)


def _devices(pattern: re.Pattern[str], group: int, text: str) -> Iterator[Span]:
    for match in pattern.finditer(text):
        value = re.sub("[^0-9a-f]", "", match.group(group).lower())
        example = value in KNOWN_DEVICES or value.startswith(_DOCUMENTED) or len(set(value)) < 4
        # The last bit of the first byte marks a group; digits alone are times and dates.
        if not example and not int(value[1], 16) & 1 and not value.isdigit():
            yield Span("mac", *match.span(group), value, contextual=group > 0)


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

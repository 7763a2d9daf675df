"""Finds payment cards, bank accounts and social security numbers in one text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import iban, luhn

from tasks.privacy.span import Span
from tasks.privacy.well_known import KNOWN_NUMBERS, TEST_CARDS, TEST_PREFIXES

IBAN = r"[A-Z][A-Z][0-9]{2} ?[A-Z0-9]{4}"
CARD = r"[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}|3[0-9]{3}[ -]?[0-9]{6}"
SSN = r"[0-9]{3}[- ][0-9]{2}[- ][0-9]{4}|(?:ssn|SSN|Ssn|ecurity|ECURITY)[ -/:-~]{0,24}[0-9]{9}"

# Visa, Mastercard, Discover, JCB: 16 digits; American Express: 15; Diners: 14. The lookbehind stands after the first
# digit, where the search engine can still skip to digits.
_CARD = re.compile(
    r"[2-6](?<![\w.+-].)(?:(?:(?<=4)[0-9]{3}|(?<=5)[1-5][0-9]{2}|(?<=2)[2-7][0-9]{2}|(?<=6)[0-9]{3}|(?<=3)5[0-9]{2})"
    r"([ -]?)[0-9]{4}\1[0-9]{4}\1[0-9]{4}|(?<=3)[47][0-9]{2}([ -]?)[0-9]{6}\2[0-9]{5}"
    r"|(?<=3)[068][0-9]{2}([ -]?)[0-9]{6}\3[0-9]{4})(?![\w]|[.-][0-9])"
)
# One in ten numbers passes the check digit by chance: what the words before call something else is no card. The last
# of the words counts.
_PAYMENT = (
    r"(?P<card>(?<!<)card|visa|mastercard|amex|american express|discover|"
    r"diners|\bpan\b|credit|debit|\bcc\b|karte|tarjeta|"
    r"carte|cartão|карт|卡|カード)"
)
_NUMBERED = (
    r"(?P<other>(?<!in )\border(?:s|ed)?\b|order_?(?:id|no|num)|invoice|tracking|ticket|reference|\bref\b|\bids?\b|"
    r"_id\b|identifier|transaction|serial|\bsku\b|parcel|packages?\b|shipment|consignment|booking|confirmation|receipt|\bcase\b|"
    r"\bpo\b|purchase|\bjobs?\b|\bbuild|balance|nonce|policy|\bclaim|sequence|member|customer|subscri|commit|\bwei\b|"
    r"barcode|\bean\b|\bisbn\b|\bimei\b|\bupc\b|timestamp|tweet|\bseed\b|batch|\blot\b|bestell|auftrag|rechnung|sendung|pedido|"
    r"factura|commande|facture|\bordine|заказ|订单|単号|注文)"
)
_CALLED = re.compile(f"(?i:{_PAYMENT}|{_NUMBERED})")
_COUNTED = re.compile(r"[ \t](?i:g?wei|sat(?:oshi)?s?|bytes?|rows?|ms|ns|µs|units?|tokens?|records?)\b")
_CALLED_AFTER = re.compile(rf"[ \t]{{1,2}}(?:is|was|as|for)[ \t](?:\w+[ \t]){{0,3}}?(?i:{_NUMBERED})")
_CALLED_CHARS = 40
_IBAN = re.compile(r"[A-Z](?<![A-Za-z0-9].)[A-Z][0-9]{2}(?: ?[A-Z0-9]){11,30}")
_SHORTEST_IBAN = 15  # Norway's

_SSN = re.compile(r"(?<![\w.+/-])([0-9]{3})([- ])([0-9]{2})\2([0-9]{4})(?![\w]|[.-]\w)")
_SSN_CALLED = re.compile(r"(?i:\bssns?\b|social security|\bsoc(?:ial)? sec\b|\bss ?#)[^0-9\n]{0,24}\Z")
_SSN_BARE = re.compile(r"(?i:\bssns?\b|social security)[^0-9\n]{0,24}([0-9]{3})([0-9]{2})([0-9]{4})(?![\w])")
_SSN_CHARS = 40


def cards(text: str) -> Iterator[Span]:
    """Yield payment card numbers: the issuers' prefixes and lengths, and the check digit (ISO/IEC 7812).

    Numbers that payment providers publish for tests are spared, and those that are called an order's or an id.
    """
    for match in _CARD.finditer(text):
        digits = re.sub("[^0-9]", "", match.group())
        if luhn.is_valid(digits) and len(set(digits)) > 1:
            yield Span("card", *match.span(), digits, spared=_is_no_card(text, match, digits))


def _is_no_card(text: str, match: re.Match[str], digits: str) -> bool:
    if digits in TEST_CARDS or digits.startswith(TEST_PREFIXES) or len(set(digits)) < 4:
        return True
    start, end = match.span()
    if _COUNTED.match(text, end) is not None:
        return True
    called = [found.lastgroup for found in _CALLED.finditer(text, max(0, start - _CALLED_CHARS), start)]
    return called[-1] == "other" if called else _CALLED_AFTER.match(text, end) is not None


def ibans(text: str) -> Iterator[Span]:
    """Yield international bank account numbers: length by country and check digits (ISO 13616)."""
    for match in _IBAN.finditer(text):
        value = match.group()
        while len(value) >= _SHORTEST_IBAN:
            if text[match.start() + len(value) :][:1].isalnum() is False and iban.is_valid(value, check_country=False):
                yield Span("iban", match.start(), match.start() + len(value), value.replace(" ", ""))
                break
            value = value[: value.rfind(" ")] if " " in value else ""


def social_security_numbers(text: str) -> Iterator[Span]:
    """Yield United States social security numbers: 3, 2 and 4 digits with dashes, or called so.

    Areas, groups and serials that were never given out are no finds, nor are those printed in advertisements.
    """
    for match in _SSN.finditer(text):
        area, part, group, serial = match.groups()
        called = part == "-" or _SSN_CALLED.search(text, max(0, match.start() - _SSN_CHARS), match.start())
        if called and _is_given(area, group, serial):
            yield Span("ssn", *match.span(), area + group + serial)
    for match in _SSN_BARE.finditer(text):
        if _is_given(*match.groups()):
            yield Span("ssn", match.start(1), match.end(3), "".join(match.groups()), contextual=True)


def _is_given(area: str, group: str, serial: str) -> bool:
    known = area + group + serial in KNOWN_NUMBERS or len(set(area + group + serial)) < 3
    return not known and area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"

"""Finds payment cards and bank accounts in one text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import iban, luhn

from tasks.privacy.span import Span

CARD = r"[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}|3[0-9]{3}[ -]?[0-9]{6}"

# Visa, Mastercard, Discover, JCB: 16 digits; American Express: 15; Diners: 14. The lookbehind stands after the first
# digit, where the search engine can still skip to digits.
_CARD = re.compile(
    r"[2-6](?<![\w.+-].)(?:(?:(?<=4)[0-9]{3}|(?<=5)[1-5][0-9]{2}|(?<=2)[2-7][0-9]{2}|(?<=6)[0-9]{3}|(?<=3)5[0-9]{2})"
    r"([ -]?)[0-9]{4}\1[0-9]{4}\1[0-9]{4}|(?<=3)[47][0-9]{2}([ -]?)[0-9]{6}\2[0-9]{5}"
    r"|(?<=3)[068][0-9]{2}([ -]?)[0-9]{6}\3[0-9]{4})(?![\w]|[.-][0-9])"
)
_IBAN = re.compile(r"[A-Z](?<![A-Za-z0-9].)[A-Z][0-9]{2}(?: ?[A-Z0-9]){11,30}")
_SHORTEST_IBAN = 15  # Norway's


def cards(text: str) -> Iterator[Span]:
    """Yield payment card numbers: the issuers' prefixes and lengths, and the check digit (ISO/IEC 7812)."""
    for match in _CARD.finditer(text):
        digits = re.sub("[^0-9]", "", match.group())
        if luhn.is_valid(digits) and len(set(digits)) > 1:
            yield Span("card", *match.span(), digits)


def ibans(text: str) -> Iterator[Span]:
    """Yield international bank account numbers: length by country and check digits (ISO 13616)."""
    for match in _IBAN.finditer(text):
        value = match.group()
        while len(value) >= _SHORTEST_IBAN:
            if text[match.start() + len(value) :][:1].isalnum() is False and iban.is_valid(value, check_country=False):
                yield Span("iban", match.start(), match.start() + len(value), value.replace(" ", ""))
                break
            value = value[: value.rfind(" ")] if " " in value else ""

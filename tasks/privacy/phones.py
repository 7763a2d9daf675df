"""Finds phone numbers in one text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from tasks.privacy.span import Span
from tasks.privacy.spared import DIGIT_RUNS

DIGITS = r"[0-9](?:[ ().\-/]{0,3}[0-9]){7}"
INTERNATIONAL = r"\+\(?[1-9][0-9]{0,14}(?:[ .\-/()]{1,3}[0-9]{1,12}){0,7}"
AMERICAN = r"[2-9][0-9]{2}(?:\) ?|[.-]| )[2-9][0-9]{2}[ .-][0-9]{4}"

_INTERNATIONAL = re.compile(INTERNATIONAL + r"(?!\w)")
_AMERICAN = re.compile(
    r"[2-9](?<![\w.+/=-].)(?:(?<=\(.)[0-9]{2}\)[ ]?|[0-9]{2}(?:[.-]| (?=[2-9][0-9]{2}-)))[2-9][0-9]{2}[ .-][0-9]{4}"
    r"(?!\w|[.-][0-9])"
)
_NUMBER = re.compile(r"[0-9](?<![\w.].)[0-9]{0,13}(?:[ .\-/()]{1,3}[0-9]{1,13}){0,6}(?!\w)")
_CALLED = re.compile(
    r"(?i:phones?(?:[ _-]?(?:number|no|nr))?|\btel|\bmobile|\bcell|\bcall|\bme at|\breach|whats ?app|\bfax|\bsms|"
    r"\bhandy|telefon|telefoon|teléfono|\bmóvil|\bcelular|téléphone|\bportable|\bcellulare|телефон|\bтел|电话|手机|電話|携帯)"
    r"[^0-9<>\n+]{0,20}\Z"
)
_CONTEXT = 40  # characters before a number: the longest word and what may stand between
_BEFORE_PLUS = re.compile(r"[\w+.,=)\]]")
_PHONE_DIGITS = range(8, 16)  # E.164 allows 15; fewer than 8 cannot be told from other numbers
_NOT_A_PERSON = frozenset(
    {PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.UAN}
)


def international(text: str) -> Iterator[Span]:
    """Yield numbers that start with + and a country code."""
    for match in _INTERNATIONAL.finditer(text):
        if not _BEFORE_PLUS.match(text, match.start() - 1) or match.start() == 0:
            yield from _phone(match.group(), match.start(), (None,))


def american(text: str) -> Iterator[Span]:
    """Yield North American numbers by their grouping: (212) 867-5309, 212-867-5309, 212.867.5309."""
    for match in _AMERICAN.finditer(text):
        start = match.start() - (text[match.start() - 1 : match.start()] == "(")
        yield from _phone(text[start : match.end()], start, ("US",))


def called(text: str, regions: tuple[str, ...]) -> Iterator[Span]:
    """Yield numbers without country code that follow a word like phone.

    Args:
        text: one turn.
        regions: countries (ISO 3166) whose numbering plans the number is tried against.
    """
    for match in _NUMBER.finditer(text):
        start = match.start()
        if start - match.end() > -min(_PHONE_DIGITS):
            continue
        if _CALLED.search(text, max(0, start - _CONTEXT), start):
            start -= text[start - 1 : start] == "("
            yield from _phone(text[start : match.end()], start, regions, contextual=True)


def _phone(value: str, start: int, regions: tuple[str | None, ...], *, contextual: bool = False) -> Iterator[Span]:
    value = value.rstrip(" .-/(")
    digits = re.sub("[^0-9]", "", value)
    if len(digits) not in _PHONE_DIGITS or any(digits in run for run in DIGIT_RUNS) or len(set(digits)) < 3:
        return
    for region in regions:
        try:
            number = phonenumbers.parse(value, region)
        except NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            if not _spared_phone(number):
                canonical = phonenumbers.format_number(number, PhoneNumberFormat.E164)
                yield Span("phone", start, start + len(value), canonical, contextual=contextual)
            return


def _spared_phone(number: PhoneNumber) -> bool:
    """Say whether a number is reserved for fiction (555-01xx) or a hotline, which is no person's."""
    fiction = number.country_code == 1 and str(number.national_number)[3:8] == "55501"
    return fiction or phonenumbers.number_type(number) in _NOT_A_PERSON

"""Finds phone numbers in one text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.privacy import numbering
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
_WORDS = (
    r"phones?(?:[ _-]?(?:number|no|nr))?|\btel|\bmobile|\bcell|\bcall|\bme at|\breach(?:ed|able)?[ ]{1,2}[a-z]|"
    r"whats ?app|\bfax|\bsms|\bhandy|telefon|telefoon|teléfono|\bmóvil|\bcelular|téléphone|\bportable|\bcellulare|"
    r"телефон|\bтел|电话|手机|電話|携帯"
)
# The same words as literals, which are searched far faster than words of any case.
_LITERALS = (
    r"phone|Phone|PHONE|Tel|tel|TEL|mobile|Mobile|MOBILE|Cell|cell|CELL|call|Call|CALL|me at|Me at|ME AT|each|EACH|"
    r"hatsApp|hatsapp|hats app|HATSAPP|Fax|fax|FAX|SMS|sms|Sms|andy|ANDY|elefon|ELEFON|eléfon|óvil|elular|éléphone|"
    r"ortable|ellulare|елефон|тел|Тел|ТЕЛ|电话|手机|電話|携帯"
)
CALLED = rf"(?:{_LITERALS})[^0-9<>\n+]{{0,20}}[+(]?[0-9]"
_CALLED = re.compile(rf"(?i:{_WORDS})[^0-9<>\n+]{{0,20}}\Z")
# A quantity is no number of a person's: "reach 415 867 5309 units", "call 1 800 500 200 times".
_COUNTED = re.compile(
    r"[ \t](?:[a-z]{2,12}[ \t])?(?i:units?|users?|customers?|people|persons?|subscribers?|followers?|views?|visitors?|"
    r"downloads?|items?|times|rows?|records?|lines?|tokens?|words?|bytes?|pixels?|steps?|points?|copies|parts|pieces|cells?|"
    r"dollars|euros?|pounds?|yen|usd|eur|gbp|miles|km|kilometers|met(?:er|re)s|seconds?|minutes|hours|days|years|"
    r"kg|kilograms|tons?|tonnes|percent|impressions|clicks|requests|entries|examples|samples|parameters|cycles|"
    r"einheiten|stück|nutzer|mal|unidades|unités|pièces|"
    r"(?!always|thanks|this|was|has|is|its|as|us|plus|perhaps|unless|address|business|sms|pls|works|asks|says|rings)"
    r"[a-z]{3,14}s)\b"
)
_MONEY_BEFORE = re.compile(r"[$€£¥₹#][ ]?\Z")
_NATIONAL_DIGITS = 14  # with 00 and the country code
_LISTED = 20  # characters to the next number of a list: " (w), private: "
_CONTEXT = 40  # characters before a number: the longest word and what may stand between
_DATE = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])(?:[0-9]{4}|[0-9]{6})?")
_BEFORE_PLUS = re.compile(r"[\w+.,=)\]]")
_PHONE_DIGITS = range(8, 16)  # E.164 allows 15; fewer than 8 cannot be told from other numbers


def international(text: str) -> Iterator[Span]:
    """Yield numbers that start with + and a country code."""
    for match in _INTERNATIONAL.finditer(text):
        digits = _digits(match.group())
        if digits is not None and (match.start() == 0 or not _BEFORE_PLUS.match(text, match.start() - 1)):
            yield from _span(match.group(), match.start(), numbering.international(digits))


def american(text: str) -> Iterator[Span]:
    """Yield North American numbers by their grouping: (212) 867-5309, 212-867-5309, 212.867.5309."""
    for match in _AMERICAN.finditer(text):
        start = match.start() - (text[match.start() - 1 : match.start()] == "(")
        digits = _digits(match.group())
        if digits is not None:
            yield from _span(text[start : match.end()], start, numbering.national(digits, ("US", "CA")))


def called(text: str, regions: tuple[str, ...]) -> Iterator[Span]:
    """Yield numbers without country code that follow a word like phone.

    Args:
        text: one turn.
        regions: countries (ISO 3166) whose numbering plans the number is tried against.
    """
    last = -_CONTEXT
    for start, end, digits in bare(text):
        if len(digits) > _NATIONAL_DIGITS:
            continue
        listed = start - last <= _LISTED and "\n" not in text[last:start]
        if (listed or _CALLED.search(text, max(0, start - _CONTEXT), start)) and not _is_counted(text, start, end):
            number = numbering.national(digits, regions) or numbering.international(digits.lstrip("0"))
            found = list(_span(text[start:end], start, number, contextual=True))
            last = end if found else last
            yield from found


def _is_counted(text: str, start: int, end: int) -> bool:
    """Whether a number is an amount: money before it, or what is counted after it."""
    return _COUNTED.match(text, end) is not None or _MONEY_BEFORE.search(text, max(0, start - 2), start) is not None


def bare(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and digits of whatever is written like a phone number."""
    for match in _NUMBER.finditer(text):
        digits = _digits(match.group()) if match.end() - match.start() >= _PHONE_DIGITS[0] else None
        if digits is not None:
            start = match.start() - (text[match.start() - 1 : match.start()] in ("(", "+"))
            yield start, match.end(), digits


def _span(value: str, start: int, number: str | None, *, contextual: bool = False) -> Iterator[Span]:
    if number is not None:
        yield Span("phone", start, start + len(value.rstrip(" .-/(")), number, contextual=contextual)


def _digits(value: str) -> str | None:
    """Return a number's digits, or None where a keyboard was tried out or the length cannot be a number's."""
    digits = re.sub("[^0-9]", "", value)
    typed = any(digits in run for run in DIGIT_RUNS) or len(set(digits)) < 3
    return None if typed or _DATE.fullmatch(digits) or len(digits) not in _PHONE_DIGITS else digits

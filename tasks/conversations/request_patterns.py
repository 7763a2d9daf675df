"""Patterns of the words of requests to go on, of all languages together, for text in lower case and without accents."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from tasks.conversations import request_words
from tasks.conversations.request_signs import SIGNS
from tasks.conversations.request_words import WESTERN, Words
from tasks.conversations.request_words_east import EASTERN


def _bases() -> dict[str, str]:
    """Return the letter without accents that stands for each with accents, and for those that keyboards swap."""
    accented = map(chr, [*range(0xC0, 0x250), *range(0x370, 0x400), *range(0x1E00, 0x1F00)])
    bases = {one: unicodedata.normalize("NFD", one)[0] for one in accented if one == one.casefold()}
    swapped = dict(zip("łøđıæёςأإآيكة’\u200c", "lodiaеσااایکه' ", strict=True))
    return {one: base for one, base in bases.items() if one != base} | swapped


BASES = _bases()
_TABLE = str.maketrans(BASES)


def folded(text: str) -> str:
    """Return a text in lower case and without accents.

    >>> folded("Où t’es-tu arrêté ?")
    "ou t'es-tu arrete ?"
    """
    return text.casefold().translate(_TABLE)


def alternatives_of(pattern: str) -> list[str]:
    """Return the alternatives of a pattern.

    >>> alternatives_of("a(?:b|c)|d")
    ['a(?:b|c)', 'd']
    """
    depth, found = 0, [""]
    for sign in pattern:
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and not depth:
            found.append("")
        else:
            found[-1] += sign
    return found


def beginnings_of(pattern: str) -> set[str]:
    """Return texts with one of which each match of a pattern begins.

    >>> sorted(beginnings_of("ab?c|(?:d|e)f[gh]"))
    ['abc', 'ac', 'd', 'e']
    """
    return {text for one in alternatives_of(pattern) for text in _beginnings(one)}


def _beginnings(one: str) -> list[str]:
    """Return the same of one alternative."""
    if not one or one[0] in "\\.^$[":
        return [""]
    group = one.startswith("(?:")
    end = _closing(one) if group else 1
    first = sorted(beginnings_of(one[3 : end - 1])) if group else [one[0]]
    if one[end : end + 1] in ("?", "*"):
        rest = _beginnings(one[end + 1 :])
        return [*([] if group else [first[0] + text for text in rest]), *(first if group else []), *rest]
    return first if group or one[end : end + 1] in ("+", "{") else [first[0] + text for text in _beginnings(one[1:])]


def _closing(pattern: str) -> int:
    """Return the place behind the group that a pattern begins with."""
    depth = 0
    for at, sign in enumerate(pattern):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return at + 1
    return len(pattern)


def _grouped(pattern: str) -> str:
    """Return a pattern whose alternatives are parted by their first letter, of which Python tries each in turn."""
    others: list[str] = []
    by_letter: dict[str, list[str]] = {}
    for one in alternatives_of(pattern):
        if one[0].isalpha() and one[1:2] not in ("?", "*", "+"):
            by_letter.setdefault(one[0], []).append(one[1:])
        else:
            others.append(one)
    return "|".join([*others, *(f"{first}(?:{'|'.join(rest)})" for first, rest in by_letter.items())])


def _languages(words: Iterable[Words]) -> tuple[str, str, str]:
    """Return the patterns of all languages' words, by what they ask for."""
    rest, whole, around = (folded("|".join(parts)) for parts in zip(*words, strict=True))
    return rest, whole, around


REST, WHOLE, AROUND = _languages([*WESTERN.values(), *EASTERN.values()])
MORE = folded(request_words.MORE)
SIGNS_REST, SIGNS_WHOLE, SIGNS_AROUND = _languages(SIGNS.values())
"""What asks for the rest, what asks for it where nothing else is said, and what stands around; MORE is for either."""
LONE = r"(?:go|and|and then|then|so)"
"""Alone it asks for more."""
DOTS = r"(?:\.\s*\.|…)[\s.…]*"
"""Alone they do too."""
_WORDS_AROUND = alternatives_of(AROUND)
AROUND_WORDS = frozenset(word for word in _WORDS_AROUND if word.isalpha() and word < "\u0900")
"""The single words of AROUND, but those of Indic scripts, whose endings Python counts as no letters."""
_PHRASES = "|".join(phrase for phrase in _WORDS_AROUND if phrase not in AROUND_WORDS)
WORD = (
    rf"(?:(?P<rest>{_grouped(REST)})|(?P<whole>{_grouped(WHOLE)})|(?P<more>{MORE})|{_grouped(_PHRASES)}|quoted|counted)"
    r"(?!'?\w)"
)
"""A word or phrase, but one of AROUND_WORDS, in the group of what it asks for."""
SIGN = f"(?P<rest>{SIGNS_REST})|(?P<whole>{SIGNS_WHOLE})|{_grouped(SIGNS_AROUND)}"
"""The same in scripts without blanks."""
HAS_REST = rf"\b(?:{_grouped(REST)})(?!\w)"
HAS_PARTLY = rf"(?:{SIGNS_REST})(?:{SIGNS_WHOLE}|{SIGNS_AROUND})*+(?:\W+|\Z)"
"""A word for the rest in such a script, and no other word right behind it."""

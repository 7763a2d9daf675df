"""Finds all personal data and secrets of one text; tells beforehand, for a whole batch, which texts can hold any."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

import numpy as np
import polars as pl

from schemas.settings import PiiKind, Privacy
from tasks.privacy import accounts, addresses, keys, phones
from tasks.privacy.shapes import ASSIGNED_HINT, FREE, KEY_HEADER, NAMED, STARTED, URL_LOGIN
from tasks.privacy.span import Span, mask

NUMBERS = (phones.DIGITS, phones.AMERICAN, accounts.CARD, addresses.IPV4, addresses.IPV6, FREE[0][1])
"""Hints that begin with digits: no literal to search for, so that each is a slow pass of its own."""

NUMBERED = f"{phones.DIGITS}|{addresses.IPV4}|{addresses.IPV6}"
"""What stands in every text that one of those is in: each of the others begins with eight digits of `DIGITS`."""


class Finder(NamedTuple):
    """How one kind is found: `hints` are patterns without look-around, one of which every find matches."""

    kind: PiiKind
    hints: tuple[str, ...]
    find: Callable[[str], Iterable[Span]]


def _starts(*lengths: int) -> str:
    """Return one pattern for the providers whose literal start has one of the lengths."""
    shapes = (shape for shape in STARTED if len(shape.start) in lengths)
    return "|".join(shape.start.replace(".", r"\.") + shape.body for shape in shapes)


def finders(privacy: Privacy) -> tuple[Finder, ...]:
    """Return the finders of the wanted kinds, the surest first: what one takes or spares is hidden from the next."""
    every = (
        Finder("private_key", (KEY_HEADER,), keys.private_keys),
        Finder("jwt", (r"eyJ[A-Za-z0-9_-]{8,}\.eyJ",), keys.jwts),
        Finder("password", (URL_LOGIN,), keys.url_passwords),
        # Few short literals and many long ones are each searched at memory speed, together they are not.
        Finder("api_key", (_starts(2, 3), _starts(*range(4, 64)), *(hint for _, hint in FREE)), keys.issued),
        Finder("api_key", NAMED, keys.named),
        Finder("api_key", (ASSIGNED_HINT,), partial(keys.assigned, min_entropy=privacy.min_entropy)),
        Finder("email", (addresses.EMAIL,), addresses.emails),
        Finder("iban", (phones.DIGITS,), accounts.ibans),
        Finder("card", (accounts.CARD,), accounts.cards),
        Finder("ip", (addresses.IPV4, addresses.IPV6), addresses.ips),
        Finder("phone", (phones.INTERNATIONAL,), phones.international),
        Finder("phone", (phones.AMERICAN,), phones.american),
        Finder("phone", (phones.DIGITS,), partial(phones.called, regions=privacy.phone_regions)),
    )
    return tuple(finder for finder in every if finder.kind in privacy.kinds)


def suspects(texts: pl.Series, searched: tuple[Finder, ...]) -> np.ndarray:
    """Return which finders can find anything in which texts, by Rust's regexes: linear, about 4 µs a kilobyte.

    Returns:
        Bools of shape (texts, finders).
    """
    told = np.zeros((len(texts), len(searched)), dtype=bool)
    numbered = texts.str.contains(NUMBERED).arg_true()
    some, at = texts.gather(numbered), numbered.to_numpy()
    for i, finder in enumerate(searched):
        for hint in finder.hints:
            if hint in NUMBERS:
                told[at, i] |= some.str.contains(hint).to_numpy()
            else:
                told[:, i] |= texts.str.contains(hint).to_numpy()
    return told


def find(text: str, searched: Iterable[Finder]) -> list[Span]:
    """Find what is personal or secret in one text: in order of position, without overlaps."""
    found: list[Span] = []
    for finder in searched:
        fresh = _apart(finder.find(text))
        text = mask(text, fresh)
        found += [span for span in fresh if not span.spared]
    return sorted(found, key=lambda span: span.start)


def _apart(spans: Iterable[Span]) -> list[Span]:
    """Leave out spans that overlap an earlier or longer one."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept

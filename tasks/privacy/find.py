"""Finds all personal data and secrets of one text, and beforehand, for a whole batch, which texts can hold any."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

import numpy as np
import polars as pl

from schemas.settings import PiiKind, Privacy
from tasks.privacy import (
    accounts,
    addresses,
    cloud_pairs,
    emails,
    keys,
    passwords,
    phones,
    private_keys,
    sessions,
    tables,
)
from tasks.privacy.commands import CALL_HINT, COMMAND_HINTS
from tasks.privacy.names import (
    FOREIGN_HINT,
    FOREIGN_WORDS,
    KEY_COLUMN_HINT,
    KEY_DIGIT,
    KEY_HINT,
    PASSWORD_HINT,
    PASSWORD_WORDS,
)
from tasks.privacy.sessions import LOGIN_PAIR_HINT, SESSION_HINT
from tasks.privacy.shapes import FREE_HINT, KEY_OPTION_HINT, SIGNED_HINT, STARTED, UNMARKED_HINT, URL_HINT, Shape
from tasks.privacy.span import Span, apart, mask

NUMBERS = (phones.DIGITS, accounts.CARD, addresses.IP)
"""Hints that begin with digits: no literal to search for, so that each is a slow pass of its own."""

NINE_DIGITS = f"{phones.AMERICAN}|{accounts.SSN}"
BESIDE_NUMBERS = (phones.INTERNATIONAL, phones.CALLED, accounts.IBAN, NINE_DIGITS)
"""Hints of finds that hold eight digits, but do not begin with them."""

NUMBERED = f"{phones.DIGITS}|{addresses.IP}"
"""What stands in every text that one of those is in: each of the others has eight digits of `DIGITS`."""

MIXED = r"[0-9][A-Za-z_+/-]"
"""A quick pattern that all but a few in a thousand long random values match, and one text in eight."""

_CUT = re.compile(r"(\[[^\]]+\])\{(?:1[3-9]|[2-9][0-9]|[0-9]{3,})(?:,[0-9]*)?\}.*")
_AT_ONCE = 40  # literals: more than these are searched for many times slower


class Finder(NamedTuple):
    """How one kind is found: `hints` are patterns without look-around, one of which every find matches."""

    kind: PiiKind
    hints: tuple[str, ...]
    find: Callable[[str], Iterable[Span]]


def _hint(shapes: Iterable[Shape]) -> str:
    """Return one pattern for providers' keys; bodies are cut short, which compiles faster."""
    bodies: dict[str, list[str]] = {}
    for shape in shapes:
        start = shape.start.replace(".", r"\.").replace("$", r"\$")
        bodies.setdefault(_CUT.sub(r"\1{12}", shape.body), []).append(start)
    return "|".join(f"(?:{'|'.join(starts)}){body}" for body, starts in bodies.items())


_ORDERED = sorted(STARTED, key=lambda shape: shape.start)
_SHORT = tuple(shape for shape in _ORDERED if shape.short)
_TWO_LETTERS = tuple(shape for shape in _ORDERED if len(shape.start) == 2)
_REST = [shape for shape in _ORDERED if not shape.short and len(shape.start) > 2]
_LONG = tuple(tuple(_REST[at : at + _AT_ONCE]) for at in range(0, len(_REST), _AT_ONCE))

_SHORT_STARTS = "|".join(shape.start.replace(".", r"\.") for shape in _SHORT)
SHORT = rf"(?:{_SHORT_STARTS})[A-Za-z0-9_-]{{10}}|PRIVATE KEY|{keys.JWT_HINT}"
"""Keys of fewer than 30 characters, or of letters alone, which may be without a digit; and what is as rare."""

LONG = tuple(_hint(shapes) for shapes in _LONG)
TWO_LETTERS = f"{_hint(_TWO_LETTERS)}|{private_keys.WALLET_HINTS[0]}"
SENT = f"{private_keys.ENCODED}|{KEY_OPTION_HINT}|{SESSION_HINT}|{LOGIN_PAIR_HINT}"
SIGNED = f"{SIGNED_HINT}|{private_keys.WALLET_HINTS[1]}"
"""Two searches: as one they take more than twice as long."""
NAMED = f"{cloud_pairs.NAME}|{private_keys.WALLET_HINTS[2]}|{addresses.MAC_CALLED}"
AFTER_DOT = rf"\.(?:{UNMARKED_HINT}|{addresses.MAC_DOTTED})"
RARE = f"{private_keys.PHRASE_HINT}|{emails.RARE}"
"""What few texts hold, in one search of few literals."""

BESIDE_MIXED = (*LONG, TWO_LETTERS, AFTER_DOT, FREE_HINT, SENT, SIGNED, NAMED)
"""Hints of long random values, searched for where `MIXED` is found; those that find little are searched at once."""


def finders(privacy: Privacy) -> tuple[Finder, ...]:
    """Return the finders of the wanted kinds, the surest first: what one takes or spares is hidden from the next."""
    every = (
        Finder("private_key", (SHORT,), private_keys.private_keys),
        Finder("private_key", (SENT,), private_keys.encoded_keys),
        Finder("jwt", (SHORT,), keys.jwts),
        Finder("api_key", (URL_HINT,), partial(keys.url_keys, min_entropy=privacy.min_entropy)),
        Finder("password", (URL_HINT,), passwords.url_passwords),
        Finder("api_key", (SHORT, NAMED), partial(cloud_pairs.aws_secrets, min_entropy=privacy.min_entropy)),
        Finder("api_key", (SHORT,), partial(keys.issued, shapes=_SHORT)),
        *(
            Finder("api_key", (hint,), partial(keys.issued, shapes=some))
            for hint, some in zip(LONG, _LONG, strict=True)
        ),
        Finder("api_key", (TWO_LETTERS,), partial(keys.issued, shapes=_TWO_LETTERS)),
        Finder("api_key", (AFTER_DOT, FREE_HINT), keys.unmarked),
        Finder("api_key", (SIGNED,), keys.signed),
        Finder("api_key", (SENT,), partial(sessions.sessions, min_entropy=privacy.min_entropy)),
        Finder("private_key", (TWO_LETTERS, SIGNED, NAMED), private_keys.wallet_keys),
        Finder("private_key", (RARE,), private_keys.seed_phrases),
        Finder("api_key", (KEY_HINT, KEY_COLUMN_HINT, SENT), partial(keys.assigned, min_entropy=privacy.min_entropy)),
        Finder("api_key", (KEY_HINT, KEY_COLUMN_HINT), partial(tables.tabled_keys, min_entropy=privacy.min_entropy)),
        Finder("password", (PASSWORD_HINT,), tables.tabled_passwords),
        Finder("password", (PASSWORD_HINT,), partial(passwords.named_passwords, words=PASSWORD_WORDS)),
        Finder("password", (FOREIGN_HINT,), partial(passwords.named_passwords, words=FOREIGN_WORDS)),
        Finder("password", (*COMMAND_HINTS, CALL_HINT), passwords.command_passwords),
        Finder("email", (emails.EMAIL,), emails.emails),
        Finder("email", (emails.SPELLED, RARE), emails.spelled_emails),
        Finder("iban", (accounts.IBAN,), accounts.ibans),
        Finder("card", (accounts.CARD,), accounts.cards),
        Finder("ip", (addresses.IP,), addresses.ips),
        Finder("mac", (addresses.MAC, AFTER_DOT, NAMED), addresses.macs),
        Finder("ssn", (NINE_DIGITS,), accounts.social_security_numbers),
        Finder("phone", (phones.INTERNATIONAL,), phones.international),
        Finder("phone", (NINE_DIGITS,), phones.american),
        Finder("phone", (phones.CALLED,), partial(phones.called, regions=privacy.phone_regions)),
    )
    return tuple(finder for finder in every if finder.kind in privacy.kinds)


def suspects(texts: pl.Series, searched: tuple[Finder, ...]) -> np.ndarray:
    """Return which finders can find anything in which texts, by Rust's regexes: linear, about 5 µs a kilobyte.

    Polars keeps 32 compiled patterns: with more of them each batch would compile all again.

    Returns:
        Bools of shape (texts, finders).
    """
    found = np.zeros((len(texts), len(searched)), dtype=bool)
    users: dict[str, list[int]] = {}
    for i, finder in enumerate(searched):
        for hint in finder.hints:
            users.setdefault(hint, []).append(i)
    beside = {NUMBERED: (*NUMBERS, *BESIDE_NUMBERS), KEY_DIGIT: (KEY_HINT,), MIXED: BESIDE_MIXED}
    somewhere = {hint for hints in beside.values() for hint in hints}
    everywhere = [hint for hint in users if hint not in somewhere]
    everything = pl.Series(np.arange(len(texts)))
    matched = _matched(texts, [*everywhere, *beside])
    hits = [(everything, {hint: matched[hint] for hint in everywhere})]
    for where, hints in beside.items():
        at = matched[where].arg_true()
        hits.append((at, _matched(texts.gather(at), [hint for hint in hints if hint in users])))
    for at, columns in hits:
        for hint, column in columns.items():
            places = at.filter(column).to_numpy()
            for user in users[hint]:
                found[places, user] = True
    return found


def _matched(texts: pl.Series, patterns: list[str]) -> dict[str, pl.Series]:
    """Return for each pattern which texts it matches."""
    found = (pl.col("text").str.contains(pattern).alias(str(i)) for i, pattern in enumerate(patterns))
    return dict(zip(patterns, texts.to_frame("text").select(found).iter_columns(), strict=True))


def find(text: str, searched: Iterable[Finder]) -> list[Span]:
    """Return what is personal or secret in one text, in order of position, without overlaps."""
    found: list[Span] = []
    for finder in searched:
        fresh = apart(finder.find(text))
        text = mask(text, fresh)
        found += [span for span in fresh if not span.spared]
    return sorted(found, key=lambda span: span.start)

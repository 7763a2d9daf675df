"""Finds private keys in one text: PEM blocks, PEM in base64, and the keys of wallets."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator

from tasks.privacy.names import named_values
from tasks.privacy.randomness import is_random
from tasks.privacy.shapes import KEY_HEADER
from tasks.privacy.span import Span
from tasks.privacy.well_known import KNOWN_WALLETS

ENCODED = r"LS0tLS1CRUdJTi[A-Za-z0-9+/]{40}"  # "-----BEGIN " in base64, as kubeconfig files have it
WALLET_HINTS = (
    r"[5KL][1-9A-HJ-NP-Za-km-z]{50}|6P[1-9A-HJ-NP-Za-km-z]{56}",
    r"(?:xprv|yprv|zprv|tprv)[1-9A-HJ-NP-Za-km-z]{60}|nsec1[02-9ac-hj-np-z]{58}|0x[0-9a-fA-F]{64}",
    r"(?:rivate|RIVATE|rivkey|rivKey|riv_key|RIVKEY|RIV_KEY|allet|ALLET|accounts[\"']?:|rom_key\(|romKey\()[^\n]{0,40}[0-9A-Za-z]{64}",
)
PHRASE_HINT = r"nemonic|NEMONIC|eed [Pp]hrase|ecovery [Pp]hrase|ackup [Pp]hrase|EED_PHRASE|seed_phrase|seedPhrase"

_HEADER = re.compile(KEY_HEADER)
_BODY = re.compile(r"(?:(?:\s|\\[nr]|[\"'+,])*[A-Za-z0-9+/=]{40,})+(?:(?:\s|\\[nr]|[\"'+,])*[A-Za-z0-9+/]+={1,2})?")
_KEY_CHARS = 16_384  # RSA of 16,384 bits takes 12,800
_KEY_LINE = re.compile(r"[A-Za-z0-9+/=]{40}")
_ENCODED = re.compile(r"LS0tLS1CRUdJTi[A-Za-z0-9+/\s]{40,24000}={0,2}")

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGIT = {letter: value for value, letter in enumerate(_BASE58)}
_CHECKED = re.compile(r"[5KL](?<![A-Za-z0-9].)[1-9A-HJ-NP-Za-km-z]{50,51}(?![A-Za-z0-9])")
_MARKED = re.compile(
    r"(?:[xyzt]prv[1-9A-HJ-NP-Za-km-z]{100,112}|nsec1[02-9ac-hj-np-z]{58}|6P[1-9A-HJ-NP-Za-km-z]{56})(?![A-Za-z0-9])"
)
_HEX = re.compile(r"(?:0x)?[0-9a-fA-F]{64}(?![0-9A-Za-z])")
_BASE58_KEY = re.compile(r"[1-9A-HJ-NP-Za-km-z]{64,90}(?![A-Za-z0-9+/=])")
_ACCOUNTS = re.compile(
    r"(?:accounts[\"']?:[ \t\n]{0,8}\[|rivateKey\w{0,12}\(|from_?[kK]ey\(|[wW]allet\()"
    r"[ \t\n]{0,8}[\"'`]((?:0x)?[0-9a-fA-F]{64})(?![0-9A-Za-z])"
)  # Hardhat's
_WORDS = ("key", "secret", "wallet", "signer", "priv")
_PRIVATE = re.compile(r"priv|wallet|signer|deployer|secretkey|fromkey")
_PUBLIC = re.compile(r"pub|primary|foreign|storage|topic|hash|checksum|digest|sha|txid|transaction|block")
_PHRASE = re.compile(
    r"(?i:mnemonic|(?:seed|recovery|backup)[ _]?(?:phrase|words))[^a-z\n]{0,4}(?:phrase|words?|is|are|=|:)?[^a-z]{1,12}"
    r"((?:[a-z]{3,8}[ ,]{1,2}){11,23}[a-z]{3,8})(?![a-z])"
)


def private_keys(text: str) -> Iterator[Span]:
    """Yield PEM blocks, also those whose end is missing; a header with `...` below it is a placeholder."""
    end, taken = -1, 0
    for header in _HEADER.finditer(text):
        start, body = header.span()
        if start < taken:
            continue
        if end < body:
            end = text.find("-----END", body)
            end = len(text) if end < 0 else end
        cut = _BODY.match(text, body)
        if end - body <= _KEY_CHARS and end < len(text) and _is_body(text, body, end):
            close = text.find("-----", end + 8, end + 80)
            taken = close + 5 if close > 0 else end + 8
        elif cut is not None:
            taken = cut.end()
        else:
            continue
        yield Span("private_key", start, taken, text[start:taken])


def encoded_keys(text: str) -> Iterator[Span]:
    """Yield PEM blocks of private keys that are encoded in base64 once more."""
    for match in _ENCODED.finditer(text):
        start = "".join(match.group()[:88].split())
        try:
            header = base64.b64decode(start[: len(start) // 4 * 4])
        except binascii.Error:
            continue
        if b"PRIVATE KEY" in header:
            yield Span("private_key", match.start(), match.start() + len(match.group().rstrip()), match.group())


def wallet_keys(text: str) -> Iterator[Span]:
    """Yield keys of cryptocurrencies: those with a checksum or a mark, hexadecimal ones by their name."""
    for match in _CHECKED.finditer(text):
        if _has_checksum(match.group()):
            yield Span("private_key", *match.span(), match.group())
    for match in _MARKED.finditer(text):
        if is_random(match.group()[5:], 3.0, 6):
            yield Span("private_key", *match.span(), match.group())
    for match in _ACCOUNTS.finditer(text):
        value = match.group(1).lower().removeprefix("0x")
        if is_random(value, 2.5, 6):
            known = value in KNOWN_WALLETS
            yield Span("private_key", *match.span(1), value, contextual=not known, spared=known)
    for found in named_values(text, _WORDS):
        base58 = _BASE58_KEY.match(text, found.at) if "priv" in found.name else None
        hit = _HEX.match(text, found.at) or base58
        if hit is None or _PUBLIC.search(found.name) or not is_random(hit.group().removeprefix("0x"), 2.5, 6):
            continue
        value = hit.group().lower().removeprefix("0x")
        if hit.group().startswith("0x") or _PRIVATE.search(found.name):
            known = value in KNOWN_WALLETS
            yield Span("private_key", *hit.span(), value, contextual=not known, spared=known)


def seed_phrases(text: str) -> Iterator[Span]:
    """Yield the words that a wallet's key can be made from again, after a name like seed phrase."""
    for match in _PHRASE.finditer(text):
        if len(set(match.group(1).split())) > 8:
            yield Span("private_key", *match.span(1), match.group(1), contextual=True)


def _is_body(text: str, start: int, end: int) -> bool:
    """Whether what stands between a key's header and its end is a key: lines of base64, nothing begun anew."""
    body = text[start:end]
    return "-----BEGIN" not in body and "<" not in body and _KEY_LINE.search(body) is not None


def _has_checksum(value: str) -> bool:
    """Whether a text is Base58Check: its last four bytes are the start of the others' double SHA-256."""
    number = 0
    for letter in value:
        number = number * 58 + _DIGIT[letter]
    data = number.to_bytes(40, "big").lstrip(b"\0")
    return hashlib.sha256(hashlib.sha256(data[:-4]).digest()).digest()[:4] == data[-4:]

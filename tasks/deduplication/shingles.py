"""The set of word shingles of each conversation: words in prose, words and operators in code."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tasks.deduplication.fenced_code import fenced_blocks, import_lines
from tasks.deduplication.text import Places, TurnBytes

Hashes = NDArray[np.uint64]

# Kinds of bytes. Alone: an operator, or the first byte of a character of three or four bytes (Chinese, emoji …),
# which is a token by itself. Rest: a later byte of any character. Word: what tokens of more characters consist of.
_SEPARATOR, _ALONE, _REST, _WORD = range(4)
_LONGEST = 16  # bytes of a token: two machine words; longer runs are cut into such pieces
_LETTERS = set(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
# Prose: case folded, punctuation apart. Code: as typed, every operator a token, "_" a letter.
_PROSE = bytes(ord(chr(c).lower()) if c in _LETTERS else c if c >= 0x80 else 0 for c in range(256))
_CODE = bytes(c if c > 0x20 else 0 for c in range(256))
_KIND = bytes(
    _SEPARATOR
    if c <= 0x20
    else _WORD
    if c in _LETTERS or c == ord("_") or 0xC0 <= c < 0xE0
    else _REST
    if 0x80 <= c < 0xC0
    else _ALONE
    for c in range(256)
)
_MASKS = np.array([(1 << (8 * n)) - 1 for n in range(9)], np.uint64)
# Odd constants of the 64-bit mixers in xxHash and MurmurHash3; arithmetic wraps at 2⁶⁴.
_ODD = np.array([0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)
_MIX = np.array([0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53], np.uint64)


@dataclass(frozen=True)
class ShingleSets:
    """The shingle sets of n conversations.

    Args:
        hashes: 32-bit hashes, ascending and unique within each conversation.
        offsets: n + 1 positions in `hashes`.
    """

    hashes: NDArray[np.uint32]
    offsets: Places


def mix(values: Hashes) -> Hashes:
    """Spread the bits of 64-bit values (MurmurHash3's finaliser), in place."""
    for constant in _MIX:
        values ^= values >> np.uint64(33)
        values *= constant
    values ^= values >> np.uint64(33)
    return values


def shingle_sets(text: TurnBytes, words: int) -> ShingleSets:
    """Hash every run of `words` tokens of every conversation; a shorter conversation is one shingle."""
    tokens, offsets = _tokens(text)
    counts = np.diff(offsets)
    window = np.zeros(len(tokens), np.uint64)
    weights = _weights(words)
    for j in range(min(words, len(tokens))):
        window[: len(tokens) - j] += tokens[j:] * weights[j]
    whole = np.arange(len(tokens)) + words <= np.repeat(offsets[1:], counts)
    for i in np.flatnonzero((counts > 0) & (counts < words)).tolist():
        first, last = offsets[i], offsets[i + 1]
        window[first] = (tokens[first:last] * weights[: last - first]).sum()
        whole[first] = True
    hashes = (mix(window) >> np.uint64(32)).astype(np.uint32)[whole]
    borders = np.concatenate([np.zeros(1, np.int64), np.cumsum(whole)])[offsets]
    for first, last in pairwise(borders.tolist()):
        hashes[first:last].sort()  # many small sorts cost a fifth of one large sort
    fresh = np.ones(len(hashes), np.bool_)
    np.not_equal(hashes[1:], hashes[:-1], out=fresh[1:])
    fresh[borders[:-1][np.diff(borders) > 0]] = True
    return ShingleSets(hashes[fresh], np.concatenate([np.zeros(1, np.int64), np.cumsum(fresh)])[borders])


def _weights(words: int) -> Hashes:
    """Return the weight of each token of a shingle: order matters."""
    return np.array([pow(int(_ODD[0]), j + 1, 1 << 64) for j in range(words)], np.uint64)


def _tokens(text: TurnBytes) -> tuple[Hashes, Places]:
    """Return the hash of every token and, per conversation, where its tokens begin."""
    folded = _folded(text)
    kind = np.frombuffer(folded.translate(_KIND), np.uint8)
    begins = kind == _ALONE
    begins[1:] |= (kind[1:] == _WORD) & (kind[:-1] <= _ALONE)
    begins[:1] |= kind[:1] == _WORD
    data = np.frombuffer(folded, np.uint8)
    wide = np.flatnonzero(data >= 0xE0)
    after = wide + 3 + (data[wide] >= 0xF0)
    begins[after] |= kind[after] == _WORD
    start = np.flatnonzero(begins)
    stops = kind != _SEPARATOR
    stops[:-1] &= begins[1:] | (kind[1:] == _SEPARATOR)
    length = np.flatnonzero(stops) + 1 - start
    if len(length) and length.max() > _LONGEST:
        start, length = _cut(start, length)
    borders = np.concatenate([text.start, [len(text.data)]])[text.offsets]
    return _hash_tokens(folded, start, length), np.searchsorted(start, borders)


def _folded(text: TurnBytes) -> bytearray:
    """Return the bytes with zero for whatever is no part of a token, and 24 zeros at the end."""
    folded = bytearray(text.data).translate(_PROSE)
    for start, end in fenced_blocks(text):
        block = text.data[start:end]
        folded[start:end] = block.translate(_CODE)
        for first, last in import_lines(block):
            folded[start + first : start + last] = bytes(last - first)
    data = np.frombuffer(folded, np.uint8)
    data[text.start] = 0
    lead = np.flatnonzero(data == 0xE2)
    lead = lead[(data[lead + 1] == 0x80) & (data[lead + 2] >= 0x90)]  # U+2010 – U+203F: curly quotes, dashes, …
    for byte in range(3):
        data[lead + byte] = 0
    return folded + bytes(24 + -len(folded) % 8)


def _cut(start: Places, length: Places) -> tuple[Places, Places]:
    """Cut tokens of more than 16 bytes into pieces, so that no byte goes unseen."""
    long = np.flatnonzero(length > _LONGEST)
    more = (length[long] - 1) // _LONGEST  # pieces beyond the first
    number = np.arange(more.sum()) - np.repeat(np.cumsum(more) - more, more) + 1
    rest = np.minimum(np.repeat(length[long], more) - number * _LONGEST, _LONGEST)
    pieces = np.repeat(start[long], more) + number * _LONGEST
    after = np.repeat(long + 1, more)
    return np.insert(start, after, pieces), np.insert(np.minimum(length, _LONGEST), after, rest)


def _hash_tokens(folded: bytearray, start: Places, length: Places) -> Hashes:
    """Hash each token of at most 16 bytes from the two machine words that hold it."""
    machine = np.frombuffer(folded, np.uint64)
    low = _load(machine, start) & _MASKS[np.minimum(length, 8)]
    high = np.zeros(len(start), np.uint64)
    long = np.flatnonzero(length > 8)
    high[long] = _load(machine, start[long] + 8) & _MASKS[length[long] - 8]
    return mix(low * _ODD[1] + high * _ODD[2] + length.astype(np.uint64))


def _load(machine: Hashes, start: Places) -> Hashes:
    """Read eight bytes from any position, out of aligned words."""
    word, shift = start >> 3, ((start & 7) << 3).astype(np.uint64)
    loaded: Hashes = machine[word] >> shift | machine[word + 1] << np.uint64(1) << (np.uint64(63) - shift)
    return loaded

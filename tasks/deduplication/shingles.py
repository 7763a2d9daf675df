"""The set of word shingles of each conversation: words in prose, words and operators in code."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tasks.conversations.ragged import offsets_of, runs_of
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
    weights = _weights(words)
    window = tokens * weights[0]
    for j in range(1, min(words, len(tokens))):
        window[: len(tokens) - j] += tokens[j:] * weights[j]
    for i in np.flatnonzero((counts > 0) & (counts < words)).tolist():
        first, last = offsets[i], offsets[i + 1]
        window[first] = (tokens[first:last] * weights[: last - first]).sum()
    sizes = np.maximum(counts - words + 1, np.minimum(counts, 1))
    whole = np.ones(len(tokens), np.bool_)
    whole[runs_of(offsets[:-1] + sizes, counts - sizes)] = False
    hashes = (mix(window) >> np.uint64(32)).astype(np.uint32)[whole]
    borders = offsets_of(sizes)
    for first, last in pairwise(borders.tolist()):
        hashes[first:last].sort()  # many small sorts cost a fifth of one large sort
    again = np.append(False, hashes[1:] == hashes[:-1])[: len(hashes)]
    again[borders[:-1][sizes > 0]] = False
    # A search for a few borders among few repetitions: counting up all hashes takes ten times as long.
    return ShingleSets(hashes[~again], borders - np.searchsorted(np.flatnonzero(again), borders))


def _weights(words: int) -> Hashes:
    """Return the weight of each token of a shingle: order matters."""
    return np.array([pow(int(_ODD[0]), j + 1, 1 << 64) for j in range(words)], np.uint64)


def _tokens(text: TurnBytes) -> tuple[Hashes, Places]:
    """Return the hash of every token and, per conversation, where its tokens begin."""
    folded = _folded(text)
    kind = np.frombuffer(folded.translate(_KIND), np.uint8)
    # Of each byte but the first, a mark, which is no token's. (numpy is slow where it writes from an array's second
    # byte on.)
    before, own = kind[:-1], kind[1:]
    begins = (own == _ALONE) | ((own == _WORD) & (before <= _ALONE))
    data = np.frombuffer(folded, np.uint8)
    wide = np.flatnonzero(data >= 0xE0)
    after = wide + 2 + (data[wide] >= 0xF0)
    begins[after] |= own[after] == _WORD
    start = np.flatnonzero(begins) + 1
    length = np.flatnonzero((before != _SEPARATOR) & (begins | (own == _SEPARATOR))) + 1 - start
    if len(length) and length.max() > _LONGEST:
        start, length = _cut(start, length)
    borders = np.concatenate([text.start, [len(text.data)]])[text.offsets]
    return _hash_tokens(folded, start, length), np.searchsorted(start, borders)


def _folded(text: TurnBytes) -> bytearray:
    """Return the bytes with zero for whatever is no part of a token, and 24 zeros at the end."""
    folded = bytearray(text.data).translate(_PROSE)
    code = memoryview(bytearray(text.data).translate(_CODE))
    for start, end in zip(*(places.tolist() for places in fenced_blocks(text)), strict=True):
        folded[start:end] = code[start:end]
        for first, last in import_lines(text.data, start, end):
            folded[first:last] = bytes(last - first)
    data = np.frombuffer(folded, np.uint8)
    data[text.start] = 0
    lead = np.flatnonzero(data == 0xE2)
    lead = lead[(data[lead + 1] == 0x80) & (data[lead + 2] >= 0x90)]  # U+2010 – U+203F: curly quotes, dashes, …
    for byte in range(3):
        data[lead + byte] = 0
    return folded + bytes(24)


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
    eight = np.ndarray((len(folded) - 7,), np.uint64, folded, strides=(1,))  # the eight bytes from each position on
    hashes = eight.take(start)
    hashes &= _MASKS.take(length, mode="clip")
    hashes *= _ODD[1]
    hashes += length.view(np.uint64)
    long = np.flatnonzero(length > 8)
    hashes[long] += (eight[start[long] + 8] & _MASKS[length[long] - 8]) * _ODD[2]
    return mix(hashes)

"""Hashes of a conversation's text and of every prefix of its rounds, rolled turn by turn."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import xxhash

from tasks.deduplication.text import ROLE_MARK, TurnBytes

_ANSWER = ROLE_MARK["assistant"][0]


@dataclass(frozen=True)
class Prefixes:
    """Per conversation: the hash of all its turns, and after each round the hash and the bytes so far.

    Args:
        content_hash: xxh3-128 in hex over roles and canonical texts.
        hashes: one xxh3-64 per round, the last one over the whole conversation.
        sizes: bytes of canonical text up to the end of each round.
    """

    content_hash: list[str]
    hashes: list[list[int]]
    sizes: list[list[int]]


def prefixes(text: TurnBytes) -> Prefixes:
    """Hash every conversation of a canonical batch once; linear in its bytes.

    A round ends with an answer; a question left over at the end counts as a round of its own.
    """
    view = memoryview(text.data)
    starts, ends, offsets = text.start.tolist(), text.end.tolist(), text.offsets.tolist()
    found = Prefixes([], [], [])
    for first, last in pairwise(offsets):
        rolling = xxhash.xxh3_128()
        hashes: list[int] = []
        sizes: list[int] = []
        size = 0
        for turn in range(first, last):
            start, end = starts[turn], ends[turn]
            rolling.update(view[start:end])
            size += end - start - 1
            if view[start] == _ANSWER or turn == last - 1:
                hashes.append(rolling.intdigest() & 0xFFFF_FFFF_FFFF_FFFF)
                sizes.append(size)
        found.content_hash.append(rolling.hexdigest())
        found.hashes.append(hashes)
        found.sizes.append(sizes)
    return found

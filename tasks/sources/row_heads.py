"""How a raw row begins: what tells the next row's start after a broken one, and where a file may be cut."""

from __future__ import annotations

import re
from mmap import mmap

from tasks.conversations.shapes import TURN_FIELDS

_SPACE = rb"[ \t\r\n]*+"
_TEXT = rb'"(?:[^"\\\x00-\x1f]|\\.){0,512}+"'
_FLAT = rb"\[[^\[\]{}]{0,512}+\]|\{[^\[\]{}]{0,512}+\}"
_KEYS = tuple(f'"{name}"'.encode() for name in TURN_FIELDS)
_TURNS = b"(?:%b)" % b"|".join(_KEYS)
_PAIR = rb"%b%b:%b(?:%b|%b|[-+.\w]{1,64}+)%b,%b" % (_TEXT, _SPACE, _SPACE, _TEXT, _FLAT, _SPACE, _SPACE)
_FIELD = rb"(?!%b)%b" % (_TURNS, _PAIR)
HEAD = re.compile(rb"\{%b(?:%b){0,16}+%b%b:%b(?:[\[{]|null)" % (_SPACE, _FIELD, _TURNS, _SPACE, _SPACE))
"""Up to 16 fields without depth, then the turns. No JSON string can hold it: its quotes would be escaped."""

_REACH = 20_000  # bytes: 16 fields of two texts of 512 characters, escapes included, are shorter
_BRACES = 20  # opening braces tried before a key (one a field and the row's own), and before any search
_STRIDE = 16 * 1024  # bytes searched first, then twice as many: a key that never comes costs little


def find_head(data: bytes | mmap, start: int, stop: int | None = None) -> int | None:
    """Return the first position in `data[start:stop]` at which HEAD matches: by its key, which is 5 × quicker."""
    stop = len(data) if stop is None else min(stop, len(data))
    low, stride = start, _STRIDE
    for _ in range(_BRACES):
        # The next head is often near, and then the keys that never come cost more than a few braces.
        brace = data.find(b"{", low, stop)
        if brace < 0 or HEAD.match(data, brace) is not None:
            return brace if brace >= 0 else None
        low = brace + 1
    while low < stop:
        high = min(stop, low + stride)
        found = [_first(data, key, low, high) for key in _KEYS]
        places = [place for place in found if place is not None]
        if places:
            return min(places)
        low, stride = high, stride * 2
    return None


def _first(data: bytes | mmap, key: bytes, low: int, high: int) -> int | None:
    """Return the first head in `data[low:high]` whose turns are under `key`."""
    # A head that begins below `high` may have its key behind it.
    limit = min(len(data), high + _REACH)
    place = data.find(key, low, limit)
    while place >= 0:
        brace = place
        for _ in range(_BRACES):
            brace = data.rfind(b"{", max(low, place - _REACH), brace)
            if brace < 0:
                break
            found = HEAD.match(data, brace)
            if found is not None and found.end() > place:
                if brace < high:
                    return brace
                return None
        place = data.find(key, place + 1, limit)
    return None

"""What stands between rows: blanks, commas, the brackets of the array or object that holds them, and names of rows."""

from __future__ import annotations

import re
from enum import StrEnum
from mmap import mmap
from typing import NamedTuple


class Format(StrEnum):
    """How a file's rows follow each other."""

    LINES = "jsonl"
    PARQUET = "parquet"
    ARRAY = "json_array"
    """An array, or nothing: values that follow each other."""
    WRAPPED = "json_wrapped"
    """An array, or several, under a name in an object with other fields."""
    BY_ID = "json_by_id"
    """An object: each value is a row, its key the row's name."""


class Place(NamedTuple):
    """Where a search for a row stands.

    Args:
        at: position in the data.
        depth: 1 inside of what holds the rows, 0 outside.
        form: what holds them.
        key: the name of the row that begins there, in an object of rows.
    """

    at: int
    depth: int = 0
    form: Format = Format.ARRAY
    key: str | None = None


START = Place(0)
_BETWEEN = re.compile(rb"(?:[\s,]|\xef\xbb\xbf)*+")
_NO_ROW = re.compile(rb"(?:[ \t\r\n]|\xef\xbb\xbf)*+")
KEY = re.compile(rb'"((?:[^"\\\x00-\x1f]|\\.){0,4096}+)"\s*+:(?:\s|\xef\xbb\xbf)*+')
_TEXT = rb'"(?:[^"\\]|\\.)*+"'
_FLAT = re.compile(rb'%b|[-+.\w]++|\[(?:[^\[\]{}"]|%b)*+\]|\{(?:[^{}\[\]"]|%b)*+\}' % (_TEXT, _TEXT, _TEXT))
_OF_ROWS = re.compile(rb"\[\s*+[\[{]")


def skip_between(data: bytes | mmap, start: int) -> int:
    """Return the first position from `start` on that is no blank, comma or byte order mark."""
    return _BETWEEN.match(data, start).end()  # type: ignore[union-attr]  # it matches nothing too


def skip_blanks(data: bytes, start: int, end: int) -> int:
    """Return the first position from `start` on that is neither a blank nor a byte order mark."""
    found = _NO_ROW.match(data, start, end)
    return found.end() if found else start


def next_row(data: bytes | mmap, place: Place) -> Place:
    """Return where the next row may begin, the end of the data if there is none."""
    at, depth, form, _ = place
    while True:
        at = skip_between(data, at)
        byte = data[at : at + 1]
        if byte in (b"]", b"}"):
            depth = 0 if byte == (b"}" if form is Format.BY_ID else b"]") else depth
            at += 1
        elif depth == 0 and byte == (b"{" if form is Format.BY_ID else b"["):
            depth, at = 1, at + 1
        elif byte == b'"' and (form is Format.BY_ID if depth else form is Format.WRAPPED):
            named = KEY.match(data, at)
            if named is None:
                return Place(at, depth, form)
            if form is Format.BY_ID:
                return Place(named.end(), depth, form, key_text(named[1]))
            flat = None if _OF_ROWS.match(data, named.end()) else _FLAT.match(data, named.end())
            at = flat.end() if flat else named.end()  # another field of the wrapper, or another array of rows
        else:
            return Place(at, depth, form)


def key_text(key: bytes) -> str:
    """Return a key as text."""
    return key.decode(errors="replace")

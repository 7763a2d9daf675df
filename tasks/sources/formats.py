"""What kind of file the first bytes show: JSON of some form, JSON Lines or Parquet; or that it is none of them."""

from __future__ import annotations

import re
from mmap import mmap
from typing import Any

import msgspec

from schemas.errors import SourceError
from tasks.conversations.shapes import find
from tasks.sources.between import KEY, Format, Place, key_text, skip_between
from tasks.sources.json_end import closes
from tasks.sources.row_heads import HEAD

_LOOK = 1 << 20  # bytes looked at, and a first line of up to 16 times as many
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ANY = msgspec.json.Decoder()
_PRINTED = re.compile(rb"\[?\s*\{'")  # as Python prints a dict
_FIELDS = 64  # of the outermost object that are looked at
_ARCHIVES = {b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!": "RAR"}


def sniff(data: bytes | mmap, name: str) -> tuple[Format, Place]:
    """Return a file's format and where the search for its first row begins.

    Raises:
        SourceError: it is not JSON; says what it begins with.
    """
    head = data[:_LOOK]
    if head.startswith(b"PAR1"):
        return Format.PARQUET, Place(0)
    start = skip_between(data, 0)
    byte = data[start : start + 1]
    if _PRINTED.match(data, start):
        raise not_json(name, head[start:])
    if byte == b"[" and _is_lines_of_lists(data, start):
        return Format.LINES, Place(start)
    if byte in (b"", b"["):
        return Format.ARRAY, Place(start)
    lines = [line for line in _lines(data, start) if line.strip()]
    if any(_is_object(line) for line in lines) and (len(lines) > 1 or byte != b"{"):
        return Format.LINES, Place(start)
    if byte == b"{":
        return _held_by(data, start)
    if HEAD.search(head):
        return Format.ARRAY, Place(start)
    raise not_json(name, head[start:])


def not_json(name: str, begins: bytes) -> SourceError:
    """Return the error for a file that is not JSON at all."""
    archive = next((kind for magic, kind in _ARCHIVES.items() if begins.startswith(magic)), None)
    if archive:
        return SourceError(f"{name} is a {archive} archive: unpack it, or pack it as zip or tar.")
    if _PRINTED.match(begins):
        return SourceError(f"{name} is Python's way of printing, not JSON: write it again with json.dumps.")
    shown = begins[:40].decode(errors="replace")
    return SourceError(
        f"{name} is not JSON, it begins with {shown!r}: give JSON, JSON Lines or Parquet of conversations."
    )


def _held_by(data: bytes | mmap, start: int) -> tuple[Format, Place]:
    """Return how the outermost object holds rows: in an array under a name, one a field, or it is a row itself."""
    at, by_id = start + 1, False
    with memoryview(data) as view:
        for _ in range(_FIELDS):
            at = skip_between(data, at)
            named = KEY.match(data, at)
            if named is None:
                break
            at = named.end()
            byte = data[at : at + 1]
            first = skip_between(data, at + 1) if byte == b"[" else at
            value = _value(view, first) if byte in (b"[", b"{") else None
            if value is not None and find({key_text(named[1]): [value] if byte == b"[" else value}) is not None:
                return Format.ARRAY, Place(start)  # the field makes the object a row
            if value is not None and find(value) is not None:
                if byte == b"[":
                    return Format.WRAPPED, Place(at, 0, Format.WRAPPED)
                by_id = True  # unless a later field makes the object a row
            length = closes(view[at:])
            if length <= 0:
                break
            at += length
    form = Format.BY_ID if by_id else Format.ARRAY
    return form, Place(start, 0, form)


def _value(view: memoryview, at: int) -> Any:
    """Return the JSON value at a position; None where none closes within the bytes that are looked at."""
    length = closes(view[at : at + 16 * _LOOK])
    try:
        return _ANY.decode(view[at : at + length]) if length > 0 else None
    except (ValueError, RecursionError):
        return None


def _lines(data: bytes | mmap, start: int) -> list[bytes]:
    """Return the first lines that are whole; those of a pretty-printed object are indented, so no row."""
    feed = data.find(b"\n", start, start + 16 * _LOOK)
    lines = data[start : start + 16 * _LOOK if feed < 0 else max(feed, start + _LOOK)].split(b"\n")
    return lines if len(data) <= start + _LOOK or len(lines) == 1 else lines[:-1]


def _is_object(line: bytes) -> bool:
    """Whether a line is a JSON object by itself."""
    line = line.removeprefix(b"\xef\xbb\xbf")
    if not line.startswith(b"{"):
        return False
    try:
        _OBJECT.decode(line)
    except (ValueError, RecursionError):
        return False
    return True


def _is_lines_of_lists(data: bytes | mmap, start: int) -> bool:
    """Whether the file begins with a list, and its first two lines are whole values: one row a line."""
    of_rows = HEAD.match(data, skip_between(data, start + 1)) is not None  # an array as a rule, in one line or many
    feed = data.find(b"\n", start, start + (_LOOK if of_rows else 16 * _LOOK))
    if not data[start : max(feed, start)].rstrip().endswith(b"]"):  # a row of an array ends in a comma, or later
        return False
    lines = [line for line in _lines(data, start)[:64] if line.strip()][:2]
    try:
        return len([_ANY.decode(line.removeprefix(b"\xef\xbb\xbf")) for line in lines]) > 1
    except (ValueError, RecursionError):
        return False

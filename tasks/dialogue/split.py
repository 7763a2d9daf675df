"""Where the raw rows of a stretch of bytes begin and end, broken rows included, wherever the stretch was cut."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from schemas.reasons import Reason
from tasks.dialogue.heads import find_head

LOOKAHEAD = 64 * 1024
"""Bytes within which a row that holds another row's head must close; bounds the work on rows that never close."""

Decode = Callable[[bytes], Any]


class Row(NamedTuple):
    """One row as it stands: `data[start:end]`.

    `value` is what `decode` made of it, null where it refused; `reason` and `detail` are set where it is no JSON.
    """

    start: int
    end: int
    value: Any = None
    reason: Reason | None = None
    detail: str = ""


def extent(_row: bytes) -> None:
    """Decode nothing: for those who only want to know where rows are."""


def split_array(data: bytes, decode: Decode, stop: int | None = None, *, final: bool = True) -> Iterator[Row]:
    """Yield the rows of a stretch of a JSON array, or of JSON values that follow each other.

    A broken row ends where the next row's head begins, so its neighbours live on.

    Args:
        data: the bytes, from the start of a row (or of the file) on.
        decode: reads one row's bytes, raises ValueError or RecursionError where it cannot.
        stop: no row that starts here or later is yielded; bytes behind it (LOOKAHEAD is enough) tell whether the last
            row closes.
        final: whether the file ends with `data`.
    """
    stop = len(data) if stop is None else stop
    view = memoryview(data)
    start = after(data, 0)
    while start < stop:
        length = _closes(view[start : start + LOOKAHEAD])
        row = _row(data, start, length, decode) if length > 0 else _slowly(data, start, decode, final, length < 0)
        yield row
        start = after(data, row.end)


def split_lines(data: bytes, decode: Decode) -> Iterator[Row]:
    """Yield the rows of a stretch of JSON Lines: split on a line feed alone, blank lines skipped."""
    start, size = 0, len(data)
    while start < size:
        feed = data.find(b"\n", start)
        end = size if feed < 0 else feed
        line = data[start:end]
        piece = line.strip(_BLANK)
        if piece:
            first = start + len(line) - len(line.lstrip(_BLANK))
            try:
                yield Row(first, first + len(piece), decode(piece))
            except (ValueError, RecursionError):
                yield _line(piece, first, last=feed < 0)
        start = end + 1


def count_lines(data: bytes) -> int:
    """Count the rows of a stretch of JSON Lines without reading them."""
    blank = sum(1 for _ in _BLANK_LINE.finditer(data))
    return data.count(b"\n") + (not data.endswith(b"\n")) - blank if data else 0


def after(data: bytes, end: int) -> int:
    """Give the position from `end` on at which the next row of an array may begin."""
    found = _BETWEEN.match(data, end)
    return end if found is None else found.end()


_BETWEEN = re.compile(rb"[\s,\[\]}]*+")
_BLANK = b" \t\r\n"
_BLANK_LINE = re.compile(rb"(?:\A|(?<=\n))[ \t\r]*+(?:\n|(?<!\n)\Z)")
_RAW = msgspec.json.Decoder(msgspec.Raw)
_TRAILING = re.compile(r"trailing characters \(byte (\d+)\)")


def _closes(view: memoryview) -> int:
    """Give the length of the JSON value that the bytes begin with; 0 = msgspec finds none, -1 = it nests too deeply."""
    try:
        _RAW.decode(view)
    except RecursionError:
        return -1
    except ValueError as error:
        # It reads one value, then complains of the byte behind it, counted from 1: faster than any search.
        found = _TRAILING.search(str(error))
        return int(found[1]) - 1 if found else 0
    return len(view)


def _row(data: bytes, start: int, length: int, decode: Decode) -> Row:
    """Give the row of that length, with what `decode` makes of it."""
    piece = data[start : start + length].rstrip(_BLANK)
    try:
        return Row(start, start + len(piece), decode(piece))
    except (ValueError, RecursionError):
        return Row(start, start + len(piece))


def _slowly(data: bytes, start: int, decode: Decode, final: bool, deep: bool) -> Row:
    """Find the end of a row that msgspec refuses, or that is long, by a strict parse of ever more bytes."""
    size = _WINDOW
    error, at, ends = _TOO_DEEP if deep else _parse(data[start : start + size])
    while ends and size < min(LOOKAHEAD, len(data) - start):
        size *= 2
        error, at, ends = _parse(data[start : start + size])
    if error is None:
        return Row(start, start + at)
    head = find_head(data, start + 1)
    head = len(data) if head is None else head
    if ends and head > start + size:
        length = _closes(memoryview(data)[start:head])
        if length > 0:
            return _row(data, start, length, decode)
    stretch = data[start:head].rstrip(b" \t\r\n,")
    error, at, ends = _parse(stretch)
    if error is None:
        return Row(start, start + at)
    cut = ends and final and head == len(data)
    return Row(start, start + len(stretch), None, Reason.TRUNCATED_ROW if cut else Reason.BROKEN_JSON, error)


def _line(piece: bytes, start: int, *, last: bool) -> Row:
    """Say what is wrong with a line that `decode` refused, if it is no JSON at all."""
    error, at, ends = _parse(piece)
    end = start + len(piece)
    if error is not None:
        return Row(start, end, None, Reason.TRUNCATED_ROW if ends and last else Reason.BROKEN_JSON, error)
    if at < len(piece):
        return Row(start, end, None, Reason.BROKEN_JSON, f"more text after the row, at byte {at}")
    return Row(start, end)


# Extents alone are wanted here: numbers of any length and control characters in strings are fine.
_PARSER = json.JSONDecoder(strict=False, parse_int=len, parse_float=len)
_WINDOW = 16 * 1024  # bytes parsed first: most rows are shorter
_TOO_DEEP = ("nested too deeply", 0, False)
_NEAR_END = 8  # bytes of the longest literal or escape that an end can cut through: `\u12`, `-Infinit`


def _parse(piece: bytes) -> tuple[str | None, int, bool]:
    """Parse one JSON value: what is wrong (null = nothing), where, and whether it is only that the bytes end."""
    try:
        # One character a byte, so that positions are bytes.
        return None, _PARSER.raw_decode(piece.decode("latin-1"))[1], False
    except json.JSONDecodeError as error:
        ends = error.msg.startswith("Unterminated string") or error.pos >= len(piece.rstrip(_BLANK)) - _NEAR_END
        return f"{error.msg} at byte {error.pos}", error.pos, ends
    except RecursionError:
        return _TOO_DEEP

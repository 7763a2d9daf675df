"""Where the raw rows of a stretch of bytes begin and end, broken rows included, wherever the stretch was cut."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from mmap import mmap
from typing import Any, NamedTuple

import msgspec

from schemas.reasons import Reason
from tasks.sources.between import START, Format, Place, next_row, skip_blanks
from tasks.sources.json_end import DEEP, ENDS, TOO_DEEP, WINDOW, closes, parse
from tasks.sources.row_heads import find_head

LOOKAHEAD = 64 * 1024
"""Bytes in which most rows close: more are looked at only where a row does not."""
LONGEST_ROW = 64 * 1024 * 1024
"""Bytes within which a row that holds another row's head must close; bounds the work on rows that never close."""

Data = bytes | mmap
Decode = Callable[[bytes], Any]
DecodeMany = Callable[[bytes], list[Any]]


class Row(NamedTuple):
    """One row as it stands: `data[start:end]`.

    `value` is what `decode` made of it, None where it refused; `reason` and `detail` are set where it is no JSON;
    `key` is its name where it stands in an object of rows; `next` is where the search for the next row begins.
    """

    start: int
    end: int
    value: Any = None
    reason: Reason | None = None
    detail: str = ""
    key: str | None = None
    next: Place = START


class Rows(NamedTuple):
    """Good rows that stand in `data[start:end]`, read at once: which of the bytes are whose is not known."""

    start: int
    end: int
    values: list[Any]
    next: Place = START


class Counted(NamedTuple):
    """How many rows a stretch has, whether any of them is JSON, and where the next stretch begins."""

    rows: int
    sane: bool
    next: Place


def extent(_row: bytes) -> None:
    """Decode nothing: for those who only want to know where rows are."""


def extents(array: bytes) -> list[Any]:
    """Decode nothing of the objects in an array but how many they are."""
    return _OBJECTS.decode(array)


def pass_by(_found: Row | Rows) -> None:
    """Do nothing: for those who only want to know how many rows there are."""


def count_array(
    data: Data,
    begin: Place,
    stop: int,
    look: Callable[[Row | Rows], None] = pass_by,
    decode_many: DecodeMany = extents,
) -> Counted:
    """Count the rows of `split_array` that start before `stop`, without reading them.

    Args:
        data: the bytes.
        begin: as `split_array` takes it.
        stop: no row that starts here or later is counted.
        look: is given what is counted, in order.
        decode_many: what `look` needs of rows that are found at once.
    """
    rows, sane, place = 0, False, begin
    for found in split_array(data, extent, decode_many, begin, stop):
        look(found)
        rows += len(found.values) if isinstance(found, Rows) else 1
        sane = sane or isinstance(found, Rows) or found.reason is None or data[found.start : found.start + 1] == b"{"
        place = found.next
    return Counted(rows, sane, place if rows else next_row(data, begin))


def split_array(
    data: Data,
    decode: Decode,
    decode_many: DecodeMany,
    begin: Place = START,
    stop: int | None = None,
    *,
    final: bool = True,
) -> Iterator[Row | Rows]:
    """Yield the rows of a stretch of a JSON array or object of rows, or of JSON values that follow each other.

    A broken row ends where the next row's head begins, so its neighbours live on. Where a row began as those before it
    did, all rows up to there are read at once: as an array they are proven to be rows by being read.

    Args:
        data: the bytes.
        decode: reads one row's bytes, raises ValueError or RecursionError where it cannot.
        decode_many: reads an array of objects, raises ValueError or RecursionError where it cannot or `decode` could
            not, and where somebody must know which bytes were a row's.
        begin: where the search for the first row begins, and how deep in the file that is.
        stop: no row that starts here or later is yielded; bytes behind it tell where the last row closes.
        final: whether the file ends with `data`.
    """
    stop = len(data) if stop is None else stop
    with memoryview(data) as view:
        place, singly, border = next_row(data, begin), 0, None
        while place.at < stop:
            start = place.at
            # Each row of such a stretch closes within LOOKAHEAD.
            end = data.rfind(border, start, min(stop, start + LOOKAHEAD)) + 1 if border and start >= singly else 0
            rows = _many(view[start:end], start, decode_many) if end else None
            if rows is None:
                singly = end or singly
                length = closes(view[start : start + LOOKAHEAD])
                row = (
                    _row(data, start, length, decode)
                    if length > 0
                    else _slowly(data, view, start, decode, final, length)
                )
                border = _border(data, row.end)
                if row.reason is not None and place.form is Format.BY_ID:
                    row = row._replace(end=start + len(_NEXT_NAME.sub(b"", data[start : row.end])))
            found = rows or row
            after = next_row(data, Place(found.end, place.depth, place.form))
            yield found._replace(next=after) if rows else row._replace(next=after, key=place.key)
            place = after


def split_lines(data: bytes, decode: Decode) -> Iterator[Row]:
    """Yield the rows of a stretch of JSON Lines: split on a line feed alone, blank lines skipped."""
    start, size = 0, len(data)
    while start < size:
        feed = data.find(b"\n", start)
        end = size if feed < 0 else feed
        first = skip_blanks(data, start, end)
        piece = data[first:end].rstrip(_BLANK)
        if piece:
            try:
                yield Row(first, first + len(piece), decode(piece))
            except (ValueError, RecursionError):
                yield _line(piece, first, last=feed < 0)
        start = end + 1


def count_lines(data: bytes) -> int:
    """Count the rows of a stretch of JSON Lines without reading them."""
    blank = sum(1 for _ in _BLANK_LINE.finditer(data))
    return data.count(b"\n") + (not data.endswith(b"\n")) - blank if data else 0


_BLANK = b" \t\r\n"
_BLANK_LINE = re.compile(rb"(?:\A|(?<=\n))(?:[ \t\r]|\xef\xbb\xbf)*+(?:\n|(?<!\n)\Z)")
_BORDER = re.compile(rb'\}[ \t\r\n]{0,32}+,[ \t\r\n]{0,32}+\{[ \t\r\n]{0,32}+"[^"\\\x00-\x1f]{1,64}+"')
_NEXT_NAME = re.compile(rb',\s*"[^"\\\x00-\x1f]{1,200}+"\s*:\s*\Z')  # in an object of rows, before the next row


class _Object(msgspec.Struct, gc=False):
    """Any object, its fields skipped."""


_OBJECTS = msgspec.json.Decoder(list[_Object])


def _border(data: Data, end: int) -> bytes | None:
    """Return the last byte of the row that ends there, what follows it, and the first key of the next row."""
    found = _BORDER.match(data, end - 1)
    return found and found[0]


def _many(view: memoryview, start: int, decode: DecodeMany) -> Rows | None:
    """Read a stretch that should be whole rows with commas between them; None where it is not."""
    try:
        # An array of objects has no other border than those between its objects, so it holds just these rows.
        return Rows(start, start + len(view), decode(b"".join((b"[", view, b"]"))))
    except (ValueError, RecursionError):
        return None


def _row(data: Data, start: int, length: int, decode: Decode) -> Row:
    """Return the row of that length, with what `decode` makes of it."""
    piece = data[start : start + length].rstrip(_BLANK)
    try:
        return Row(start, start + len(piece), decode(piece))
    except (ValueError, RecursionError):
        return Row(start, start + len(piece))


def _slowly(data: Data, view: memoryview, start: int, decode: Decode, final: bool, length: int) -> Row:
    """Find the end of a row that msgspec refuses, or that is long, by a strict parse of ever more bytes."""
    rest = len(data) - start
    if length == ENDS and rest > LOOKAHEAD:
        length = closes(view[start : start + LONGEST_ROW])
        if length > 0:
            return _row(data, start, length, decode)
    error: str | None
    error, at, ends = TOO_DEEP if length == DEEP else ("", 0, True)
    size = LOOKAHEAD // 2 if length == ENDS and rest > LOOKAHEAD else 0
    while ends and size < min(LONGEST_ROW, rest):
        size = max(WINDOW, 2 * size)
        error, at, ends = parse(data[start : start + size])
    if error is None:
        return Row(start, start + at)
    head = find_head(data, start + 1)
    head = len(data) if head is None else head
    if ends and head > start + size:  # longer than LONGEST_ROW, without another row in it
        length = closes(view[start:head])
        if length > 0:
            return _row(data, start, length, decode)
    # What is wrong is told by the row alone, whatever follows it.
    stretch = data[start:head].rstrip(b" \t\r\n,")
    error, at, ends = parse(stretch)
    if error is None:
        return Row(start, start + at)
    cut = ends and final and head == len(data)
    return Row(start, start + len(stretch), None, Reason.TRUNCATED_ROW if cut else Reason.BROKEN_JSON, error)


def _line(piece: bytes, start: int, *, last: bool) -> Row:
    """Return what is wrong with a line that `decode` refused, if it is no JSON at all."""
    error, at, ends = parse(piece)
    end = start + len(piece)
    if error is not None:
        return Row(start, end, None, Reason.TRUNCATED_ROW if ends and last else Reason.BROKEN_JSON, error)
    if at < len(piece):
        return Row(start, end, None, Reason.BROKEN_JSON, f"more text after the row, at byte {at}")
    return Row(start, end)

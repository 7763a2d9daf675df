"""What kind of file the first bytes show: a JSON array, JSON Lines or Parquet; or that it is none of them."""

from __future__ import annotations

from enum import StrEnum
from mmap import mmap

import msgspec

from schemas.errors import SourceError
from tasks.sources.row_heads import HEAD, WRAPPER

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"[\0", b"{\0", b"\0[", b"\0{")
_LOOK = 1 << 20  # bytes looked at, and a first line of up to 16 times as many
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Format(StrEnum):
    """How a file's rows follow each other."""

    ARRAY = "json_array"
    LINES = "jsonl"
    PARQUET = "parquet"


def sniff(data: bytes | mmap, name: str) -> tuple[Format, int]:
    """Return a file's format and where its rows begin (behind a byte order mark, or at a wrapper's array).

    Raises:
        SourceError: it is not JSON; says what it begins with.
    """
    head = data[:_LOOK]
    if head.startswith(b"PAR1"):
        return Format.PARQUET, 0
    if head.startswith(_UTF16):
        raise SourceError(f"{name} is UTF-16, not UTF-8: convert it with `iconv -f utf-16 -t utf-8`.")
    start = len(_BOM) if head.startswith(_BOM) else 0
    start += len(head[start:]) - len(head[start:].lstrip())
    if start == len(head) or data[start : start + 1] == b"[":
        return Format.ARRAY, start
    wrapper = WRAPPER.match(data, start)
    if wrapper is not None:
        return Format.ARRAY, wrapper.end() - 1
    if any(_is_object(line) for line in _lines(data, start)):
        return Format.LINES, start
    if data[start : start + 1] == b"{" or HEAD.search(head):
        return Format.ARRAY, start
    raise not_json(name, head[start:])


def not_json(name: str, begins: bytes) -> SourceError:
    """Return the error for a file that is not JSON at all."""
    return SourceError(
        f"{name} is not JSON, it begins with {begins[:40]!r}: give JSON, JSON Lines or Parquet of conversations."
    )


def _lines(data: bytes | mmap, start: int) -> list[bytes]:
    """Return the first lines that are whole; those of a pretty-printed object are indented, so no row."""
    feed = data.find(b"\n", start, start + 16 * _LOOK)
    lines = data[start : start + 16 * _LOOK if feed < 0 else max(feed, start + _LOOK)].split(b"\n")
    return lines if len(data) <= start + _LOOK or len(lines) == 1 else lines[:-1]


def _is_object(line: bytes) -> bool:
    """Whether a line is a JSON object by itself."""
    if not line.startswith(b"{"):
        return False
    try:
        _OBJECT.decode(line)
    except (ValueError, RecursionError):
        return False
    return True

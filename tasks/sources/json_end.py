"""Where a JSON value ends that begins somewhere: quickly by msgspec, or by a strict parser that forgives more."""

from __future__ import annotations

import json
import re

import msgspec

_RAW = msgspec.json.Decoder(msgspec.Raw)
_TRAILING = re.compile(r"trailing characters \(byte (\d+)\)")
_BLANK = b" \t\r\n"
DEEP, ENDS = -1, -2


def closes(view: memoryview) -> int:
    """Return the length of the JSON value that the bytes begin with.

    0 = msgspec finds none, DEEP = it nests too deeply, ENDS = the bytes are not enough to tell.
    """
    try:
        _RAW.decode(view)
    except RecursionError:
        return DEEP
    except ValueError as error:
        # It reads one value, then complains of the byte behind it, counted from 1: faster than any search.
        found = _TRAILING.search(str(error))
        return int(found[1]) - 1 if found else ENDS if "truncated" in str(error) else 0
    return len(view)


# Extents alone are wanted here: numbers of any length and control characters in strings are fine.
_PARSER = json.JSONDecoder(strict=False, parse_int=len, parse_float=len)
WINDOW = 16 * 1024  # bytes parsed first: most rows are shorter
TOO_DEEP = ("nested too deeply", 0, False)
_NEAR_END = 8  # bytes of the longest literal or escape that an end can cut through: `\u12`, `-Infinit`


def parse(piece: bytes) -> tuple[str | None, int, bool]:
    """Parse one JSON value: what is wrong (None = nothing), where, and whether it is only that the bytes end."""
    try:
        # One character a byte, so that positions are bytes.
        return None, _PARSER.raw_decode(piece.decode("latin-1"))[1], False
    except json.JSONDecodeError as error:
        ends = error.msg.startswith("Unterminated string") or error.pos >= len(piece.rstrip(_BLANK)) - _NEAR_END
        return f"{error.msg} at byte {error.pos}", error.pos, ends
    except RecursionError:
        return TOO_DEEP

"""A batch of conversations as one run of UTF-8 bytes, and its canonical form: NFC, white space as single blanks."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tasks.conversations.ragged import offsets_of
from tasks.conversations.turns import TurnBatch

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]

ROLE_MARK = {"system": b"\x01", "user": b"\x02", "assistant": b"\x03"}
ROLE_MARKS = pa.array([mark.decode() for mark in ROLE_MARK.values()])
_BLANKS_AS_ONE = bytes(32 if 9 <= c <= 13 or 28 <= c <= 31 else c for c in range(256))  # what str.split() splits on
_BLANK_WIDE = tuple(
    chr(c) for c in (0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
)


@dataclass(frozen=True)
class TurnBytes:
    """A batch of m turns laid one after the other, each behind one byte that marks its role.

    Args:
        data: the bytes of all turns, `mark turn mark turn …`.
        start: m positions in `data` of each turn's mark.
        end: m positions after each turn's last byte.
        offsets: n + 1 positions; conversation i owns the turns `offsets[i]:offsets[i + 1]`.
    """

    data: bytes
    start: Places
    end: Places
    offsets: Places


def to_bytes(batch: TurnBatch, fold_case: bool) -> TurnBytes:
    """Return the turns of a batch as bytes: Unicode NFC, wide blanks as ASCII ones, case folded if asked."""
    content = batch.content
    if fold_case:
        content = pa.array([text.casefold() for text in content.to_pylist()], pa.string())
    wide = pc.greater(pc.binary_length(content), pc.utf8_length(content))
    narrowed = [_wide(text) for text in content.filter(wide).to_pylist()]
    content = pc.replace_with_mask(content, wide, pa.array(narrowed, pa.string()))
    marks = ROLE_MARKS.take(pc.index_in(batch.role, pa.array(list(ROLE_MARK))))
    joined = pc.binary_join_element_wise(marks, content, "")
    places = offsets_of(pc.binary_length(joined))
    data = joined.buffers()[2].to_pybytes() if len(joined) else b""
    return TurnBytes(data[: places[-1]], places[:-1], places[1:], batch.offsets.astype(np.int64))


def canonical(text: TurnBytes) -> TurnBytes:
    """Return the same turns with every run of white space as one blank, and none at either end of a turn."""
    data = np.frombuffer(bytearray(text.data).translate(_BLANKS_AS_ONE), np.uint8)
    blank = data == 32
    marked = blank.copy()
    marked[text.start] = True
    surplus = blank & np.append(False, marked[:-1])[: len(data)]
    gone = np.flatnonzero(surplus)
    squeezed = data[~surplus]
    start = text.start - np.searchsorted(gone, text.start)
    end = text.end - np.searchsorted(gone, text.end)
    end -= (end - start > 1) & (squeezed[np.maximum(end, 1) - 1] == 32)
    return TurnBytes(squeezed.tobytes(), start, end, text.offsets)


def _wide(text: str) -> str:
    """Return text beyond ASCII in NFC with every Unicode blank as an ASCII one."""
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    for blank in _BLANK_WIDE:
        if blank in text:
            text = text.replace(blank, " ")
    return text

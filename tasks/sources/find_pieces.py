"""Finds the rows that may be pieces of conversations, as the plan counts them, and says where they lie."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import xxhash

from schemas.repairs import Repair
from tasks.conversations.rows import Found, outline, read_any_row
from tasks.conversations.shapes import RawConversation
from tasks.sources.between import skip_between
from tasks.sources.pieces import NOT_COUNTED, Piece
from tasks.sources.ranges import PieceAt
from tasks.sources.split import Data, Row, Rows, extent, split_lines

NUMBERED = b"|".join(rb"(?<=_\d{%d})" % digits for digits in range(1, 6))
MARKED = re.compile(rb'"id"\s*:\s*"(?:[^"\\]++|\\.)*+(?:' + NUMBERED + rb')"')
"""What a row that may be a piece holds: an id, written with escapes or not, that ends in a number."""
HEAD = re.compile(rb'\{\s*"id"\s*:\s*"([^"\\]{1,180})_([0-9]{1,5})"\s*,')
"""The usual beginning of a row that is a piece."""
NAME = r"([\s\S]{1,180})_([0-9]{1,5})"
"""The id of a piece: Python and Arrow read it alike."""
OTHERWISE_COUNTED = {Repair.SYSTEM_FIELD.value, Repair.BRANCH_CHOSEN.value}
"""Repairs of rows whose turns are more or fewer than those of their list."""
RAWS = msgspec.json.Decoder(list[msgspec.Raw])
"""Reads an array of rows as the bytes of each."""

Outline = tuple[str | None, int]
"""The id of a row and how many turns it has; no id where it cannot be a piece."""


class PieceFinder:
    """Collects the rows of a stretch of JSON that may be pieces.

    Args:
        data: bytes that the rows stand in.
        offset: where these start in their file.
    """

    def __init__(self, data: Data, offset: int = 0) -> None:
        self.pieces: list[Piece] = []
        """Of what was looked at; their rows are counted from the first."""
        self._data, self._offset, self._rows = data, offset, 0

    def look(self, found: Row | Rows) -> None:
        """Look at the next rows; those that were found at once must have been read by RAWS."""
        if MARKED.search(self._data, found.start, found.end):
            for row, (start, end) in enumerate(_each(self._data, found), self._rows):
                at = PieceAt(row, self._offset + start, end - start, "")
                if head := HEAD.match(self._data, start, end):
                    self.pieces.append(Piece(head[1].decode(errors="replace"), int(head[2]), NOT_COUNTED, at))
                elif MARKED.search(self._data, start, end):
                    self.pieces += _read(self._data[start:end], at)
        self._rows += len(found.values) if isinstance(found, Rows) else 1


def pieces_in_lines(lines: bytes, offset: int) -> tuple[Piece, ...]:
    """Return the rows of a stretch of JSON Lines that may be pieces; it stands at `offset` in its file."""
    finder = PieceFinder(lines, offset)
    for line in split_lines(lines, extent) if MARKED.search(lines) else ():
        finder.look(line)
    return tuple(finder.pieces)


def counted_pieces(path: Path, pieces: list[Piece], shared: set[str]) -> list[Piece]:
    """Return the pieces of a file that share a stem with another, each with its turns: rows that do not are not read.

    Args:
        path: of the file's plain bytes.
        pieces: what was found in it.
        shared: stems of more than one piece, of this file or others.
    """
    found: list[Piece] = []
    with path.open("rb") as stream:
        for piece in pieces:
            if piece.stem not in shared:
                continue
            if piece.turns != NOT_COUNTED:
                found.append(piece)
                continue
            stream.seek(piece.at.offset)
            found += _read(stream.read(piece.at.length), piece.at)
    return found


def _read(raw: bytes, at: PieceAt) -> list[Piece]:
    """Return a row as a piece, where it is one."""
    return as_piece(_outline(raw), at._replace(digest=xxhash.xxh3_64_hexdigest(raw)))


def as_piece(outline: Outline, at: PieceAt) -> list[Piece]:
    """Return a row as a piece, where its name is a piece's and it has turns."""
    name, turns = outline
    parts = re.fullmatch(NAME, name or "")
    return [Piece(parts[1], int(parts[2]), turns, at)] if parts and turns else []


def outline_of(found: list[Found]) -> Outline:
    """Return the outline of a row: one with branches, or with a turn from another field, is not counted by its id."""
    one = found[0]
    if len(found) > 1 or not isinstance(one, RawConversation):
        return None, 0
    other = any(repair["kind"] in OTHERWISE_COUNTED for repair in one.repairs)
    return (None, 0) if other else (one.id, len(one.roles))


def _outline(raw: bytes) -> Outline:
    """Return the outline of a row's bytes; plain rows are read many times as fast as others."""
    try:
        return outline(raw)
    except (ValueError, RecursionError):
        return outline_of(read_any_row(raw, "all"))


def _each(data: Data, found: Row | Rows) -> Iterator[tuple[int, int]]:
    """Yield where each row starts and ends."""
    if isinstance(found, Row):
        yield found.start, found.end
        return
    start = found.start
    for raw in found.values:
        end = start + memoryview(raw).nbytes
        yield start, end
        start = skip_between(data, end)

"""Finds the rows that may be pieces of conversations, as the plan counts them, and says where they lie."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
import xxhash

from tasks.conversations.rows import Found, outline, read_any_row
from tasks.conversations.shapes import RawConversation
from tasks.sources.between import skip_between
from tasks.sources.pieces import Piece
from tasks.sources.ranges import PieceAt
from tasks.sources.split import Data, Row, Rows, extent, split_lines

MARKED = re.compile(rb'"id"\s*:\s*"[^"\\]{1,180}_\d{1,5}"')
NAME = r'([^"\\]{1,180})_([0-9]{1,5})'
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
            for row, (place, raw) in enumerate(_each(self._data, found), self._rows):
                if MARKED.search(raw):
                    at = PieceAt(row, self._offset + place, len(raw), xxhash.xxh3_64_hexdigest(raw))
                    self.pieces += as_piece(_outline(raw), at)
        self._rows += len(found.values) if isinstance(found, Rows) else 1


def pieces_in_lines(lines: bytes, offset: int) -> tuple[Piece, ...]:
    """Return the rows of a stretch of JSON Lines that may be pieces; it stands at `offset` in its file."""
    finder = PieceFinder(lines, offset)
    for line in split_lines(lines, extent) if MARKED.search(lines) else ():
        finder.look(line)
    return tuple(finder.pieces)


def as_piece(outline: Outline, at: PieceAt) -> list[Piece]:
    """Return a row as a piece, where its name is a piece's."""
    name, turns = outline
    parts = re.fullmatch(NAME, name or "")
    return [Piece(parts[1], int(parts[2]), turns, at)] if parts else []


def outline_of(found: list[Found]) -> Outline:
    """Return the outline of a row: one with marks or repairs is no piece, since these are read with the row alone."""
    one = found[0]
    if len(found) > 1 or not isinstance(one, RawConversation) or one.marks or one.repairs:
        return None, 0
    return one.id, len(one.roles)


def _outline(raw: bytes) -> Outline:
    """Return the outline of a row's bytes; plain rows are read many times as fast as others."""
    try:
        return outline(raw)
    except (ValueError, RecursionError):
        return outline_of(read_any_row(raw, "current"))


def _each(data: Data, found: Row | Rows) -> Iterator[tuple[int, bytes]]:
    """Yield place and bytes of each row."""
    if isinstance(found, Row):
        yield found.start, data[found.start : found.end]
        return
    place = found.start
    for raw in map(bytes, found.values):
        yield place, raw
        place = skip_between(data, place + len(raw))

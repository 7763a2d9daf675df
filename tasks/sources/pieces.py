"""Finds the rows that are pieces of one conversation (`<stem>_<raw index of its first turn>`), and where they lie."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import msgspec
import xxhash

from schemas.errors import SourceError
from tasks.conversations.rows import read_any_row, read_plain_row
from tasks.conversations.shapes import RawConversation
from tasks.sources.between import Format, Place
from tasks.sources.ranges import Join, PieceAt, Range, ensure_local
from tasks.sources.split import Data, Rows, extent, split_array, split_lines

MARKED = re.compile(rb'"id"\s*:\s*"[^"\\]{1,180}_\d{1,5}"')
NAME = re.compile(r"(.{1,180})_(\d{1,5})\Z", re.DOTALL)
LOOKED_AT = 256 * 1024
"""Bytes of a range in which an id of a piece must stand, for the range to be read for them."""
SEVERAL = 2
"""Conversations that must be joined of pieces for the ids of a file to be taken for theirs."""
MOST_OVERLAPPING = 0.05
"""Share of ids with several numbers whose turns overlap, above which the numbers mean something else."""

_RAWS = msgspec.json.Decoder(list[msgspec.Raw])


class Piece(NamedTuple):
    """A row that may be a piece: its stem, the raw index of its first turn, its turns, and where it lies."""

    stem: str
    start: int
    turns: int
    at: PieceAt


def pieces_in(data: Data, begin: Place, stop: int, form: Format) -> list[Piece]:
    """Return the rows of a stretch that may be pieces; their numbers count from its first row.

    Args:
        data: the file's bytes.
        begin: where the search for the first row begins.
        stop: no row that starts here or later is looked at.
        form: how rows follow each other.
    """
    if form is Format.PARQUET or MARKED.search(data, begin.at, min(stop, begin.at + LOOKED_AT)) is None:
        return []
    found: list[Piece] = []
    for row, (offset, raw) in enumerate(_rows(data, begin, stop, form)):
        if MARKED.search(raw) is None:
            continue
        row_read = _read(raw)
        # What marks say of turns is read with the row alone.
        if row_read is None or row_read.marks or row_read.repairs:
            continue
        name = NAME.match(row_read.id or "")
        if name:
            at = PieceAt(row, offset, len(raw), xxhash.xxh3_64_hexdigest(raw))
            found.append(Piece(name[1], int(name[2]), len(row_read.roles), at))
    return found


def _read(raw: bytes) -> RawConversation | None:
    """Return the conversation of a row that holds one; plain rows are read many times as fast as others."""
    try:
        return read_plain_row(raw)
    except (ValueError, RecursionError):
        found = read_any_row(raw, "current")
    return found[0] if len(found) == 1 and isinstance(found[0], RawConversation) else None


def _rows(data: Data, begin: Place, stop: int, form: Format) -> Iterator[tuple[int, bytes]]:
    """Yield offset and bytes of each row of a stretch."""
    if form is Format.LINES:
        for line in split_lines(data[begin.at : stop], extent):
            yield begin.at + line.start, data[begin.at + line.start : begin.at + line.end]
        return
    for found in split_array(data, extent, _RAWS.decode, begin, stop):
        if not isinstance(found, Rows):
            yield found.start, data[found.start : found.end]
            continue
        place = found.start
        for raw in map(bytes, found.values):
            place = data.find(raw, place, found.end)
            yield place, raw
            place += len(raw)


def with_joins(ranges: list[Range], pieces: list[Piece]) -> list[Range]:
    """Return the ranges of one file, each with what is joined to its rows and which of its rows are joined to others.

    Pieces of one stem are one conversation as long as each begins where the one before ends.

    Args:
        ranges: of one file, in order.
        pieces: of all of them, with the numbers of their rows in the file.
    """
    joins = {head.at.row: (head, rest) for head, rest in _chains(pieces)}
    into = {piece.at.row: row for row, (_, rest) in joins.items() for piece in rest}
    done: list[Range] = []
    for part in ranges:
        rows = range(part.first_row, part.first_row + part.rows)
        here = tuple(
            Join(row, tuple((piece.at, piece.start - joins[row][0].start) for piece in joins[row][1]))
            for row in sorted(joins.keys() & set(rows))
        )
        done.append(
            replace(part, joins=here, joined=tuple((row, into[row]) for row in sorted(into.keys() & set(rows))))
        )
    return done


def _chains(pieces: list[Piece]) -> list[tuple[Piece, list[Piece]]]:
    """Return each first piece with those that go on; none where nothing shows that the ids mean this."""
    stems: defaultdict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        stems[piece.stem].append(piece)
    several = [sorted(some, key=lambda piece: (piece.start, piece.at.row)) for some in stems.values() if len(some) > 1]
    apart = [some for some in several if all(a.start + a.turns <= b.start for a, b in pairwise(some))]
    chains: list[tuple[Piece, list[Piece]]] = []
    joined = 0
    for some in apart:
        before = len(chains)
        for piece in some:
            last = chains[-1] if len(chains) > before else None
            end = (last[1] or [last[0]])[-1] if last else None
            if last and end and end.start + end.turns == piece.start:
                last[1].append(piece)
            else:
                chains.append((piece, []))
        joined += any(rest for _, rest in chains[before:])
    certain = joined >= SEVERAL and len(several) - len(apart) <= MOST_OVERLAPPING * len(several)
    return [(head, rest) for head, rest in chains if rest] if certain else []


def read_piece(part: Range, at: PieceAt) -> RawConversation:
    """Return a row of the range's file, wherever in it that lies.

    Raises:
        SourceError: the file is gone, or it changed since the plan.
    """
    ensure_local(part)
    with Path(part.path).open("rb") as stream:
        stream.seek(at.offset)
        raw = stream.read(at.length)
    if xxhash.xxh3_64_hexdigest(raw) != at.digest:
        raise SourceError(f"{part.name} changed while it was read: run again.")
    found = _read(raw)
    assert found is not None
    return found

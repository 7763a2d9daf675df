"""Reads the rows that are joined to those of a range, wherever in its file they lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import BinaryIO

import xxhash

from schemas.errors import SourceError
from tasks.conversations.rows import read_any_row, read_plain_row
from tasks.conversations.shapes import RawConversation
from tasks.sources.between import Format
from tasks.sources.parquet_pieces import rows_again
from tasks.sources.ranges import PieceAt, Range, open_file

Reader = Callable[[PieceAt], RawConversation]


def read_joined(part: Range) -> Iterator[list[tuple[int, int, RawConversation]]]:
    """Yield what goes on with each of the range's joins, in order: number, number of the first turn, and the row.

    Raises:
        SourceError: the file is gone, or it changed since the plan.
    """
    with _reader(part) as read:
        for join in part.joins:
            yield [(at.row, first, read(at)) for at, first in join.pieces]


def _reader(part: Range) -> AbstractContextManager[Reader]:
    """Return what reads the pieces that the joins of a range name."""
    if part.format is Format.PARQUET:
        return rows_again(part, (at for join in part.joins for at, _ in join.pieces))
    return _from_bytes(part)


@contextmanager
def _from_bytes(part: Range) -> Iterator[Reader]:
    with open_file(part) as stream:
        yield partial(_read, stream, part.name)


def _read(stream: BinaryIO, name: str, at: PieceAt) -> RawConversation:
    """Return the conversation of a row that was found to be a piece."""
    stream.seek(at.offset)
    raw = stream.read(at.length)
    if xxhash.xxh3_64_hexdigest(raw) != at.digest:
        raise SourceError(f"{name} changed while it was read: run again.")
    try:
        return read_plain_row(raw)
    except (ValueError, RecursionError):
        found = read_any_row(raw, "current")[0]
    assert isinstance(found, RawConversation)
    return found

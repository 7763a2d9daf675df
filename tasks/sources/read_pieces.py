"""Reads the rows that are joined to those of a range, wherever in its source they lie."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from typing import BinaryIO

import msgspec
import xxhash

from schemas.errors import SourceError
from tasks.conversations.rows import read_any_row, read_plain_row
from tasks.conversations.shapes import RawConversation
from tasks.sources.between import Format
from tasks.sources.parquet_pieces import rows_again
from tasks.sources.pieces import Piece
from tasks.sources.ranges import PieceAt, Range, open_file

Reader = Callable[[PieceAt], RawConversation]


def read_joined(part: Range) -> Iterator[list[tuple[str, int, RawConversation]]]:
    """Yield what goes on with each of the range's joins, in order: row_id, number of the first turn, and the row.

    Raises:
        SourceError: a file is gone, or it changed since the plan.
    """
    wanted = [at for join in part.joins for at, _ in join.pieces]
    with ExitStack() as stack:
        read = {
            name: stack.enter_context(_reader(file, [at for at in wanted if at.file == name]))
            for name, file in [("", part), *((other.name, other) for other in part.others)]
        }
        for join in part.joins:
            yield [(f"{at.file or part.name}:{at.row}", first, read[at.file](at)) for at, first in join.pieces]


def count_copies(part: Range, pieces: list[Piece]) -> list[Piece]:
    """Return the pieces of a file, each with how many rows before it have its name and its turns.

    Args:
        part: any range of the file.
        pieces: with the numbers of their rows in the file.

    Raises:
        SourceError: the file is gone, or it changed since it was counted.
    """
    named: defaultdict[tuple[str, int, int], list[PieceAt]] = defaultdict(list)
    for piece in pieces:
        named[piece.stem, piece.start, piece.turns].append(piece.at)
    alike = [sorted(some) for some in named.values() if len(some) > 1]
    if not alike:
        return pieces
    copies: dict[int, int] = {}
    with _reader(part, (at for some in alike for at in some)) as read:
        for some in alike:
            seen: Counter[bytes] = Counter()
            for at in some:
                row = read(at)
                digest = xxhash.xxh3_128_digest(msgspec.json.encode((row.roles, row.values)))
                copies[at.row] = seen[digest]
                seen[digest] += 1
    return [piece._replace(copy=copies.get(piece.at.row, 0)) for piece in pieces]


def _reader(part: Range, wanted: Iterable[PieceAt]) -> AbstractContextManager[Reader]:
    """Return what reads rows of a range's file again."""
    return rows_again(part, wanted) if part.format is Format.PARQUET else _from_bytes(part)


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

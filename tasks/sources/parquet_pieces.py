"""Finds the rows of Parquet files that may be pieces of conversations, and reads them again, wherever they lie."""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from operator import attrgetter

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.errors import SourceError
from tasks.conversations.rows import Found, PlainTurn, read_object
from tasks.conversations.shapes import RawConversation
from tasks.conversations.shapes.turn_lists import LISTS
from tasks.sources.find_pieces import NAME, Outline, as_piece, outline_of
from tasks.sources.parquet import BATCH, damaged, digest_of, open_file
from tasks.sources.pieces import Piece
from tasks.sources.ranges import PieceAt, Range, ensure_local


def pieces_in_groups(part: Range) -> tuple[Piece, ...]:
    """Return the rows of a run of row groups that may be pieces; their numbers count from its first row.

    Raises:
        SourceError: the file is damaged.
    """
    ensure_local(part)
    with open_file(part) as file:
        if "id" not in file.schema_arrow.names or not _is_text(file.schema_arrow.field("id").type):
            return ()
        try:
            return tuple(_pieces(file, part))
        except (pa.ArrowInvalid, OSError) as error:
            raise damaged(part, error) from error


def _pieces(file: pq.ParquetFile, part: Range) -> Iterator[Piece]:
    first = 0
    for group in range(part.start, part.end):
        places = _named(file, group)
        if places:
            digest = _digest(file, part, group)
            for place, outline in zip(places, _outlines(file, group, places), strict=True):
                yield from as_piece(outline, PieceAt(first + place, group, place, digest))
        first += file.metadata.row_group(group).num_rows


@contextmanager
def rows_again(part: Range, wanted: Iterable[PieceAt]) -> Iterator[Callable[[PieceAt], RawConversation]]:
    """Give what reads rows of the range's file again.

    They are copied to a temporary file first: each row group is read once, and none is held.

    Args:
        part: the range.
        wanted: the rows that will be read.

    Raises:
        SourceError: the file is damaged, or it changed since the plan.
    """
    order: dict[int, int] = {}
    with tempfile.TemporaryFile() as copy:
        with open_file(part) as file, pa.ipc.new_file(copy, file.schema_arrow) as writer:
            for row, batch in _wanted(file, part, wanted):
                order[row] = len(order)
                writer.write_batch(batch)
        reader = pa.ipc.open_file(copy)

        def read(at: PieceAt) -> RawConversation:
            found = _read(reader.get_batch(order[at.row]))[0]
            assert isinstance(found, RawConversation)
            return found

        yield read


def _wanted(file: pq.ParquetFile, part: Range, wanted: Iterable[PieceAt]) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Yield number and batch of each row that is wanted."""
    for group, some in groupby(sorted(wanted), attrgetter("offset")):
        rows = list(some)
        if group >= file.num_row_groups or _digest(file, part, group) != rows[0].digest:
            raise SourceError(f"{part.name} changed while it was read: run again.")
        try:
            batches = _rows_at(file, group, [at.length for at in rows])
            yield from zip((at.row for at in rows), batches, strict=True)
        except (pa.ArrowInvalid, OSError) as error:
            raise damaged(part, error) from error


def _digest(file: pq.ParquetFile, part: Range, group: int) -> str:
    """Return the digest of one row group."""
    return digest_of(file, replace(part, start=group, end=group + 1))


def _named(file: pq.ParquetFile, group: int) -> list[int]:
    """Return the places in a row group of the rows whose ids are those of pieces."""
    ids = file.read_row_group(group, columns=["id"])["id"].cast(pa.string())
    places: list[int] = pc.indices_nonzero(pc.match_substring_regex(ids, f"^{NAME}$")).to_pylist()
    return places


def _outlines(file: pq.ParquetFile, group: int, places: list[int]) -> list[Outline]:
    """Return the outline of each of some rows; of plain rows no text is read."""
    return _counted(file, group, places) or [outline_of(_read(row, "all")) for row in _rows_at(file, group, places)]


def _counted(file: pq.ParquetFile, group: int, places: list[int]) -> list[Outline] | None:
    """Return the outlines of rows of the usual fields alone; None where there are others, or turns that are null."""
    name = _turns_of(file.schema_arrow)
    if name is None:
        return None
    leaf = next(path for path in map(attrgetter("path"), file.schema) if path.startswith(f"{name}."))
    rows = file.read_row_group(group, columns=["id", leaf])
    if pc.list_flatten(rows[name]).null_count:
        return None
    ids = rows["id"].cast(pa.string()).take(places).to_pylist()
    counts = pc.list_value_length(rows[name]).take(places).to_pylist()
    return [(None, 0) if count is None else (row_id, count) for row_id, count in zip(ids, counts, strict=True)]


def _turns_of(schema: pa.Schema) -> str | None:
    """Return the column of turns where a file has the fields of a PlainRow alone, each turn those of a PlainTurn."""
    names = set(schema.names) - {"id", "model", "plugins"}
    name = next(iter(names)) if len(names) == 1 and names < LISTS.keys() else None
    kind = schema.field(name).type if name else None
    if kind is None or not pa.types.is_list(kind) or not pa.types.is_struct(kind.value_type):
        return None
    plain = all(field.name in PlainTurn.__struct_encode_fields__ and _is_text(field.type) for field in kind.value_type)
    return name if plain else None


def _rows_at(file: pq.ParquetFile, group: int, places: list[int]) -> Iterator[pa.RecordBatch]:
    """Yield some rows of a row group, in order, each as a batch."""
    first, left = 0, deque(places)
    for batch in file.iter_batches(BATCH, row_groups=[group]):
        while left and left[0] < first + batch.num_rows:
            yield batch.slice(left.popleft() - first, 1)
        first += batch.num_rows


def _read(row: pa.RecordBatch, branches: str = "current") -> list[Found]:
    """Return what a batch of one row holds."""
    return read_object(row.to_pylist()[0], branches)


def _is_text(kind: pa.DataType) -> bool:
    """Whether a column holds text, as whatever Arrow keeps it."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))

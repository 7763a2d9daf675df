"""Parquet as a source of raw rows: ranges are runs of row groups, rows come from the columns that rows have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xxhash

from schemas.errors import SourceError
from tasks.conversations.shapes import SHAPES, TURN_FIELDS
from tasks.sources.ranges import Range, ensure_local

BATCH = 256  # rows made into Python objects at a time


def row_groups(whole: Range, range_bytes: int) -> list[Range]:
    """Cut a Parquet file into runs of row groups of at least `range_bytes`, each with its rows and digest."""
    check_columns(whole)
    with open_file(whole) as file:
        groups = [file.metadata.row_group(group) for group in range(file.num_row_groups)]
        ranges: list[Range] = []
        start, first_row, rows, size = 0, 0, 0, 0
        for group, meta in enumerate(groups, 1):
            rows += meta.num_rows
            size += sum(meta.column(column).total_compressed_size for column in range(meta.num_columns))
            if size >= range_bytes or group == len(groups):
                cut = replace(whole, start=start, end=group, first_row=first_row, rows=rows)
                ranges.append(replace(cut, digest=digest_of(file, cut)))
                start, first_row, rows, size = group, first_row + rows, 0, 0
    return [replace(cut, final=cut is ranges[-1]) for cut in ranges]


def check_columns(whole: Range) -> None:
    """Raise SourceError where a Parquet file has no column that turns could come from."""
    with open_file(whole) as file:
        names = file.schema_arrow.names
    if not set(names) & {key for shape in SHAPES for key in shape.keys}:
        raise SourceError(f"{whole.name} has none of the columns {', '.join(TURN_FIELDS)}, but {', '.join(names)}.")


def read_objects(part: Range) -> Iterator[dict[str, Any]]:
    """Yield the rows of a range as Python objects.

    Raises:
        SourceError: the file is gone, damaged, or no longer what the plan saw.
    """
    ensure_local(part)
    with open_file(part) as file:
        if part.end > file.num_row_groups or digest_of(file, part) != part.digest:
            raise SourceError(f"{part.name} changed while it was read: run again.")
        groups = list(range(part.start, part.end))
        try:
            for batch in file.iter_batches(BATCH, row_groups=groups):
                yield from batch.to_pylist()
        except (pa.ArrowInvalid, OSError) as error:
            raise damaged(part, error) from error


def damaged(part: Range, error: Exception) -> SourceError:
    """Return what to say of a file whose rows cannot be read."""
    return SourceError(f"{part.name} is a damaged Parquet file ({error}): fetch it again.")


def digest_of(file: pq.ParquetFile, part: Range) -> str:
    """Return the xxh3-128 of a run of row groups: the schema and the columns' bytes as stored."""
    digest = xxhash.xxh3_128(str(file.schema_arrow).encode())
    with Path(part.path).open("rb") as stream:
        for group in range(part.start, part.end):
            meta = file.metadata.row_group(group)
            for column in map(meta.column, range(meta.num_columns)):
                stream.seek(column.dictionary_page_offset or column.data_page_offset)
                digest.update(stream.read(column.total_compressed_size))
    return digest.hexdigest()


def open_file(part: Range) -> pq.ParquetFile:
    """Open a Parquet file."""
    try:
        return pq.ParquetFile(part.path)
    except (pa.ArrowInvalid, OSError) as error:
        raise SourceError(f"{part.name} is not a readable Parquet file ({error}): fetch it again.") from error

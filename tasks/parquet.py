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
from tasks.ranges import Range

_COLUMNS = ("id", "model", "plugins", "conversations", "items", "messages")
_BATCH = 256  # rows made into Python objects at a time


def row_groups(whole: Range, range_bytes: int) -> list[Range]:
    """Cut a Parquet file into runs of row groups of at least `range_bytes`, each with its rows and digest."""
    with _open(whole) as file, Path(whole.path).open("rb") as stream:
        if not set(_COLUMNS[3:]) & set(file.schema_arrow.names):
            names = ", ".join(file.schema_arrow.names)
            raise SourceError(f"{whole.name} has no column conversations, items or messages; it has {names}.")
        ranges: list[Range] = []
        start, first_row, rows, size = 0, 0, 0, 0
        digest = xxhash.xxh3_128(str(file.schema_arrow).encode())
        for group in range(file.num_row_groups):
            meta = file.metadata.row_group(group)
            rows += meta.num_rows
            for column in map(meta.column, range(meta.num_columns)):
                size += column.total_compressed_size
                stream.seek(column.dictionary_page_offset or column.data_page_offset)
                digest.update(stream.read(column.total_compressed_size))
            if size >= range_bytes or group + 1 == file.num_row_groups:
                seen = digest.hexdigest()
                ranges.append(replace(whole, start=start, end=group + 1, first_row=first_row, rows=rows, digest=seen))
                start, first_row, rows, size = group + 1, first_row + rows, 0, 0
                digest = xxhash.xxh3_128(str(file.schema_arrow).encode())
        return ranges


def read_rows(part: Range) -> Iterator[dict[str, Any]]:
    """Yield the rows of a range as Python objects."""
    with _open(part) as file:
        columns = [name for name in _COLUMNS if name in file.schema_arrow.names]
        for batch in file.iter_batches(_BATCH, row_groups=list(range(part.start, part.end)), columns=columns):
            yield from batch.to_pylist()


def _open(part: Range) -> pq.ParquetFile:
    """Open a Parquet file."""
    try:
        return pq.ParquetFile(part.path)
    except (pa.ArrowInvalid, OSError) as error:
        raise SourceError(f"{part.name} is not a readable Parquet file ({error}): fetch it again.") from error

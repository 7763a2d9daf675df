"""Proposes the ranges of a source's files: where rows start, one behind each multiple of a size."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from schemas.settings import Input
from tasks.sources.between import Format, Place
from tasks.sources.discover import Source
from tasks.sources.formats import sniff
from tasks.sources.local_copy import LocalFile, local_files
from tasks.sources.parquet import row_groups
from tasks.sources.ranges import Range
from tasks.sources.row_heads import find_head
from tasks.sources.split import extent, extents, split_array


class Cut(NamedTuple):
    """A plain file and its proposed ranges."""

    file: LocalFile
    ranges: list[Range]


def propose(source: Source, spool: Path, range_bytes: int, reading: Input) -> Iterator[Cut]:
    """Propose the ranges of each plain file of a source."""
    for file in local_files(source, spool, reading):
        path = Path(file.path)
        size = path.stat().st_size
        if not size:
            yield Cut(file, [])
            continue
        with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            form, begin = sniff(data, file.name)
            whole = Range(
                file.name,
                file.path,
                form,
                begin.at,
                size,
                charset=file.charset,
                encoding=reading.encoding,
                source=source,
            )
            if form is Format.PARQUET:
                yield Cut(file, row_groups(whole, range_bytes))
                continue
            marks = list(_marks(data, whole, begin, range_bytes))
        starts = [begin, *marks]
        ends = [*(mark.at for mark in marks), size]
        pairs = zip(starts, ends, strict=True)
        yield Cut(file, [replace(whole, start=a.at, depth=a.depth, end=b, final=b == size) for a, b in pairs])


def _marks(data: mmap.mmap, whole: Range, begin: Place, range_bytes: int) -> Iterator[Place]:
    """Yield where rows start: one behind each multiple of `range_bytes`, where there is one before the next."""
    if whole.format is Format.LINES:
        for mark in range(range_bytes, whole.end, range_bytes):
            found = data.find(b"\n", mark - 1, mark + range_bytes - 1) + 1
            if whole.start < found < whole.end:
                yield Place(found)
        return
    if whole.format is Format.BY_ID or (
        whole.end > range_bytes and find_head(data, begin.at, begin.at + range_bytes) is None
    ):
        yield from _walked(data, begin, range_bytes)
        return
    inside = 1 if data[begin.at : begin.at + 1] == b"[" else 0
    for mark in range(range_bytes, whole.end, range_bytes):
        head = find_head(data, mark, mark + range_bytes)
        if head is not None and whole.start < head < whole.end:
            yield Place(head, inside, whole.format)


def _walked(data: mmap.mmap, begin: Place, range_bytes: int) -> Iterator[Place]:
    """Yield the marks of a file whose rows are not known by how they begin: from one row to the next."""
    mark = range_bytes
    for row in split_array(data, extent, extents, begin):
        if row.next.at >= mark and row.next.at < len(data):
            yield row.next
            mark = (row.next.at // range_bytes + 1) * range_bytes

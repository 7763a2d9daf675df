"""A range: a stretch of one input file that becomes one part, and how its bytes are read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

import xxhash

from schemas.errors import SourceError
from schemas.settings import Input
from tasks.sources.between import Format, Place
from tasks.sources.charsets import UTF8
from tasks.sources.discover import Source
from tasks.sources.local_copy import local_files
from tasks.store.digest import combine


class PieceAt(NamedTuple):
    """Where a row lies in its file, and what proves that it is still there.

    Args:
        row: its number.
        offset: its first byte; for Parquet, its row group.
        length: its bytes; for Parquet, its place in the row group.
        digest: xxh3-64 of its bytes; for Parquet, xxh3-128 of its row group's.
        file: name of the file, where it is another than that of who reads it.
    """

    row: int
    offset: int
    length: int
    digest: str
    file: str = ""


class Join(NamedTuple):
    """A row, and those that go on with its conversation, each with its first turn as the row counts them."""

    row: int
    pieces: tuple[tuple[PieceAt, int], ...]


@dataclass(frozen=True)
class Range:
    """A stretch of one input file, cut at row boundaries; small, and picklable.

    Args:
        name: the file's name in row ids.
        path: where its plain bytes are: the file itself, or a copy in the spool.
        format: how rows follow each other.
        start: first byte; for Parquet, first row group.
        end: byte behind the last; for Parquet, row group behind the last.
        first_row: number of its first row in the file.
        rows: how many rows it has, broken ones included.
        digest: xxh3-128 of its own bytes.
        final: whether the file ends with it.
        depth: 1 where the range begins inside of what holds the rows.
        charset: in which the file was read.
        encoding: the setting it was read by, for reading it again.
        source: the file, for fetching or unpacking it again.
        only: the rows that a sample picked, in order; None = all.
        joins: its rows that others go on with.
        joined: its rows that go on with another, each with the row_id of that.
        others: of each other file that its joins read from, a range without any.
    """

    name: str
    path: str
    format: Format
    start: int
    end: int
    first_row: int = 0
    rows: int = 0
    digest: str = ""
    final: bool = True
    depth: int = 0
    charset: str = UTF8
    encoding: str = "auto"
    source: Source | None = None
    only: tuple[int, ...] | None = None
    joins: tuple[Join, ...] = ()
    joined: tuple[tuple[int, str], ...] = ()
    others: tuple[Range, ...] = ()

    @property
    def key(self) -> str:
        """Return the key of the part it becomes: of the file's name and the place in it, whatever else is read."""
        words = re.sub(r"[^A-Za-z0-9]+", "_", self.name)[-40:].strip("_")
        return f"{words}-{xxhash.xxh32_hexdigest(self.name.encode())}-{self.start:012d}"

    @property
    def title(self) -> str:
        """Return what people call it: the file, and the row that it begins with."""
        return f"{self.name}, from row {self.first_row:,}" if self.first_row else self.name

    def identity(self) -> str:
        """Return the digest of all that its rows depend on: not of where the file lies, nor of other ranges."""
        # Whether an array ends here tells a truncated row from a broken one.
        final = self.final and self.format not in (Format.LINES, Format.PARQUET)
        what = [self.format, self.name, self.start, self.depth, self.first_row, final, self.digest, self.only]
        if self.joins or self.joined:
            what += [[(row, [(*at, first) for at, first in pieces]) for row, pieces in self.joins], self.joined]
        return hashlib.sha256("\n".join(map(str, what)).encode()).hexdigest()[:32]

    @property
    def begin(self) -> Place:
        """Where the search for its first row begins, in its own bytes."""
        return Place(0, self.depth, self.format)


def ensure_local(part: Range) -> None:
    """Fetch or unpack the file again if its copy in the spool is gone.

    Raises:
        SourceError: it cannot be had any more.
    """
    if part.source is not None and not Path(part.path).exists():
        local_files(part.source, Path(part.path).parent, Input(encoding=part.encoding, max_expansion=1_000_000))


@contextmanager
def open_file(part: Range) -> Iterator[BinaryIO]:
    """Open a range's file.

    Raises:
        SourceError: it is gone, or cannot be read.
    """
    ensure_local(part)
    try:
        with Path(part.path).open("rb") as stream:
            yield stream
    except OSError as error:
        raise SourceError(f"{part.name} cannot be read ({error.strerror}): check that it is there.") from error


def read_bytes(part: Range) -> bytes:
    """Return a range's bytes.

    Raises:
        SourceError: the file is gone, or its bytes are no longer those that the plan saw.
    """
    with open_file(part) as stream:
        stream.seek(part.start)
        data = stream.read(part.end - part.start)
    if part.digest and xxhash.xxh3_128_hexdigest(data) != part.digest:
        raise SourceError(f"{part.name} changed while it was read: run again.")
    return data


def file_digests(ranges: Iterable[Range]) -> dict[str, str]:
    """Return the digest of each file's bytes, by name in order, from those of its ranges."""
    digests: dict[str, list[str]] = {}
    for part in ranges:
        digests.setdefault(part.name, []).append(part.digest)
    return {name: combine(parts) for name, parts in sorted(digests.items())}

"""Cuts the input into byte ranges at row boundaries, each with the number of its first row and a digest."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import xxhash

from schemas.settings import Input
from tasks.sources.between import Format, Place
from tasks.sources.charsets import ALL_UTF8, UTF8, Utf8Count, count_utf8, not_utf8
from tasks.sources.cuts import Cut, propose
from tasks.sources.discover import Source, discover
from tasks.sources.find_pieces import RAWS, PieceFinder, counted_pieces, pieces_in_lines
from tasks.sources.formats import not_json
from tasks.sources.heads import no_rows
from tasks.sources.parquet_pieces import pieces_in_groups
from tasks.sources.pieces import Piece, shared_stems, with_joins, with_others
from tasks.sources.plan_cache import PlanCache
from tasks.sources.ranges import Range, ensure_local, read_bytes
from tasks.sources.read_pieces import count_copies
from tasks.sources.split import Counted as CountedRows
from tasks.sources.split import count_array, count_lines

RANGE_BYTES = 48 * 1024 * 1024
"""Bytes between two marks: 16 ranges for 700 MB, so that two to sixteen workers are busy and none holds much."""

Map = Callable[[Callable[[Range], "Counted"], Iterable[Range]], Iterable["Counted"]]
DEFAULT = Input()


@dataclass(frozen=True)
class Counted:
    """What one look at a range's bytes shows.

    Args:
        rows: how many.
        digest: of its bytes.
        next: where the next range starts.
        sane: whether any row is JSON.
        utf8: what of it is no UTF-8.
        pieces: its rows that may be pieces of conversations, where they were looked for.
    """

    rows: int
    digest: str
    next: Place
    sane: bool = True
    utf8: Utf8Count = ALL_UTF8
    pieces: tuple[Piece, ...] = ()


class Numbered(NamedTuple):
    """A plain file's ranges, with the numbers of their rows, and its rows that may be pieces."""

    ranges: list[Range]
    pieces: list[Piece]


def plan(
    source: str | list[str],
    spool: Path,
    range_bytes: int = RANGE_BYTES,
    workers_map: Map = map,
    known: Mapping[str, str] | None = None,
    reading: Input = DEFAULT,
) -> list[Range]:
    """Cut the files of a source into ranges, in order of the files' names.

    Cuts depend on a file's own bytes alone: rows added at its end, or other files, leave earlier ranges as they were,
    but for what is joined to their rows.

    Args:
        source: file, folder, glob, URL, or a list of those.
        spool: folder for copies of what is compressed or remote, and for what is known of unchanged files.
        range_bytes: bytes between marks; a range ends at the first row that starts behind a mark.
        workers_map: maps a picklable function over ranges, in order; give a pool's to use more cores.
        known: redacted names of files, by origin (`tasks.sources.origins.known_names`).
        reading: how files are read.

    Raises:
        SourceError: nothing is there, it is not JSON, in another charset, or it holds no row.
    """
    return plan_files(discover(source, known), spool, range_bytes, workers_map, reading)


def plan_files(
    sources: list[Source],
    spool: Path,
    range_bytes: int = RANGE_BYTES,
    workers_map: Map = map,
    reading: Input = DEFAULT,
) -> list[Range]:
    """Cut files that were discovered into ranges, as `plan` does."""
    cache = PlanCache(spool, range_bytes, reading, sources)
    planned = {item.name: cache.get(item) for item in sources}
    cuts = {
        item.name: list(propose(item, spool, range_bytes, reading)) for item in sources if planned[item.name] is None
    }
    proposed = [part for files in cuts.values() for cut in files for part in cut.ranges]
    counted = iter(workers_map(partial(count, rejoin=reading.rejoin == "auto"), proposed))
    new = {
        name: [_number(cut, [next(counted) for _ in cut.ranges], reading) for cut in files]
        for name, files in cuts.items()
    }
    joined = iter(_joined([file for files in new.values() for file in files]))
    ranges: list[Range] = []
    for item in sources:
        parts = planned[item.name]
        if parts is None:
            parts = [part for _ in new[item.name] for part in next(joined)]
            cache.put(item, parts, alone=not any(file.pieces for file in new[item.name]))
        ranges += parts
    cache.save()
    if not any(part.rows for part in ranges):
        names = ", ".join(item.name for item in sources[:3]) + (" …" if len(sources) > 3 else "")
        raise no_rows(names)
    return with_others(ranges, ranges)


def known_plan(
    sources: list[Source], spool: Path, range_bytes: int = RANGE_BYTES, reading: Input = DEFAULT
) -> list[Range] | None:
    """Return the plan again where every file is as the last plan saw it; None where one must be read."""
    cache = PlanCache(spool, range_bytes, reading, sources)
    found = [cache.get(item) for item in sources]
    ranges = [part for parts in found for part in parts or ()]
    return None if None in found else with_others(ranges, ranges)


def count(part: Range, *, rejoin: bool = False) -> Counted:
    """Count the rows of a range whose end is a proposal, and digest its bytes; picklable, for a pool.

    Args:
        part: the range.
        rejoin: whether to look for rows that are pieces of conversations.
    """
    if part.format is Format.PARQUET:
        pieces = pieces_in_groups(part) if rejoin else ()
        return Counted(part.rows, part.digest, Place(part.end), pieces=pieces)
    ensure_local(part)
    with Path(part.path).open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        (rows, sane, following), pieces = _rows(data, part, rejoin=rejoin)
        # A row that holds another's head may reach beyond the proposed end.
        end = len(data) if part.final else max(part.end, following.at)
        with memoryview(data)[part.start : end] as view:
            digest = xxhash.xxh3_128_hexdigest(view)
            return Counted(rows, digest, following._replace(at=end), sane, count_utf8(view), pieces)


def _rows(data: mmap.mmap, part: Range, *, rejoin: bool) -> tuple[CountedRows, tuple[Piece, ...]]:
    """Count the rows of a stretch of JSON; return also which of them may be pieces, where that is asked."""
    if part.format is Format.LINES:
        lines = data[part.start : part.end]
        pieces = pieces_in_lines(lines, part.start) if rejoin else ()
        return CountedRows(count_lines(lines), True, Place(part.end)), pieces
    begin = Place(part.start, part.depth, part.format)
    if not rejoin:
        return count_array(data, begin, part.end), ()
    finder = PieceFinder(data)
    return count_array(data, begin, part.end, finder.look, RAWS.decode), tuple(finder.pieces)


def _joined(files: list[Numbered]) -> list[list[Range]]:
    """Return the ranges of each file, with what is joined to their rows."""
    shared = shared_stems(file.pieces for file in files)
    pieces = [
        count_copies(ranges[0], counted_pieces(Path(ranges[0].path), pieces, shared)) if pieces else []
        for ranges, pieces in files
    ]
    ranges = [file.ranges for file in files]
    return with_joins(ranges, pieces) if any(pieces) else ranges


def _number(cut: Cut, counted: list[Counted], reading: Input) -> Numbered:
    """Return one file's ranges with their rows, digests and true ends, and its rows that may be pieces."""
    done: list[Range] = []
    pieces: list[Piece] = []
    rejoin = reading.rejoin == "auto"
    file, parts = cut
    rows, sane, utf8 = 0, not parts, ALL_UTF8
    place = Place(parts[0].start, parts[0].depth) if parts else Place(0)
    for part, found in zip(parts, counted, strict=True):
        if part.end <= place.at and done:
            continue
        if (place.at, place.depth) != (part.start, part.depth):
            part = replace(part, start=place.at, depth=place.depth)
            found = count(part, rejoin=rejoin)
        done.append(replace(part, end=found.next.at, first_row=rows, rows=found.rows, digest=found.digest))
        pieces += [
            piece._replace(at=piece.at._replace(row=rows + piece.at.row, file=file.name)) for piece in found.pieces
        ]
        rows, place, sane = rows + found.rows, found.next, sane or found.sane
        utf8 = Utf8Count(utf8.wide + found.utf8.wide, utf8.bad + found.utf8.bad)
    if utf8.bad > utf8.wide and reading.encoding != UTF8:
        raise not_utf8(file.name, Path(file.path))
    if rows and not sane:
        raise not_json(parts[0].name, read_bytes(parts[0]))
    done = [*done[:-1], replace(done[-1], final=True)] if done else []
    return Numbered(done, pieces)

"""Cuts the input into byte ranges at row boundaries, each with the number of its first row and a digest."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import xxhash

from schemas.errors import SourceError
from tasks.sources.discover import Source, discover
from tasks.sources.formats import Format, not_json, sniff
from tasks.sources.local_copy import local_copy
from tasks.sources.parquet import row_groups
from tasks.sources.plan_cache import PlanCache
from tasks.sources.ranges import Range, read_bytes
from tasks.sources.row_heads import find_head
from tasks.sources.split import LOOKAHEAD, after, count_array, count_lines

RANGE_BYTES = 48 * 1024 * 1024
"""Bytes between two marks: 16 ranges for 700 MB, so that two to sixteen workers are busy and none holds much."""

Map = Callable[[Callable[[Range], "Counted"], Iterable[Range]], Iterable["Counted"]]


@dataclass(frozen=True)
class Counted:
    """What one look at a range's bytes shows: rows, digest, where the next range starts, whether any row is JSON."""

    rows: int
    digest: str
    next_start: int
    sane: bool


def plan(
    source: str | list[str],
    spool: Path,
    range_bytes: int = RANGE_BYTES,
    workers_map: Map = map,
    known: Mapping[str, str] | None = None,
) -> list[Range]:
    """Cut the files of a source into ranges, in order of the files' names.

    Cuts depend on a file's own bytes alone: rows added at its end, or other files, leave earlier ranges as they were.

    Args:
        source: file, folder, glob, URL, or a list of those.
        spool: folder for copies of what is compressed or remote, and for what is known of unchanged files.
        range_bytes: bytes between marks; a range ends at the first row that starts behind a mark.
        workers_map: maps a picklable function over ranges, in order; give a pool's to use more cores.
        known: redacted names of files, by origin (`tasks.sources.origins.known_names`).

    Raises:
        SourceError: nothing is there, it is not JSON, or it holds no row.
    """
    sources = discover(source, known)
    cache = PlanCache(spool, range_bytes)
    planned = {item.name: cache.get(item) for item in sources}
    cut = {item.name: _cut(item, spool, range_bytes) for item in sources if planned[item.name] is None}
    counted = iter(workers_map(count, [part for parts in cut.values() for part in parts]))
    ranges: list[Range] = []
    for item in sources:
        parts = planned[item.name]
        if parts is None:
            parts = _number(cut[item.name], [next(counted) for _ in cut[item.name]])
            cache.put(item, parts)
        ranges += parts
    cache.save()
    if not any(part.rows for part in ranges):
        names = ", ".join(item.name for item in sources[:3]) + (" …" if len(sources) > 3 else "")
        raise SourceError(f"The input holds no rows ({names}): give a file with ShareGPT conversations.")
    return ranges


def known_plan(
    source: str | list[str], spool: Path, range_bytes: int = RANGE_BYTES, known: Mapping[str, str] | None = None
) -> list[Range] | None:
    """Return the plan again where every file is as the last plan saw it; None where one must be read."""
    cache = PlanCache(spool, range_bytes)
    ranges: list[Range] = []
    for item in discover(source, known):
        parts = cache.get(item)
        if parts is None:
            return None
        ranges += parts
    return ranges


def count(part: Range) -> Counted:
    """Count the rows of a range whose end is a proposal, and digest its bytes; picklable, for a pool."""
    if part.format is Format.PARQUET:
        return Counted(part.rows, part.digest, part.end, sane=True)
    data = read_bytes(part, beyond=0 if part.final or part.format is Format.LINES else LOOKAHEAD)
    if part.format is Format.LINES:
        return Counted(count_lines(data), xxhash.xxh3_128_hexdigest(data), part.end, sane=True)
    rows, end, sane = count_array(data, part.end - part.start, final=part.final)
    # A row that holds another's head may reach beyond the proposed end.
    end = len(data) if part.final else max(part.end - part.start, after(data, end))
    return Counted(rows, xxhash.xxh3_128_hexdigest(memoryview(data)[:end]), part.start + end, sane)


def _cut(source: Source, spool: Path, range_bytes: int) -> list[Range]:
    """Propose the ranges of one file."""
    path = local_copy(source, spool)
    size = path.stat().st_size
    if not size:
        return []
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        form, start = sniff(data, source.name)
        whole = Range(source.name, str(path), form, start, size, source=source)
        if form is Format.PARQUET:
            return row_groups(whole, range_bytes)
        ends = [*_marks(data, whole, range_bytes), size]
    starts = [start, *ends[:-1]]
    return [replace(whole, start=a, end=b, final=b == size) for a, b in zip(starts, ends, strict=True)]


def _marks(data: mmap.mmap, whole: Range, range_bytes: int) -> Iterator[int]:
    """Yield where rows start: one behind each multiple of `range_bytes`, where there is one before the next."""
    for mark in range(range_bytes, whole.end, range_bytes):
        if whole.format is Format.LINES:
            found = data.find(b"\n", mark - 1, mark + range_bytes - 1) + 1 or None
        else:
            found = find_head(data, mark, mark + range_bytes)
        if found is not None and whole.start < found < whole.end:
            yield found


def _number(parts: list[Range], counted: list[Counted]) -> list[Range]:
    """Return one file's ranges with their rows, digests and true ends."""
    done: list[Range] = []
    rows, start = 0, parts[0].start if parts else 0
    sane = not parts
    for part, found in zip(parts, counted, strict=True):
        if part.end <= start and done:
            continue
        if start != part.start:
            part = replace(part, start=start)
            found = count(part)
        end = found.next_start
        done.append(replace(part, end=end, first_row=rows, rows=found.rows, digest=found.digest))
        rows, start, sane = rows + found.rows, end, sane or found.sane
    if rows and not sane:
        raise not_json(parts[0].name, read_bytes(parts[0]))
    return [*done[:-1], replace(done[-1], final=True)] if done else []

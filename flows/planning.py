"""The plan of a run; what is wrong with a small source is known before a server starts."""

from __future__ import annotations

import os
from collections import Counter as Tally
from pathlib import Path

from schemas.errors import SourceError
from schemas.settings import Input
from tasks.runtime.run_context import Size
from tasks.sources.between import Format
from tasks.sources.discover import discover
from tasks.sources.heads import check_heads
from tasks.sources.origins import known_names, register_source
from tasks.sources.plan import Map, known_plan, plan, plan_files
from tasks.sources.plan_cache import SPOOL
from tasks.sources.ranges import Range
from tasks.sources.remote import is_remote
from tasks.store.sql_text import printable

SMALL = 16 << 20
"""Bytes of local files that are planned in this process: what is wrong with them is known before a server starts."""


def plan_run(source: str | list[str], root: Path, reading: Input, workers_map: Map = map) -> list[Range]:
    """Return the byte ranges of a run on a data root, in order, their files registered.

    Args:
        source: file, folder, glob, URL, or a list of those.
        root: the data root, held by the caller.
        reading: how files are read.
        workers_map: maps over ranges; give a pool's to use more cores.

    Raises:
        SourceError: the source cannot be read, or is another file of a known name.
    """
    check_apart(source, root)
    ranges = plan(source, root / SPOOL, workers_map=workers_map, known=known_names(root), reading=reading)
    register_source(root, ranges, source)
    return ranges


def check_apart(source: str | list[str], root: Path) -> None:
    """Raise SourceError where the data root lies in a folder of the source: a run would read what the last one made."""
    for word in [source] if isinstance(source, str) else source:
        if is_remote(word) or not word or "\0" in word or printable(word) != word:
            continue  # what is wrong with a name, `discover` says
        # Not Path.resolve, which fails where links lead in a circle.
        folder = os.path.realpath(Path(word.removeprefix("file://")).expanduser())
        if root.resolve().is_relative_to(folder):
            raise SourceError(
                f"The data root {root} lies in the source {word}, so a run would read what another made as rows: "
                f"give the raw files their own folder, name them ({word.rstrip('/')}/*.json), or give another --data."
            )


def quick_plan(source: str | list[str], root: Path, reading: Input) -> list[Range] | None:
    """Return the plan where the files are as the last run saw them, or small; None where worker processes make it.

    Raises SourceError where a source is not there, holds no rows or none of a known shape; of a small one, all that the
    plan refuses.
    """
    sources = discover(source, known_names(root))
    ranges = known_plan(sources, root / SPOOL, reading=reading)
    if ranges is None:
        check_heads(sources, reading)
        if any(file.remote for file in sources) or sum(Path(file.origin).stat().st_size for file in sources) >= SMALL:
            return None
        ranges = plan_files(sources, root / SPOOL, reading=reading)
    register_source(root, ranges, source)
    return ranges


def local_bytes(source: str | list[str]) -> int | None:
    """Return the bytes of a source's files; None where some must be fetched first."""
    if any(is_remote(word) for word in ([source] if isinstance(source, str) else source)):
        return None  # to list it takes the network, and the plan lists it anyway
    return sum(Path(file.origin).stat().st_size for file in discover(source))


def sizes(ranges: list[Range]) -> dict[str, Size]:
    """Return how much of the source each part is, by key; of a Parquet file, bytes in proportion to rows."""
    whole = Tally[str]()
    for one in ranges:
        whole[one.path] += one.rows
    return {
        one.key: Size(
            one.rows if one.only is None else len(one.only),
            Path(one.path).stat().st_size * one.rows // max(1, whole[one.path])
            if one.format is Format.PARQUET
            else one.end - one.start,
        )
        for one in ranges
    }

"""Picks some rows of a plan by the hash of their ids: the same ones every time."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

import xxhash

from tasks.sources.pieces import join_of, with_others
from tasks.sources.ranges import Join, PieceAt, Range


def choose_rows(ranges: list[Range], count: int) -> list[Range]:
    """Return the ranges with only the `count` rows whose row_id hashes smallest; ranges without any are left out.

    The numbers of rows are the plan's, so nothing is read for it.
    """
    every = (
        (xxhash.xxh3_64_intdigest(f"{range_.name}:{row}".encode()), place, row)
        for place, range_ in enumerate(ranges)
        for row in range(range_.first_row, range_.first_row + range_.rows)
    )
    chosen: dict[int, list[int]] = {}
    for _, place, row in heapq.nsmallest(count, every):
        chosen.setdefault(place, []).append(row)
    picked = {(ranges[place].name, row) for place, rows in chosen.items() for row in rows}
    joins = {
        (name, join.row): join
        for part in ranges
        for whole in part.joins
        for name, join in _joins(whole, part.name, picked)
    }
    into = {(at.file or name, at.row): f"{name}:{row}" for (name, row), join in joins.items() for at, _ in join.pieces}
    some = [
        replace(
            part := ranges[place],
            only=(only := tuple(sorted(rows))),
            joins=tuple(joins[part.name, row] for row in only if (part.name, row) in joins),
            joined=tuple((row, into[part.name, row]) for row in only if (part.name, row) in into),
        )
        for place, rows in sorted(chosen.items())
    ]
    return with_others(some, ranges)


def _joins(whole: Join, name: str, picked: set[tuple[str, int]]) -> Iterator[tuple[str, Join]]:
    """Yield what is left of a join in a sample: the pieces picked, as far as each begins where the one before ends.

    Each has the file of its first row before it.
    """
    own = ((at._replace(file=at.file or name), first) for at, first in whole.pieces)
    places = [(PieceAt(whole.row, 0, 0, "", name), 0), *own]
    for here, run in groupby(places, lambda place: (place[0].file, place[0].row) in picked):
        some = list(run)
        if here and len(some) > 1:
            yield some[0][0].file, join_of(some)

"""Picks some rows of a plan by the hash of their ids: the same ones every time."""

from __future__ import annotations

import heapq
from dataclasses import replace

import xxhash

from tasks.sources.ranges import Range


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
    whole = {
        (part.name, join.row)
        for part in ranges
        for join in part.joins
        if all((part.name, row) in picked for row in (join.row, *(at.row for at, _ in join.pieces)))
    }
    return [
        replace(
            part := ranges[place],
            only=tuple(sorted(rows)),
            joins=tuple(join for join in part.joins if (part.name, join.row) in whole),
            joined=tuple((row, into) for row, into in part.joined if (part.name, into) in whole),
        )
        for place, rows in sorted(chosen.items())
    ]

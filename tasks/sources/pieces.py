"""Joins the rows of a file that are pieces of one conversation (`<stem>_<raw index of its first turn>`)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from tasks.sources.ranges import Join, PieceAt, Range

SEVERAL = 2
"""Conversations that must be joined of pieces for the ids of a file to be taken for theirs."""
MOST_OVERLAPPING = 0.05
"""Share of ids with several numbers whose turns overlap, above which the numbers mean something else."""


NOT_COUNTED = -1
"""Turns of a piece that is read once another of its stem is found."""


class Piece(NamedTuple):
    """A row that may be a piece: its stem, the raw index of its first turn, its turns, and where it lies.

    `copy` is how many rows of the same turns stand under the same name before it.
    """

    stem: str
    start: int
    turns: int
    at: PieceAt
    copy: int = 0


def with_joins(ranges: list[Range], pieces: list[Piece]) -> list[Range]:
    """Return the ranges of one file, each with what is joined to its rows and which of its rows are joined to others.

    Pieces of one stem are one conversation as long as each begins where the one before ends; their copies another.

    Args:
        ranges: of one file, in order.
        pieces: of all of them, with the numbers of their rows in the file.
    """
    joins = {head.at.row: (head, rest) for head, rest in _chains(pieces)}
    into = {piece.at.row: row for row, (_, rest) in joins.items() for piece in rest}
    done: list[Range] = []
    for part in ranges:
        rows = range(part.first_row, part.first_row + part.rows)
        here = tuple(
            Join(row, tuple((piece.at, piece.start - joins[row][0].start) for piece in joins[row][1]))
            for row in sorted(joins.keys() & set(rows))
        )
        done.append(
            replace(part, joins=here, joined=tuple((row, into[row]) for row in sorted(into.keys() & set(rows))))
        )
    return done


def _chains(pieces: list[Piece]) -> list[tuple[Piece, list[Piece]]]:
    """Return each first piece with those that go on; none where nothing shows that the ids mean this."""
    stems: defaultdict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        stems[piece.stem].append(piece)
    several = [sorted(some, key=attrgetter("copy", "start", "at.row")) for some in stems.values() if len(some) > 1]
    apart = [
        some for some in several if all(a.copy < b.copy or a.start + a.turns <= b.start for a, b in pairwise(some))
    ]
    chains: list[tuple[Piece, list[Piece]]] = []
    joined = 0
    for some in apart:
        before = len(chains)
        for piece in some:
            last = chains[-1] if len(chains) > before else None
            end = (last[1] or [last[0]])[-1] if last else None
            if last and end and (end.copy, end.start + end.turns) == (piece.copy, piece.start):
                last[1].append(piece)
            else:
                chains.append((piece, []))
        joined += any(rest for _, rest in chains[before:])
    certain = joined >= SEVERAL and len(several) - len(apart) <= MOST_OVERLAPPING * len(several)
    return [(head, rest) for head, rest in chains if rest] if certain else []

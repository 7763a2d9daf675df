"""Joins the rows of a source that are pieces of one conversation (`<stem>_<raw index of its first turn>`)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
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

    `copy` is how many rows of the same turns stand under the same name before it in its file.
    """

    stem: str
    start: int
    turns: int
    at: PieceAt
    copy: int = 0


Chain = list[Piece]
"""Pieces each of which begins where the one before ends."""


@dataclass(frozen=True)
class _Chains:
    """What the numbers of some ids make of their rows.

    Args:
        of: by stem, its chains of several pieces.
        several: how many stems have several pieces.
        overlapping: how many of those have turns twice.
    """

    of: dict[str, list[Chain]]
    several: int
    overlapping: int

    @property
    def fits(self) -> bool:
        """Whether hardly any turns overlap."""
        return self.overlapping <= MOST_OVERLAPPING * self.several

    @property
    def certain(self) -> bool:
        """Whether enough shows that the numbers count turns."""
        return self.fits and len(self.of) >= SEVERAL


def shared_stems(files: Iterable[Iterable[Piece]]) -> set[str]:
    """Return the stems of more than one piece."""
    stems = Counter(piece.stem for pieces in files for piece in pieces)
    return {stem for stem, count in stems.items() if count > 1}


def with_joins(files: list[list[Range]], pieces: list[list[Piece]]) -> list[list[Range]]:
    """Return the ranges of a source, each with what is joined to its rows and which of its rows are joined to others.

    Pieces of one stem are one conversation as long as each begins where the one before ends; copies of them in one file
    are another. Evidence is asked of a file, or of all: a dump that lies twice in a folder is joined file by file.

    Args:
        files: of each file, its ranges in order.
        pieces: of each file, its pieces with the numbers of their rows in it.
    """
    inside = [_inside(some) for some in pieces]
    across = _across(pieces)
    together = _together([*inside, across])
    taken = across.of if together.certain else {}
    certain = [found for found in inside if found.certain or (found.fits and together.certain)]
    own = (some for found in certain for stem, some in found.of.items() if stem not in taken)
    joins: defaultdict[str, dict[int, Chain]] = defaultdict(dict)
    into: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for chain in (chain for some in (*own, *taken.values()) for chain in some):
        head, *rest = chain
        joins[head.at.file][head.at.row] = chain
        for piece in rest:
            into[piece.at.file][piece.at.row] = f"{head.at.file}:{head.at.row}"
    return [[_with(part, joins[part.name], into[part.name]) for part in ranges] for ranges in files]


def _with(part: Range, joins: dict[int, Chain], into: dict[int, str]) -> Range:
    """Return a range with those of its file's joins whose rows are its own."""
    rows = set(range(part.first_row, part.first_row + part.rows))
    here = (joins[row] for row in sorted(joins.keys() & rows))
    return replace(
        part,
        joins=tuple(join_of([(piece.at, piece.start) for piece in chain]) for chain in here),
        joined=tuple((row, into[row]) for row in sorted(into.keys() & rows)),
    )


def join_of(places: list[tuple[PieceAt, int]]) -> Join:
    """Return the join of pieces, from where each lies and its first turn; those in the first one's file name none."""
    (head, begin), *rest = places
    near = ((at._replace(file="") if at.file == head.file else at, first) for at, first in rest)
    return Join(head.row, tuple((at, first - begin) for at, first in near))


def with_others(ranges: list[Range], known: list[Range]) -> list[Range]:
    """Return ranges, each with one of every other file that its joins read from.

    Args:
        ranges: the ranges.
        known: ranges of all files.
    """
    files = {part.name: part for part in known}
    named = [sorted({at.file for join in part.joins for at, _ in join.pieces if at.file}) for part in ranges]
    bare = {name: replace(files[name], joins=(), joined=(), others=()) for names in named for name in names}
    return [
        replace(part, others=tuple(bare[name] for name in names)) if names else part
        for part, names in zip(ranges, named, strict=True)
    ]


def _chains(pieces: Iterable[Piece], among: Callable[[list[Piece]], bool]) -> _Chains:
    """Return what the numbers of some ids make of their rows.

    Args:
        pieces: the rows.
        among: whether those of one stem are several, as is meant.
    """
    stems: defaultdict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        stems[piece.stem].append(piece)
    order = attrgetter("copy", "start", "at.file", "at.row")
    several = {stem: sorted(some, key=order) for stem, some in stems.items() if among(some)}
    apart = {
        stem: some
        for stem, some in several.items()
        if all(a.copy < b.copy or a.start + a.turns <= b.start for a, b in pairwise(some))
    }
    found = {stem: chains for stem, some in apart.items() if (chains := _chained(some))}
    return _Chains(found, len(several), len(several) - len(apart))


def _together(found: list[_Chains]) -> _Chains:
    """Return what all of some make together."""
    of = {stem: chains for one in found for stem, chains in one.of.items()}
    return _Chains(of, sum(one.several for one in found), sum(one.overlapping for one in found))


def _inside(pieces: list[Piece]) -> _Chains:
    """Return what the numbers of the ids of one file make of its rows."""
    return _chains(pieces, lambda some: len(some) > 1)


def _across(files: list[list[Piece]]) -> _Chains:
    """Return what they make of the rows whose ids have numbers in several files, none of which may be a copy."""
    alone = (piece._replace(copy=0) for pieces in files for piece in pieces)
    return _chains(alone, lambda some: len({piece.at.file for piece in some}) > 1)


def _chained(pieces: list[Piece]) -> list[Chain]:
    """Return the chains of several pieces of one stem, sorted."""
    chains: list[Chain] = []
    for piece in pieces:
        end = chains[-1][-1] if chains else None
        if end and (end.copy, end.start + end.turns) == (piece.copy, piece.start):
            chains[-1].append(piece)
        else:
            chains.append([piece])
    return [chain for chain in chains if len(chain) > 1]

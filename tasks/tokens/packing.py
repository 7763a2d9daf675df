"""Packs samples into contexts by best-fit decreasing: an index of which sample lies where, never the tokens."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from schemas.errors import PipelineError
from schemas.views import Packs
from tasks.conversations.ragged import offsets_of


@dataclass(frozen=True)
class Packing:
    """An index with what is worth printing about it.

    Args:
        table: rows of the Packs contract, by pack and position.
        packs: how many packs there are.
        fill: share of the packs' room that holds tokens.
        lower_bound: packs that any packing of these lengths needs at least.
    """

    table: pa.Table
    packs: int
    fill: float
    lower_bound: int


def pack(sample_ids: pa.Array, lengths: npt.NDArray[np.integer], context: int, first_pack: int = 0) -> Packing:
    """Pack samples into contexts, longest first, each into the fullest pack that has room.

    Args:
        sample_ids: n strings.
        lengths: n lengths in tokens, 1 to `context`.
        context: tokens of a pack.
        first_pack: number of the first pack, so that splits packed one after the other share no number.

    Raises:
        PipelineError: a sample is longer than the context.
    """
    count = len(lengths)
    if count and int(lengths.max()) > context:
        raise PipelineError(
            f"A sample has {int(lengths.max())} tokens, the pack's context is {context}: "
            "pack with at least the context the windows were cut for."
        )
    order = np.argsort(-lengths.astype(np.int64), kind="stable")
    pack_of = np.array(_best_fit(lengths[order].tolist(), context), np.int64)
    # Samples of a pack lie in the order in which they came, which is by length.
    place = np.argsort(pack_of, kind="stable")
    packs = pack_of[place]
    sizes = lengths[order][place].astype(np.int64)
    fresh = np.flatnonzero(np.diff(packs, prepend=-1))
    run = np.repeat(fresh, np.diff(np.append(fresh, count)))
    before = offsets_of(sizes)[:-1]
    total, number = int(sizes.sum()), len(fresh)
    columns = [
        pa.array(packs + first_pack, pa.int32()),
        pa.array(np.arange(count) - run, pa.int32()),
        sample_ids.take(pa.array(order[place])),
        pa.array(before - before[run] if count else before, pa.int32()),
        pa.array(sizes, pa.int32()),
    ]
    table = pa.table(columns, names=list(Packs.columns())).cast(Packs.schema())
    bound = max(-(-total // context), int((2 * lengths.astype(np.int64) > context).sum()))
    return Packing(table, number, total / (number * context) if number else 1.0, bound)


def _best_fit(lengths: list[int], context: int) -> list[int]:
    """Return the pack of each length, lengths falling: the fullest pack that has room, the newest among equals."""
    rooms: list[int] = []  # distinct free rooms, rising
    by_room: dict[int, list[int]] = {}
    pack_of = []
    opened = 0
    for length in lengths:
        at = bisect_left(rooms, length)
        if at < len(rooms):
            room = rooms[at]
            packs = by_room[room]
            number = packs.pop()
            if not packs:
                del rooms[at], by_room[room]
        else:
            room, number = context, opened
            opened += 1
        pack_of.append(number)
        left = room - length
        if left in by_room:
            by_room[left].append(number)
        elif left:
            by_room[left] = [number]
            insort(rooms, left)
    return pack_of

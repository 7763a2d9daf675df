"""A batch of conversations as flat columns of living turns: what every room reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True)
class Dialogues:
    """The living turns of a batch of conversations, flat.

    Args:
        row_ids: one per conversation, n of them.
        offsets: n + 1 positions; conversation i owns the turns `offsets[i]:offsets[i + 1]`.
        turn: raw index of each living turn.
        role: system, user or assistant.
        content: the turn's text, with the text of turns merged into it appended after a blank line.
    """

    row_ids: list[str]
    offsets: list[int]
    turn: list[int]
    role: list[str]
    content: list[str]

    def __len__(self) -> int:
        return len(self.row_ids)

    def spans(self) -> Iterator[tuple[int, int]]:
        """Yield start and end of each conversation in the flat columns."""
        return zip(self.offsets, self.offsets[1:], strict=False)


def living(row_ids: list[str], turns: pa.ListArray) -> Dialogues:
    """Read the living turns out of a column of TURN lists: dropped ones left out, merged ones joined.

    Args:
        row_ids: one per list.
        turns: array of list<TURN> (schemas.types), no null lists.
    """
    flat = turns.flatten()
    turn, role = flat.field("turn").to_pylist(), flat.field("role").to_pylist()
    content, fate = flat.field("content").to_pylist(), flat.field("fate").to_pylist()
    into = flat.field("into_turn").to_pylist()
    lengths = turns.value_lengths().to_pylist()
    batch = Dialogues(list(row_ids), [0], [], [], [])
    start = 0
    for length in lengths:
        place: dict[int, int] = {}
        for i in range(start, start + length):
            if fate[i] is None:
                place[turn[i]] = len(batch.turn)
                batch.turn.append(turn[i])
                batch.role.append(role[i])
                batch.content.append(content[i])
            elif fate[i] == "merged" and into[i] in place:
                batch.content[place[into[i]]] += "\n\n" + content[i]
        start += length
        batch.offsets.append(len(batch.turn))
    return batch

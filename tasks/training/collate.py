"""Batches for the model: items end to end in rows, positions from 0 in every sample, never an attention mask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tasks.training.samples import IGNORED, Sample


def rows_of(lengths: Sequence[int], context: int) -> list[list[int]]:
    """Return which items lie in each row: longest first, each into the fullest row that has room.

    Args:
        lengths: tokens of each item.
        context: most tokens of a row; a longer item has a row of its own.
    """
    rows: list[list[int]] = []
    rooms: list[int] = []
    for item in sorted(range(len(lengths)), key=lambda number: (-lengths[number], number)):
        fitting = [row for row, room in enumerate(rooms) if room >= lengths[item]]
        if fitting:
            row = min(fitting, key=lambda number: (rooms[number], number))
            rows[row].append(item)
            rooms[row] -= lengths[item]
        else:
            rows.append([item])
            rooms.append(context - lengths[item])
    return rows


class Collate:
    """Turns items into input_ids, labels and position_ids of shape (rows, longest row).

    transformers keeps samples of a row apart by their positions, but only while there is no attention_mask and
    use_cache is off; the probe proves it before the first step. What is padded counts as a sample without labels.
    """

    def __init__(self, context: int, pad: int) -> None:
        self.context, self.pad = context, pad

    def __call__(self, items: Sequence[Sequence[Sample]]) -> dict[str, Any]:
        """Return the tensors of a micro-batch, and n_tokens: how many of the ids are no padding."""
        import torch

        lengths = [sum(len(sample.ids) for sample in item) for item in items]
        rows = [[sample for item in row for sample in items[item]] for row in rows_of(lengths, self.context)]
        width = max(sum(len(sample.ids) for sample in row) for row in rows)
        ids = np.full((len(rows), width), self.pad, np.int64)
        labels = np.full((len(rows), width), IGNORED, np.int64)
        positions = np.zeros((len(rows), width), np.int64)
        for number, row in enumerate(rows):
            at = 0
            for sample in row:
                end = at + len(sample.ids)
                ids[number, at:end], labels[number, at:end] = sample.ids, sample.labels
                positions[number, at:end] = np.arange(end - at)
                at = end
            positions[number, at:] = np.arange(width - at)
        arrays = {"input_ids": ids, "labels": labels, "position_ids": positions}
        tensors: dict[str, Any] = {name: torch.from_numpy(array) for name, array in arrays.items()}
        return tensors | {"n_tokens": torch.tensor(sum(lengths))}

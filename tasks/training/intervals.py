"""Loss per token with its interval: conversations and seeds are drawn again, the same ones for both versions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
RESAMPLES = 2_000


class Interval(NamedTuple):
    """A value with the ends of its 95 % interval."""

    low: float
    value: float
    high: float


def loss_interval(losses: Numbers, tokens: Numbers, seed: int) -> Interval:
    """Return the loss per token over conversations and seeds.

    Args:
        losses: summed loss, seeds by conversations.
        tokens: tokens with loss of each conversation.
        seed: of the resampling.
    """
    return _interval(losses, None, tokens, seed)


def difference_interval(one: Numbers, other: Numbers, tokens: Numbers, seed: int) -> Interval:
    """Return the loss per token of the one less that of the other, paired by conversation and seed."""
    return _interval(one, other, tokens, seed)


def _interval(one: Numbers, other: Numbers | None, tokens: Numbers, seed: int) -> Interval:
    values = one if other is None else one - other
    chance = np.random.default_rng(seed)
    seeds, conversations = values.shape
    drawn = np.empty(RESAMPLES)
    for place in range(RESAMPLES):
        rows = chance.integers(0, seeds, seeds)
        columns = chance.integers(0, conversations, conversations)
        drawn[place] = values[rows][:, columns].sum() / (seeds * tokens[columns].sum())
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(float(low), float(values.sum() / (seeds * tokens.sum())), float(high))

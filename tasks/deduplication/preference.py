"""The order of preference among conversations: which of several duplicates is kept. Declared here alone.

The barrier takes conversations in this order and drops each that resembles one it has kept. Two things must hold:

- **More rounds first.** A conversation is dropped as a continuation for a kept one that begins with all its rounds, and
  only one that came before it can be kept. With fewer rounds first both would stay: `by_preference` raises ValueError.
- **Keys of the text alone**, so that copies of one text stand side by side. TIE decides which of those is kept.

Everything else is taste: here the longer text, then the smaller content hash, so that row order decides nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TIE = "row_id"
"""The column of signatures whose smallest value wins among copies of one text."""


def by_preference(rounds: NDArray[np.int32], size: NDArray[np.int64], content: NDArray[np.uint64]) -> NDArray[np.int32]:
    """Return the rows of n conversations, the most preferred first.

    Args:
        rounds: n numbers of rounds.
        size: n sizes in bytes of canonical text.
        content: n × 2: both halves of the content hash.

    Raises:
        ValueError: a conversation of fewer rounds stands before one of more.
    """
    keys = (-rounds, -size, content[:, 0], content[:, 1])
    row: NDArray[np.int32] = np.lexsort(keys[::-1]).astype(np.int32)
    if (np.diff(rounds[row]) > 0).any():
        raise ValueError("more rounds must come first: a continuation is dropped only for what stands before it.")
    return row

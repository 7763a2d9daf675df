"""Replaces a few values of a column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def replaced(column: pa.Array, values: Mapping[int, Any]) -> pa.Array:
    """Return a column with other values at some places; without any it is the column itself.

    >>> replaced(pa.array(["a", "b", "c"]), {2: "z", 0: "y"}).to_pylist()
    ['y', 'b', 'z']
    """
    if not values:
        return column
    here = np.zeros(len(column), np.bool_)
    here[list(values)] = True
    return pc.replace_with_mask(column, pa.array(here), pa.array([values[at] for at in sorted(values)], column.type))

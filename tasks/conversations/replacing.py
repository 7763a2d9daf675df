"""Replaces a few texts of a column."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def replaced(column: pa.StringArray, texts: Mapping[int, str]) -> pa.StringArray:
    """Return a column with other texts at some places; without any it is the column itself.

    >>> replaced(pa.array(["a", "b", "c"]), {2: "z", 0: "y"}).to_pylist()
    ['y', 'b', 'z']
    """
    if not texts:
        return column
    here = np.zeros(len(column), np.bool_)
    here[list(texts)] = True
    return pc.replace_with_mask(column, pa.array(here), pa.array([texts[at] for at in sorted(texts)], pa.string()))

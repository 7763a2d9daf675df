"""Columns of numbers that grow a row at a time: 4 or 8 bytes a number, a tenth of what Python's own objects take."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
from numpy.typing import NDArray


class GrowingColumns:
    """Rows of numbers, kept by column.

    Args:
        codes: one type code of the module `array` per column: i = 32-bit number, d = 64-bit float, B = byte.
    """

    def __init__(self, codes: str) -> None:
        self.columns: list[array[Any]] = [array(code) for code in codes]

    def append(self, *values: float) -> None:
        """Add one row."""
        for column, value in zip(self.columns, values, strict=True):
            column.append(value)

    def rows(self) -> list[tuple[Any, ...]]:
        """Return the rows."""
        return list(zip(*self.columns, strict=True))

    def arrays(self) -> list[NDArray[Any]]:
        """Return the columns, without a copy: no row can be added while one of them lives."""
        return [np.frombuffer(column, dtype=column.typecode) for column in self.columns]

"""Lifts a pure function of a batch into a stage over parts: read, call, check, write, count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from schemas.contract import Contract


@dataclass(frozen=True)
class Stage:
    """A stage: what it adds (contract), what it reads, which settings it takes, and the function that does it.

    Args:
        contract: the columns that the stage's files hold.
        reads: columns of earlier stages that `work` needs; `turns` means the newest turns.
        concerns: names of the settings handed to `work` after the rows, in this order.
        work: `work(rows, *settings)`: a table of living rows (row_id and `reads`) to a table of the contract's
            columns without row_id, same rows in the same order.
    """

    contract: type[Contract]
    reads: tuple[str, ...]
    concerns: tuple[str, ...]
    work: Callable[..., pa.Table]

"""The columns that many contracts share."""

from __future__ import annotations

import pyarrow as pa

from schemas.contract import Column
from schemas.types import REPAIR, TEXT

ROW_ID = Column(TEXT, "`<source>:<row number>`, unique within a data root; every file joins on it.", nullable=False)
REASON = Column(TEXT, "Why the row is not kept (its first reason); null = kept.")
REPAIRS = Column(
    pa.list_(REPAIR), "What this stage, or the last before it that changes turns, changed: turn, kind, detail."
)

"""The contracts of what was found in the input: one row a part as it was read, and one row a file for people."""

from __future__ import annotations

import pyarrow as pa

from schemas.contract import Column, Contract
from schemas.types import COUNT, TEXT

COUNTED = pa.list_(pa.struct([("name", TEXT), ("rows", COUNT)]))


class InputParts(Contract):
    """What ingest found in one part of a file; internal, stored beside each part."""

    view = "input_parts"
    folder = "01_ingested"
    prefix = "inputs"

    source = Column(TEXT, "The file's name below the folder given, or its URL.", nullable=False)
    first_row = Column(COUNT, "Row number in the source of the part's first row.", nullable=False)
    charset = Column(TEXT, "The charset that the file was read in.", nullable=False)
    rows = Column(COUNT, "Conversations.", nullable=False)
    broken = Column(COUNT, "Rows that are no conversation.", nullable=False)
    shapes = Column(COUNTED, "Row shapes, and how many conversations are of each.", nullable=False)
    fields = Column(COUNTED, "Fields that become no turn, and how many conversations have each.", nullable=False)
    first_keys = Column(
        pa.list_(TEXT), "Fields of the first row, redacted, at most 40 characters each.", nullable=False
    )


class Inputs(Contract):
    """What was found in each file of the newest run: shape, charset, and the fields that become no turn."""

    view = "inputs"

    source = Column(TEXT, "The file's name below the folder given, or its URL.", nullable=False)
    shape = Column(TEXT, "Its row shapes, the most frequent first; null where no row is a conversation.")
    charset = Column(TEXT, "The charset that it was read in.", nullable=False)
    rows = Column(COUNT, "Conversations in it.", nullable=False)
    broken = Column(COUNT, "Rows that are no conversation.", nullable=False)
    first_keys = Column(
        pa.list_(TEXT), "Fields of its first row, redacted, at most 40 characters each.", nullable=False
    )
    fields = Column(COUNTED, "Fields that become no turn, and how many conversations have each.", nullable=False)

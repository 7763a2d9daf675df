"""The Arrow types that several contracts share."""

from __future__ import annotations

import pyarrow as pa

TEXT = pa.string()
COUNT = pa.int64()
INDEX = pa.int32()
SHARE = pa.float64()
FLAG = pa.bool_()

RAW_TURN = pa.struct([("turn", INDEX), ("role", TEXT), ("content", TEXT)])
"""A turn as ingest found it: `role` is the raw word."""

TURN = pa.struct(
    [
        ("turn", INDEX),
        ("role", TEXT),
        ("content", TEXT),
        ("fate", TEXT),
        ("into_turn", INDEX),
        ("reason", TEXT),
    ]
)
"""A turn at its raw index; `fate` is null (alive), `dropped` (with `reason`) or `merged` (into `into_turn`)."""

REPAIR = pa.struct([("turn", INDEX), ("kind", TEXT), ("detail", TEXT)])
"""What was changed in a turn, without the words that were changed."""

MARK = pa.struct([("turn", INDEX), ("mark", TEXT), ("text", TEXT)])
"""What a field of a raw turn says about it beside its words; `mark` is one word of schemas/marks.py."""

MESSAGE = pa.struct([("role", TEXT), ("content", TEXT)])
"""A message as trainers read it."""

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
        ("left_out_before", INDEX),
        ("left_out", INDEX),
        ("joint", TEXT),
    ]
)
"""A turn at its raw index; `fate` is null (alive), `dropped` (with `reason`) or `merged` (into `into_turn`). Of
a merged turn that goes on with an answer: how many characters are left out at the end of what stands before it and at
its own beginning, and what stands between the two; null = none, none, a blank line."""

PIECE = pa.struct(
    [
        ("row_id", TEXT),
        ("conversation_id", TEXT),
        ("first", INDEX),
        ("count", INDEX),
        ("turns", pa.list_(RAW_TURN)),
    ]
)
"""Another row that goes on with this one: its ids, the number of its first turn as this one counts, how many it has,
and those, numbered on."""

REPAIR = pa.struct([("turn", INDEX), ("kind", TEXT), ("detail", TEXT)])
"""What was changed in a turn, without the words that were changed."""

CONTINUATION = pa.struct(
    [
        ("turn", INDEX),
        ("request_turn", INDEX),
        ("next_turn", INDEX),
        ("request", TEXT),
        ("ending", TEXT),
        ("start", TEXT),
        ("done", TEXT),
    ]
)
"""An answer that a request to go on follows, and the next one: what shows that it breaks off (`ending`, null = nothing
does), what shows that the next goes on (`start`), and what was done (stitched | unlabelled_eos | kept)."""

MARK = pa.struct([("turn", INDEX), ("mark", TEXT), ("text", TEXT)])
"""What a field of a raw turn says about it beside its words; `mark` is one word of schemas/marks.py."""

MESSAGE = pa.struct([("role", TEXT), ("content", TEXT)])
"""A message as trainers read it."""

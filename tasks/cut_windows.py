"""Stage 06: cuts conversations into samples of at most the context's tokens, and proves their loss masks."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from schemas.settings import Input, Tokens
from schemas.tables import Windows
from tasks.conversations.turns import kept_turns
from tasks.privacy.places import redact_column
from tasks.runtime.stage import Stage
from tasks.store.parts import TOKENIZER
from tasks.tokens.chat_encoder import load_chat_encoder
from tasks.tokens.encode import encode_rounds
from tasks.tokens.table import windows_table
from tasks.tokens.windows import plan_windows

LOT = 700
"""Conversations that are cut at once: what that takes besides the rows is some 35 MB; lots of 400 take 5 % longer."""

OF_THE_ROW = ("split", "language", "source", "model")
"""Columns of earlier stages that every window of a row carries on."""


def cut_windows(rows: pa.Table, tokens: Tokens, input: Input) -> pa.Table:  # noqa: A002  # a section's name
    """Return one row per window, in conversation order, and one per dropped round or lost rest.

    Args:
        rows: row_id, turns, unlabelled, unlabelled_eos, sample_prefix and OF_THE_ROW of the rows that are kept so far.
        tokens: tokenizer, template, context and policies.
        input: what becomes of the rounds behind a dropped one.
    """
    drop_rest = input.after_drop == "drop"
    rows = rows.set_column(rows.column_names.index("model"), "model", redact_column(rows["model"]))
    lots = [_cut(rows.slice(start, LOT), tokens, drop_rest=drop_rest) for start in range(0, max(1, rows.num_rows), LOT)]
    return pa.concat_tables(lots)


def _cut(rows: pa.Table, tokens: Tokens, *, drop_rest: bool) -> pa.Table:
    """Cut the windows of some rows."""
    encoder = load_chat_encoder(tokens.tokenizer, tokens.template)
    rounds = encode_rounds(
        rows["row_id"], kept_turns(rows["turns"].combine_chunks()), encoder, rows["unlabelled"], rows["unlabelled_eos"]
    )
    planned = plan_windows(rounds, tokens, drop_rest=drop_rest)
    columns = windows_table(planned, rounds)
    of = pa.array([window.conversation for window in planned], pa.int64())
    for name in ("row_id", *OF_THE_ROW):
        columns[name] = rows[name].take(of)
    prefixes = rows["sample_prefix"].take(of)
    columns["conversation_id"] = prefixes
    chunks = columns["chunk"].cast(pa.string())  # null where there is no sample
    columns["sample_id"] = pc.binary_join_element_wise(prefixes.cast(pa.string()), chunks, "#")
    metadata = {TOKENIZER: encoder.tokenizer.digest}
    return pa.table({name: columns[name] for name in Windows.columns()}, metadata=metadata)


STAGE = Stage(
    contract=Windows,
    reads=("turns", "unlabelled", "unlabelled_eos", "sample_prefix", *OF_THE_ROW),
    sections=("tokens", "input"),
    work=cut_windows,
    aligned=False,
)

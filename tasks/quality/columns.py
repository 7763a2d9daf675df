"""Folds the signals of turns into the columns of conversations that SQL re-judges."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from schemas.tables import QualityFiltered
from tasks.conversations.turns import TurnBatch

ROW_SIGNALS: dict[str, pl.Expr] = {
    "rounds": pl.col("round").max() + 1,
    "characters": pl.col("characters").sum(),
    "answer_characters": pl.col("characters").filter(pl.col("role") == "assistant").sum(),
    "shortest_answer": pl.col("characters").filter(pl.col("role") == "assistant").min(),
    "error_replies": pl.col("error_reply").sum(),
    "stub_answers": pl.col("stub_answer").sum(),
    "broken_answers": pl.col("breaks_off").sum(),
    "ends_broken": pl.col("breaks_off").last(),
    "refusals": pl.col("refusals").sum(),
    "identity_claims": pl.col("identity_claims").sum(),
    "plugin_panels": pl.col("plugin_panel").sum(),
    **{
        name: pl.col(name).filter(pl.col("role") == "assistant").min() if name == "compression" else pl.col(name).max()
        for name in ("compression", "run_share", "blob_share", "mojibake_share")
    },
    **{
        name: pl.col(name).filter(pl.col("role") == "assistant").max()
        for name in ("repeated_lines", "repeated_paragraphs", "repeated_ngrams")
    },
    "blocked_words": pl.col("blocked_words").sum(),
}
"""How each column of a conversation comes from its turns."""


def row_signals(signals: pl.DataFrame) -> dict[str, pa.Array]:
    """Fold the signals by conversation; every conversation has a living turn, in order of row."""
    folded = signals.group_by("row", maintain_order=True).agg(**ROW_SIGNALS)
    return {name: folded[name].to_arrow() for name in ROW_SIGNALS}


def turn_signals(signals: pl.DataFrame, talks: TurnBatch) -> pa.ListArray:
    """Return the signals of turns as one list per conversation."""
    names = [field.name for field in QualityFiltered.turn_signals.type.value_type]
    entries = pa.StructArray.from_arrays([_plain(signals[name]) for name in names], names=names)
    return pa.ListArray.from_arrays(pa.array(talks.offsets), entries)


def _plain(column: pl.Series) -> pa.Array:
    """Return a column as Arrow without Polars' own string types."""
    array = column.to_arrow()
    return array.cast(pa.string()) if pa.types.is_large_string(array.type) else array

"""The ledger of pieces: their turns went the way of the row that they were joined to, and keep their own lines."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from schemas.tables import Ingested
from tasks.privacy.places import public_ids
from tasks.store.parts import open_part, part_path

FIELDS = ("row_id", "conversation_id", "first", "count")
TYPES = {"place": pl.UInt32, "piece": pl.String, "piece_name": pl.String, "first": pl.Int32, "count": pl.Int32}


def read_pieces(root: Path, key: str, dropped: pl.Series) -> pl.DataFrame:
    """Return the pieces that were joined to a part's rows: place of the row, piece, piece_name, first, count.

    Args:
        root: the data root.
        key: of the part.
        dropped: places of rows that were dropped. The pieces of others are known by the sample's id, and have no name.
    """
    with open_part(part_path(root, Ingested, key)) as file:
        names = [f"pieces.list.element.{name}" for name in FIELDS]
        rows = pl.DataFrame(file.read(columns=names)).with_row_index("place").drop_nulls("pieces")
    if not rows.height:
        return pl.DataFrame(schema=TYPES)
    spread = rows.explode("pieces").unnest("pieces").rename({"row_id": "piece", "conversation_id": "piece_name"})
    at = spread["place"].is_in(dropped.implode()).arg_true()
    shown = public_ids(spread["piece_name"].gather(at), spread["piece"].gather(at))
    none = pl.repeat(None, spread.height, dtype=pl.String, eager=True)
    return spread.with_columns(piece_name=none.scatter(at, shown)).select(list(TYPES))


def fates_of_pieces(fates: pl.DataFrame, pieces: pl.DataFrame) -> pl.DataFrame:
    """Return the fates with the turns of pieces under the names and numbers of their own rows.

    Args:
        fates: one row per turn of the part, those of pieces under the row that they were joined to.
        pieces: as `read_pieces` gives them.
    """
    if not pieces.height:
        return fates
    turns = pieces.with_columns(turn=pl.int_ranges("first", pl.col("first") + pl.col("count"))).explode("turn")
    turns = turns.with_columns(pl.col("turn").cast(fates.schema["turn"]))
    joined = fates.join(turns, on=["place", "turn"], how="left", maintain_order="left")
    here = pl.col("piece").is_not_null()
    return joined.with_columns(
        row_id=pl.coalesce("piece", "row_id"),
        conversation_id=pl.when(here & pl.col("row_reason").is_not_null())
        .then("piece_name")
        .otherwise("conversation_id"),
        turn=pl.col("turn") - pl.col("first").fill_null(0),
        detail=pl.when(here).then(_detail()).otherwise("detail"),
    )


def rows_of_pieces(rows: pl.DataFrame, pieces: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of the rows that are pieces: the fate of the row that they were joined to.

    Args:
        rows: the lines of the part's other rows: place, row_id, conversation_id, row_reason, reason, detail.
        pieces: as `read_pieces` gives them.
    """
    joined = pieces.join(rows.drop("turns"), on="place", how="inner", maintain_order="left")
    return joined.with_columns(
        row_id="piece",
        conversation_id=pl.when(pl.col("row_reason").is_not_null()).then("piece_name").otherwise("conversation_id"),
        detail=_detail(),
        turns=pl.col("count").cast(pl.Int64),
    )


def _detail() -> pl.Expr:
    """Return what a turn or row was joined into, before what else stands there."""
    into = pl.format("joined into {}", "row_id")
    return pl.when(pl.col("detail").is_null()).then(into).otherwise(pl.format("{}; {}", into, "detail"))

"""The ledger of one part: every raw turn's one fate, from what the stages marked and the windows show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from schemas.contract import Contract
from schemas.enums import Fate
from schemas.errors import LedgerError
from schemas.ledger import Broken, Fates, Rows
from schemas.reasons import Reason
from schemas.tables import Converted, Deduplicated, Ingested, QualityFiltered, Windows
from tasks.privacy.places import public_ids, redact_column
from tasks.store.ledger_pieces import fates_of_pieces, read_pieces, rows_of_pieces
from tasks.store.parts import open_part, part_path

STAGE_OF = {reason.value: reason.stage for reason in Reason}
KEY = ["place", "turn"]
"""A row is known by its place in the part, the same in every stage: numbers are joined several times as fast as ids."""
SPEAKERS = ["system", "user", "assistant"]
MARKS = [f"turns.list.element.{name}" for name in ("turn", "role", "fate", "into_turn", "reason", "left_out")]


def _read(root: Path, contract: type[Contract], key: str, columns: list[str]) -> pl.DataFrame:
    with open_part(part_path(root, contract, key)) as file:
        return pl.DataFrame(file.read(columns=columns))


def _places(root: Path, contract: type[Contract], key: str, columns: list[str]) -> pl.DataFrame:
    """Read columns of a stage that keeps rows, with each row's place."""
    return _read(root, contract, key, columns).with_row_index("place")


def _marks(frame: pl.DataFrame) -> pl.DataFrame:
    """Spread a stage's turns: one row per raw turn with the fate marked on it."""
    return frame.select("place", "turns").drop_nulls("turns").explode("turns").drop_nulls("turns").unnest("turns")


def newest_marks(root: Path, key: str) -> pl.DataFrame:
    """Return one row per raw turn of a part: place, turn, role, fate, into_turn, own_reason."""
    first = _marks(_places(root, Converted, key, MARKS))
    later = _marks(_places(root, QualityFiltered, key, MARKS))
    marks = pl.concat([first.join(later, on="place", how="anti"), later]) if later.height else first
    return marks.rename({"reason": "own_reason", "fate": "own_fate"})


def _repairs(root: Path, key: str) -> pl.DataFrame:
    """Return the kinds of repair made in each turn."""
    both = [_places(root, contract, key, ["repairs"]) for contract in (Ingested, Converted, QualityFiltered)]
    spread = pl.concat(both).drop_nulls("repairs").explode("repairs").drop_nulls("repairs").unnest("repairs")
    return spread.group_by(KEY, maintain_order=True).agg(repairs=pl.col("kind").unique(maintain_order=True))


def _shown(turns: pl.DataFrame, windows: pl.DataFrame) -> pl.DataFrame:
    """Return which samples show each turn, and which reason its round was dropped for.

    Windows are spread over the turns they show: every turn beside every window of its row would be a square of them.
    """
    numbered = windows.with_row_index("window")
    numbers: Any = turns.schema["turn"]
    inside = numbered.with_columns(turn=pl.int_ranges("turn_start", "turn_end", dtype=numbers)).explode("turn")
    # A system turn is shown by later windows too, but not where the template has no place for it.
    before = (pl.col("system_turn") < pl.col("turn_start")) | (pl.col("system_turn") >= pl.col("turn_end"))
    system = numbered.filter(before).with_columns(turn=pl.col("system_turn").cast(numbers))
    return (
        pl.concat([inside, system])
        .sort("window", maintain_order=True)
        .join(turns.select(KEY), on=KEY, how="semi", maintain_order="left")
        .group_by(KEY, maintain_order=True)
        .agg(
            sample_ids=pl.col("sample_id").drop_nulls(),
            lost_reason=pl.col("reason").drop_nulls().first(),
            lost_tokens=pl.col("n_label_tokens").filter(pl.col("reason").is_not_null()).sum(),
        )
    )


def _resolve(turns: pl.DataFrame) -> pl.DataFrame:
    """Decide each turn's fate but the merged ones': own mark, then its row's reason, then its windows."""
    has_samples = pl.col("sample_ids").list.len().fill_null(0) > 0
    reason = (
        pl.when(pl.col("own_fate") == Fate.DROPPED)
        .then(pl.col("own_reason"))
        .when(pl.col("row_reason").is_not_null())
        .then(pl.col("row_reason"))
        .when(has_samples)
        .then(None)
        .otherwise(pl.col("lost_reason"))
    )
    cut = has_samples & pl.col("lost_reason").is_not_null() & (pl.col("role") == "assistant")
    detail = (
        pl.when(cut)
        .then(pl.format("{} label tokens cut: {}", "lost_tokens", "lost_reason"))
        .when(pl.col("own_reason") == Reason.UNKNOWN_ROLE)
        .then(pl.when(pl.col("role") == "").then(pl.lit("no role")).otherwise(pl.format('role "{}"', "role")))
    )
    # Any other word is the dump's own, and may be anything.
    role = pl.when(pl.col("role").is_in(SPEAKERS)).then("role")
    return turns.with_columns(reason=reason, detail=detail, role=role).with_columns(
        fate=pl.when(pl.col("reason").is_not_null())
        .then(pl.lit(Fate.DROPPED))
        .when(has_samples)
        .then(pl.lit(Fate.SAMPLE)),
        sample_ids=pl.when(pl.col("reason").is_null()).then(pl.col("sample_ids")),
    )


def _follow(turns: pl.DataFrame) -> pl.DataFrame:
    """Return merged turns the fate of the turn they were merged into: merged where it is in samples, else dropped."""
    target = turns.select("place", into_turn="turn", t_fate="fate", t_reason="reason", t_samples="sample_ids")
    merged = pl.col("own_fate") == Fate.MERGED
    kept = pl.col("t_fate") == Fate.SAMPLE
    into = pl.format("into turn {}", "into_turn")
    some = pl.col("left_out").fill_null(0) > 0
    left_out = pl.when(some).then(pl.format("; {} characters left out", "left_out")).otherwise(pl.lit(""))
    return turns.join(target, on=["place", "into_turn"], how="left", maintain_order="left").with_columns(
        fate=pl.when(merged).then(pl.when(kept).then(pl.lit(Fate.MERGED)).otherwise("t_fate")).otherwise("fate"),
        reason=pl.when(merged).then("t_reason").otherwise("reason"),
        sample_ids=pl.when(merged).then("t_samples").otherwise("sample_ids"),
        detail=pl.when(merged).then(pl.concat_str(into, left_out)).otherwise("detail"),
    )


def _row_frame(root: Path, key: str) -> pl.DataFrame:
    """Return one line per readable row of the part: ids, the reason it was dropped for, the kept partner."""
    own = _places(root, Ingested, key, ["row_id", "conversation_id", "turns.list.element.turn", "joined_into"])
    last = _read(root, Deduplicated, key, ["row_id", "sample_prefix", "kept_row_id", "reason"])
    for contract in (Converted, QualityFiltered, Deduplicated):
        known = last if contract is Deduplicated else _read(root, contract, key, ["row_id"])
        if not own["row_id"].equals(known["row_id"]):
            raise LedgerError(f"part {key}: the rows of {contract.view} are not those that were ingested.")
    return (
        own.with_columns(turns=pl.col("turns").list.len().cast(pl.Int64))
        .hstack(last.drop("row_id"))
        .with_columns(conversation_id=public_ids(own["conversation_id"], own["row_id"]))
        .with_columns(conversation_id=pl.coalesce("sample_prefix", "conversation_id"))
        .rename({"reason": "row_reason"})
        .filter(pl.col("joined_into").is_null())  # those stand with the row that they were joined to
    )


def part_ledger(root: Path, key: str) -> tuple[pa.Table, pa.Table]:
    """Return a part's fates (one row per raw turn) and rows (one per raw row, broken ones last).

    Raises LedgerError where a turn has no fate or its turns are not those that were ingested.
    """
    rows = _row_frame(root, key)
    windows = _read(
        root,
        Windows,
        key,
        ["row_id", "sample_id", "turn_start", "turn_end", "system_turn", "n_label_tokens", "reason"],
    )
    windows = windows.join(rows.select("row_id", "place"), on="row_id", how="left", maintain_order="left")
    turns = newest_marks(root, key).join(
        rows.select("place", "row_id", "conversation_id", "row_reason"), on="place", how="left", maintain_order="left"
    )
    turns = turns.join(_shown(turns, windows), on=KEY, how="left", maintain_order="left")
    fates = _follow(_resolve(turns)).join(_repairs(root, key), on=KEY, how="left", maintain_order="left")
    # Altered rows were gathered last: back to the order of the part.
    fates = fates.sort(KEY)
    pieces = read_pieces(root, key, rows.filter(pl.col("row_reason").is_not_null())["place"])
    _check(sum(rows["turns"].to_list()) + sum(pieces["count"].to_list()), fates, key)
    fates = fates.with_columns(
        stage=pl.col("reason").replace_strict(STAGE_OF, default="shards"),
        repairs=pl.col("repairs").fill_null([]),
        sample_ids=pl.col("sample_ids").fill_null([]),
    )
    lost = windows.group_by("place").agg(
        shown=pl.col("sample_id").count(), lost_reason=pl.col("reason").drop_nulls().first()
    )
    ledger = (
        rows.join(lost, on="place", how="left", maintain_order="left")
        .with_columns(
            reason=pl.coalesce("row_reason", pl.when(pl.col("shown") == 0).then("lost_reason")),
        )
        .join(_causes(fates), on="place", how="left", maintain_order="left")
    )
    leans = pl.col("reason") == Reason.LEANS_ON_DROPPED
    ledger = ledger.with_columns(detail=pl.when(leans).then(pl.format("on {}", "cause")).otherwise("kept_row_id"))
    if ledger.filter(pl.col("reason").is_null()).join(windows, on="place", how="anti").height:
        raise LedgerError(f"part {key}: a living row has neither a window nor a dropped round.")
    fates = fates_of_pieces(fates, pieces)
    names = ["row_id", "conversation_id", "reason", "detail", "turns"]
    ledger = _finish(
        pl.concat([ledger.select(names), rows_of_pieces(ledger, pieces).select(names), _broken(root, key)])
    )
    return (
        Fates.check(fates.select(list(Fates.columns())).to_arrow()),
        Rows.check(ledger.select(list(Rows.columns())).to_arrow()),
    )


def _causes(fates: pl.DataFrame) -> pl.DataFrame:
    """Return why the first turn of each row was dropped: what its later turns lean on."""
    dropped = fates.filter(pl.col("reason").is_not_null())
    return dropped.group_by("place", maintain_order=True).agg(cause=pl.col("reason").first())


def _broken(root: Path, key: str) -> pl.DataFrame:
    """Return the part's broken rows as lines of the ledger."""
    broken = _read(root, Broken, key, ["row_id", "conversation_id", "reason", "detail"])
    return broken.with_columns(
        conversation_id=public_ids(broken["conversation_id"], broken["row_id"]),
        detail=pl.Series(redact_column(broken["detail"].to_arrow()), dtype=pl.String),
        turns=pl.lit(0, dtype=pl.Int64),
    )


def _finish(rows: pl.DataFrame) -> pl.DataFrame:
    """Return fate and stage from the reason."""
    return rows.with_columns(
        fate=pl.when(pl.col("reason").is_null()).then(pl.lit(Fate.SAMPLE)).otherwise(pl.lit(Fate.DROPPED)),
        stage=pl.col("reason").replace_strict(STAGE_OF, default="shards"),
    )


def _check(ingested: int, fates: pl.DataFrame, key: str) -> None:
    """Raise LedgerError unless every ingested turn has exactly one fate."""
    without = fates.filter(pl.col("fate").is_null())
    if without.height:
        first = without.row(0, named=True)
        raise LedgerError(
            f"part {key}: {without.height} turns have no fate, first {first['row_id']} turn {first['turn']}."
        )
    if fates.select(KEY).is_duplicated().any() or fates.height != ingested:
        raise LedgerError(f"part {key}: {ingested} turns were ingested, the ledger holds {fates.height}.")

"""The ledger's contracts: one fate per raw turn, one per raw row, one line per run."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from schemas.columns import ROW_ID
from schemas.contract import Column, Contract, rule
from schemas.enums import Fate, listed
from schemas.types import COUNT, INDEX, SHARE, TEXT


class Broken(Contract):
    """Raw rows that are no conversation: where they stand and how they begin."""

    view = "broken"
    folder = "01_ingested"
    prefix = "broken"

    row_id = ROW_ID
    source = Column(TEXT, "The file's name below the folder given, or its URL.", nullable=False)
    row = Column(COUNT, "Row number in the source, from 0.", nullable=False)
    byte_offset = Column(COUNT, "Where the row starts in the (decompressed) source; null in Parquet sources.")
    conversation_id = Column(TEXT, "The row's own id where it could be read.")
    reason = Column(TEXT, "Why the row could not be ingested.", nullable=False)
    detail = Column(TEXT, "What was found, in a few words.")
    head = Column(TEXT, "The first 200 bytes of the row (bad UTF-8 replaced).", nullable=False)


class Fates(Contract):
    """Every raw turn's one fate."""

    view = "fates"
    folder = "07_shards"

    row_id = ROW_ID
    conversation_id = Column(TEXT, "As published, where the row was kept; else the row's own id.", nullable=False)
    turn = Column(INDEX, "Raw index of the turn, from 0.", nullable=False)
    role = Column(TEXT, "system | user | assistant; null for a role that is none of them.")
    fate = Column(TEXT, f"{listed(Fate)} (merged: its words are in samples, inside another turn).", nullable=False)
    stage = Column(TEXT, "The view in which the fate was decided; `shards` for a sample.", nullable=False)
    reason = Column(TEXT, "Why it was dropped; null = it was not.")
    detail = Column(TEXT, "The turn it was merged into, what was cut of it, or the word of its unknown role.")
    repairs = Column(pa.list_(TEXT), "Kinds of repair made in the turn (see `repairs`).", nullable=False)
    sample_ids = Column(pa.list_(TEXT), "The samples that show it, in order.", nullable=False)

    @rule("a turn is dropped exactly where it has a reason")
    def dropped_has_reason() -> pl.Expr:
        """Hold that fate and reason agree."""
        return (pl.col("fate") == Fate.DROPPED) == pl.col("reason").is_not_null()

    @rule("a turn is in samples exactly where it was not dropped")
    def kept_has_samples() -> pl.Expr:
        """Hold that fate and sample_ids agree."""
        return (pl.col("fate") != Fate.DROPPED) == (pl.col("sample_ids").list.len() > 0)


class Rows(Contract):
    """Every raw row's one fate, broken and turnless rows included."""

    view = "rows"
    folder = "07_shards"

    row_id = ROW_ID
    conversation_id = Column(TEXT, "As published, where the row was kept; else its own; null where unreadable.")
    fate = Column(TEXT, "sample | dropped.", nullable=False)
    stage = Column(TEXT, "The view in which the fate was decided; `shards` for a sample.", nullable=False)
    reason = Column(TEXT, "Why it was dropped; null = it was not.")
    detail = Column(TEXT, "The kept partner of a copy, what a row leans on, or what was found in a broken row.")
    turns = Column(COUNT, "Raw turns of the row; 0 where it could not be read.", nullable=False)

    @rule("a row is dropped exactly where it has a reason")
    def dropped_has_reason() -> pl.Expr:
        """Hold that fate and reason agree."""
        return (pl.col("fate") == Fate.DROPPED) == pl.col("reason").is_not_null()


class Runs(Contract):
    """Every run on this data root; the only place where times are kept."""

    view = "runs"

    run = Column(COUNT, "Number of the run, from 1.", nullable=False)
    started = Column(TEXT, "UTC, ISO 8601.", nullable=False)
    seconds = Column(SHARE, "Wall time.")
    outcome = Column(
        TEXT,
        "published | unchanged | refused (empty or collapsed) | failed; unreadable where the line was damaged.",
        nullable=False,
    )
    version = Column(TEXT, "The version published or found unchanged.")
    source = Column(TEXT, "The source as given.")
    message = Column(TEXT, "The sentence of a failure or refusal.")
    rows = Column(COUNT, "Raw rows read.")
    samples = Column(COUNT, "Samples published.")
    tokens = Column(COUNT, "Tokens published.")

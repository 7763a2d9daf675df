"""What must add up before a version is published, and ever after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import duckdb
import msgspec

from schemas.counts import Counts
from schemas.errors import LedgerError
from schemas.manifest import FunnelRow
from schemas.tables import Converted, Deduplicated, Ingested, LanguageFiltered, QualityFiltered
from tasks.store.parts import Part

Row = TypeVar("Row", bound=msgspec.Struct)

ROW_STAGES = {stage.view for stage in (Converted, LanguageFiltered, QualityFiltered, Deduplicated)}
JOINED_ROWS = "SELECT stage, count(*) FROM rows WHERE detail LIKE 'joined into %' GROUP BY stage"
"""How many pieces end in each stage, by the fate of the rows that they were joined to."""

SUMS = {
    "a row's turns, numbered from 0, have not one fate each": """
        SELECT count(*) FROM (SELECT row_id, turns FROM rows WHERE turns > 0)
        FULL JOIN (
            SELECT row_id, count(*) AS fates, max(turn) + 1 AS numbers, 2 * sum(turn) AS twice
            FROM fates GROUP BY row_id
        ) USING (row_id)
        WHERE fates IS DISTINCT FROM turns OR numbers <> turns OR twice <> turns * (turns - 1)""",
    "a fate names a sample that does not exist, or a sample shows no turn": """
        SELECT count(*) FROM (SELECT DISTINCT unnest(sample_ids) AS named FROM fates)
        FULL JOIN shards ON named = sample_id WHERE named IS NULL OR sample_id IS NULL""",
}
"""What must hold of every version by itself; each query counts what breaks its sentence."""
STAGE_SUMS = {
    "a row was ingested, or was broken, and has not one fate": """
        SELECT count(*) FROM (SELECT row_id FROM ingested UNION ALL SELECT row_id FROM broken) given
        FULL JOIN (SELECT row_id, count(*) AS fates FROM rows GROUP BY ALL) USING (row_id)
        WHERE fates IS DISTINCT FROM 1""",
    "a window is not published once, with all of its tokens": """
        SELECT count(*) FROM (SELECT sample_id AS made, n_tokens AS cut FROM windows WHERE sample_id IS NOT NULL)
        FULL JOIN (SELECT sample_id, count(*) AS times, sum(n_tokens) AS tokens FROM shards GROUP BY ALL)
        ON made = sample_id
        WHERE made IS NULL OR times IS DISTINCT FROM 1 OR tokens <> cut""",
}
"""What must hold of a version beside the stages that it was made from."""


def records(connection: duckdb.DuckDBPyConnection, view: str, row: type[Row]) -> tuple[Row, ...]:
    """Return the rows of a small view as structs."""
    columns = ", ".join(row.__struct_fields__)
    return tuple(row(*values) for values in connection.execute(f"SELECT {columns} FROM {view}").fetchall())


def check_sums(
    connection: duckdb.DuckDBPyConnection, funnel: Sequence[FunnelRow], parts: dict[str, list[Part]], broken_rows: int
) -> None:
    """Raise LedgerError unless the ledger agrees, stage by stage, with what the stages counted as they ran.

    Args:
        connection: every view, over the version.
        funnel: the rows of that view.
        parts: of every stage, by view.
        broken_rows: how many rows of the source could not be read.
    """
    ends = dict(connection.execute(JOINED_ROWS).fetchall())
    for place, row in enumerate(funnel):
        stage = row.stage
        counts = sum((part.counts for part in parts.get(stage, [])), Counts())
        if stage == Ingested.view:
            counted = counts.rows + broken_rows, counts.turns
            found = row.conversations_in, row.turns_in
        elif stage in ROW_STAGES:
            counted = counts.kept_before, counts.kept
            # A piece is no row of its own from conversion on; the ledger gives it the fate of the row it was joined to.
            passed = sum(ends.get(later.stage, 0) for later in funnel[place + 1 :])
            reached = passed + ends.get(stage, 0) if stage != Converted.view else 0
            found = row.conversations_in - reached, row.conversations_kept - passed
        else:
            continue
        if counted != found:
            raise LedgerError(f"{stage} counted {counted}, the ledger holds {found}: nothing is published.")
    for sentence, query in (SUMS | STAGE_SUMS).items():
        (found,) = connection.execute(query).fetchall()[0]
        if found:
            raise LedgerError(f"{found} times: {sentence}: nothing is published.")

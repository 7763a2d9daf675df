"""The views on copies: a planted leak is seen, and receipts are those of dropped rows."""

import duckdb
import polars as pl

from schemas.views import Duplicates, Leakage
from tasks.store.view_sql import SQL


def ask(view, **tables):
    with duckdb.connect() as connection:
        for name, body in tables.items():
            connection.execute(f"CREATE VIEW {name} AS {body}")
        return pl.DataFrame(connection.sql((SQL / f"{view}.sql").read_text()).to_arrow_table())


VERDICTS = """SELECT * FROM (VALUES
    ('a', 'a', NULL, NULL, NULL), ('b', 'a', 'a', 'near', 0.9), ('c', 'a', NULL, NULL, NULL),
    ('d', 'd', NULL, NULL, NULL)
) AS rows (row_id, group_id, kept_row_id, kind, jaccard)"""


def test_a_group_on_both_sides_is_seen():
    """Two windows of one group on different splits are one row of leakage; groups on one side are none."""
    shards = (
        "SELECT * FROM (VALUES ('a', 'train'), ('a', 'train'), ('c', '{}'), ('d', 'validation')) AS s (row_id, split)"
    )
    leak = ask("leakage", deduplicated_parts=VERDICTS, shards=shards.format("validation"))
    assert leak.to_dicts() == [{"group_id": "a", "row_id": "a", "other_row_id": "c"}]
    assert leak.columns == list(Leakage.columns())
    assert ask("leakage", deduplicated_parts=VERDICTS, shards=shards.format("train")).height == 0


def test_receipts_are_of_dropped_rows():
    """The view duplicates has one row per dropped copy, with its partner."""
    found = ask("duplicates", deduplicated_parts=VERDICTS)
    assert found.columns == list(Duplicates.columns())
    assert found["row_id"].to_list() == ["b"]

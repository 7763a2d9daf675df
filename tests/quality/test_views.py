"""The views languages and signals over what the two filters write."""

import duckdb
import pyarrow as pa
import pytest

from schemas.contract import Contract
from schemas.settings import Decontamination, Input, Language, Privacy, Quality
from schemas.views import Languages, Signals
from tasks.filter_language import filter_language
from tasks.filter_quality import filter_quality
from tasks.store.catalogue import answer_sql
from tests.support.labelled.conversations import labelled, table


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    rows = table(labelled())
    spoken = filter_language(rows, Language(keep="all")).append_column("row_id", rows["row_id"])
    worthy = filter_quality(rows, Quality(), Privacy(), Decontamination(), Input()).append_column(
        "row_id", rows["row_id"]
    )
    wide = spoken.drop_columns(["row_id", "reason"])
    for name in wide.column_names:
        worthy = worthy.append_column(name, wide[name])
    opened = duckdb.connect()
    opened.register("language_filtered", spoken)
    opened.register("quality_filtered", worthy)
    return opened


def ask(connection: duckdb.DuckDBPyConnection, contract: type[Contract]) -> pa.Table:
    return contract.check(connection.sql(answer_sql(contract)).to_arrow_table())


def test_languages_add_up(connection: duckdb.DuckDBPyConnection):
    """Every conversation is in one language, and what is kept is no more than what is there."""
    told = ask(connection, Languages).to_pylist()
    assert sum(row["conversations"] for row in told) == len(labelled())
    assert all(row["kept"] <= row["conversations"] for row in told)
    assert told[0]["language"] == "en"


def test_signals_re_judge(connection: duckdb.DuckDBPyConnection):
    """A rule asked again in SQL over the signals finds the conversations that the stage dropped for it."""
    signals = ask(connection, Signals)
    assert signals.num_rows == len(labelled())
    connection.register("signals", signals)
    question = "SELECT row_id FROM signals WHERE greatest(repeated_lines, repeated_paragraphs, repeated_ngrams) > 0.65"
    again = {row_id for (row_id,) in connection.sql(question).fetchall()}
    dropped = {row["row_id"] for row in signals.to_pylist() if row["reason"] == "repetition"}
    assert dropped <= again

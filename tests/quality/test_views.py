"""The views languages and signals over what the two filters write."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest

from flows.cli.query import open_catalogue
from schemas.contract import Contract
from schemas.settings import Decontamination, Input, Language, Privacy, Quality
from schemas.views import Languages, Signals
from tasks.filter_language import filter_language
from tasks.filter_quality import filter_quality
from tasks.store.view_sql import answer_sql
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
    opened.register("language_parts", spoken)
    opened.register("quality_filtered", worthy)
    return opened


def ask(connection: duckdb.DuckDBPyConnection, contract: type[Contract]) -> pa.Table:
    return contract.check(connection.sql(answer_sql(contract)).to_arrow_table())


def test_languages_add_up(connection: duckdb.DuckDBPyConnection):
    """Every conversation is in one language, and what is kept is no more than what is there."""
    told = ask(connection, Languages).to_pylist()
    assert sum(row["conversations"] for row in told) == len(labelled())
    dropped = ("unwanted", "uncertain", "unknown")
    assert all(row["kept"] + sum(row[why] for why in dropped) == row["conversations"] for row in told)
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


def test_redactions_show_where_and_never_what(sample_root):
    """Each pseudonym stands between the words around it in the turn as published; no value is shown."""
    with open_catalogue(sample_root) as connection:
        found = connection.execute(
            "SELECT r.before || r.pseudonym || r.after, q.content, r.before, r.after FROM redactions r "
            "JOIN (SELECT row_id, unnest(turns, recursive := true) FROM quality_filtered) q "
            "ON q.row_id = r.row_id AND q.turn = r.turn"
        ).fetchall()
        planted = connection.execute(
            "SELECT c.content[p.start_char + 1:p.end_char] "
            "FROM (SELECT row_id, unnest(pii) AS p FROM quality_filtered) f "
            "JOIN (SELECT row_id, unnest(turns, recursive := true) FROM converted) c "
            "ON c.row_id = f.row_id AND c.turn = f.p.turn"
        ).fetchall()
    assert len(found) > 5
    assert len(planted) >= len(found)
    for around, content, before, after in found:
        assert around in content
        assert max(len(before), len(after)) <= 60
        assert not any(value in around for (value,) in planted)


def test_labelled_answers_hold_every_labelled_token_once(sample_root):
    """Over all answers the tokens are those of the shards; which of them break off is what was measured."""
    with open_catalogue(sample_root) as connection:
        tokens, truncated = connection.execute(
            "SELECT sum(tokens), count(*) FILTER (truncated) FROM labelled_answers"
        ).fetchall()[0]
        assert (tokens,) == connection.execute("SELECT sum(n_label_tokens) FROM shards").fetchone()
        measured = connection.execute(
            "SELECT count(*) FROM (SELECT row_id, unnest(turn_signals) AS one FROM quality_filtered) m "
            "JOIN fates f ON f.row_id = m.row_id AND f.turn = m.one.turn "
            "WHERE m.one.truncated_answer AND f.fate = 'sample'"
        ).fetchone()
    assert (truncated,) == measured

"""`sharegpt sql` writes nothing: what DuckDB parsed decides, and behind it the thread has no right to write."""

import contextlib
import threading

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import PipelineError
from tasks.store.sandbox import forbid_writing, spill_folder
from tasks.store.statements import check_statement

WRITERS = (
    "COPY (SELECT 1) TO '{file}'",
    "WITH w AS (COPY (SELECT 1) TO '{file}') SELECT * FROM w",
    "SELECT (WITH w AS (COPY (SELECT 1) TO '{file}') SELECT count(*) FROM w)",
    "FROM (WITH w AS (COPY (SELECT 1) TO '{file}') FROM w)",
    "SELECT 1 UNION ALL (WITH w AS (COPY (SELECT 1) TO '{file}') SELECT count(*) FROM w)",
    "WITH w AS (INSERT INTO t VALUES (1) RETURNING *) FROM w",
    "WITH w AS (DELETE FROM t RETURNING *) FROM w",
    "WITH w AS (UPDATE t SET a = 1 RETURNING *) FROM w",
    "FROM enable_logging(storage = 'file', storage_path = '{file}')",
    "FROM query('FROM enable_logging(storage = ''file'')')",
    "EXPORT DATABASE '{file}'",
    "ATTACH '{file}'",
    "CREATE TABLE t (a INT)",
    "INSTALL httpfs",
    "SET temp_directory = '{file}'",
    "PRAGMA profiling_output = '{file}'",
    "CALL enable_logging(storage = 'file')",
)
READERS = (
    "SELECT 1 AS one",
    "FROM range(3)",
    "WITH a AS (SELECT 1) FROM a",
    "WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t WHERE i < 3) FROM t",
    "SELECT 'COPY (SELECT 1) TO ''x''' AS \"COPY_QUERY_NODE\" -- EXPLAIN COPY",
    "VALUES ('ü'), ('/* */')",
    "DESCRIBE SELECT 1",
    "FROM (PIVOT (SELECT 'a' AS k, 1 AS n) ON k IN ('a') USING sum(n))",
    "SELECT 1 INTERSECT SELECT 1",
)
GAPS = (" ", "\n", "\t ", "/**/", "/* ü -- */", "/*1234 SELECT 1 -- */", "-- EXPLAIN\n", " /* ; */ ")
PARSER = duckdb.connect(config={"threads": 1})


@st.composite
def wrapped(draw, statements):
    """A statement behind comments, blanks and EXPLAIN in any spelling."""
    gaps = [draw(st.sampled_from(GAPS)) for _ in range(4)]
    words = draw(st.sampled_from(["", "EXPLAIN", "explain", "EXPLAIN\0ANALYZE", "Explain\0aNaLyZe"]))
    inner = draw(st.sampled_from(statements)).format(file="x")
    front = words.replace("\0", f" {gaps[1]}")
    return f"{gaps[0]}{front}{gaps[2]} {inner}{draw(st.sampled_from(['', ';', ' ; -- end']))}{gaps[3]}"


@settings(max_examples=200, deadline=None, database=None)
@given(wrapped(WRITERS))
def test_a_statement_that_writes_is_refused_whatever_stands_around_it(text):
    """Comments, EXPLAIN ANALYZE and WITH do not carry a COPY past the check."""
    with pytest.raises(PipelineError):
        check_statement(PARSER, text)


@settings(max_examples=60, deadline=None, database=None)
@given(wrapped(READERS))
def test_a_query_is_run_as_it_was_written(text):
    """What the check lets through gives what DuckDB gives for the whole text."""
    checked = PARSER.execute(check_statement(PARSER, text)).fetchall()
    assert len(checked) == len(PARSER.execute(text).fetchall())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("WITH w AS (COPY (SELECT 1) TO 'x') FROM w", "not COPY inside"),
        ("/*1234 SELECT 1 -- */ EXPLAIN ANALYZE COPY (SELECT 1) TO 'x'", "not COPY"),
        ("EXPLAIN (ANALYZE) COPY (SELECT 1) TO 'x'", "takes no options"),
        ("FROM json_execute_serialized_sql('x')", "json_execute_serialized_sql is not allowed"),
        ("SELECT 1; COPY (SELECT 1) TO 'x'", "One statement at a time"),
        ("-- nothing", "There is no statement"),
    ],
)
def test_a_refusal_says_why(text, sentence):
    """The sentence names what is not allowed."""
    with pytest.raises(PipelineError, match=sentence):
        check_statement(PARSER, text)


def in_thread(function):
    """Call a function in a thread of its own, which keeps what rights it gave up, and give its result."""
    found = []
    thread = threading.Thread(target=lambda: found.append(function()))
    thread.start()
    thread.join()
    return found[0]


def test_behind_the_check_the_thread_cannot_write(tmp_path):
    """Statements that nobody checked change no file; what spills goes to its folder."""
    kept = tmp_path / "runs.jsonl"
    kept.write_text("kept")

    def run():
        if not forbid_writing(but=spill):
            return None
        with duckdb.connect(config={"memory_limit": "64MB", "temp_directory": str(spill), "threads": 1}) as connection:
            for text in WRITERS:
                with contextlib.suppress(duckdb.Error):
                    connection.execute(text.format(file=kept))
        with duckdb.connect(config={"memory_limit": "64MB", "temp_directory": str(spill), "threads": 1}) as connection:
            return connection.execute(
                "SELECT count(*) FROM (SELECT hash(i) FROM range(12_000_000) t(i) ORDER BY 1)"
            ).fetchall()

    with spill_folder(tmp_path) as spill:
        found = in_thread(run)
    if found is None:
        pytest.skip("this system has no Landlock")
    assert found == [(12_000_000,)]
    assert kept.read_text() == "kept"
    assert [path.name for path in tmp_path.iterdir()] == ["runs.jsonl"]

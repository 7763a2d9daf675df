"""Decides by DuckDB's own parse whether a text is one query that writes nothing."""

from __future__ import annotations

import duckdb

from schemas.errors import PipelineError

QUERIES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
"""The nodes of a parse that only read; a WITH clause may also hold INSERT, UPDATE, DELETE and COPY … TO."""

FORBIDDEN = {
    "enable_logging": "it may write a log file",
    "query": "it runs a text that cannot be checked here",
    "json_execute_serialized_sql": "it runs a text that cannot be checked here",
}
"""Functions that a SELECT may call, and what speaks against each."""

PARSE = """
WITH parse AS (SELECT json_serialize_sql($query) AS tree)
SELECT tree ->> '$.error_message', json_extract_string(tree, '$..type'), json_extract_string(tree, '$..function_name')
FROM parse
"""
PARSED_TOO_LARGE = "This statement is nested too deeply to be checked: write it flatter."


def check_statement(connection: duckdb.DuckDBPyConnection, text: str) -> str:
    """Return the statement to run: one query, or EXPLAIN of one. Raise PipelineError for anything else.

    Args:
        connection: parses the text; nothing of it is run.
        text: what the user wrote.
    """
    statement = _only_statement(connection, text)
    if statement.type == duckdb.StatementType.EXPLAIN:
        # EXPLAIN ANALYZE runs what it explains. What was checked is what is run: both are made from `inner`.
        words, inner = _without_explain(statement.query)
        if inner.startswith("("):
            raise PipelineError("EXPLAIN takes no options here: write EXPLAIN SELECT …")
        explained = _only_statement(connection, inner)
        _check_query(connection, explained)
        return f"{words} {explained.query}"
    _check_query(connection, statement)
    return _without_end(statement.query)


def _only_statement(connection: duckdb.DuckDBPyConnection, text: str) -> duckdb.Statement:
    try:
        statements = connection.extract_statements(text)
    except TypeError as error:  # a byte of the command line that is no character
        raise PipelineError("This query is not UTF-8: write it in UTF-8.") from error
    except duckdb.Error as error:
        raise PipelineError(f"This is not SQL that DuckDB reads: {one_line(error)}") from error
    if not statements:
        raise PipelineError('There is no statement in it: give one SELECT, such as "FROM funnel".')
    if len(statements) > 1:
        raise PipelineError(f"One statement at a time, please: these are {len(statements)}.")
    return statements[0]


def one_line(error: duckdb.Error) -> str:
    """Return what DuckDB says against a query as one line: the sentence, a guess, and where it stands."""
    lines = [line.strip() for line in str(error).splitlines()]
    return " ".join(line for line in lines if line.strip("^~ "))


def _without_explain(statement: str) -> tuple[str, str]:
    """Split an EXPLAIN statement into its own words and the text that it explains."""
    data = statement.encode()
    tokens = [place for place, kind in duckdb.tokenize(statement) if kind != duckdb.token_type.comment]
    places = [*tokens, len(data), len(data)]
    words = ["EXPLAIN"]
    if data[places[1] :][: len("ANALYZE")].upper() == b"ANALYZE":
        words.append("ANALYZE")
    return " ".join(words), data[places[len(words)] :].decode(errors="replace")


def _without_end(statement: str) -> str:
    """Return a statement without its semicolon and the comments behind it, so that it can stand in another."""
    data = statement.encode()
    tokens = [place for place, kind in duckdb.tokenize(statement) if kind != duckdb.token_type.comment]
    return data[: tokens[-1]].decode() if tokens and data[tokens[-1] :].startswith(b";") else statement


def _check_query(connection: duckdb.DuckDBPyConnection, statement: duckdb.Statement) -> None:
    """Raise PipelineError unless a statement is a query, all through its parse."""
    if statement.type == duckdb.StatementType.MULTI:
        # A PIVOT whose values are not known makes a type of them first.
        raise PipelineError("Name the values of this PIVOT: PIVOT … ON fate IN ('sample', 'dropped').")
    if statement.type != duckdb.StatementType.SELECT:
        raise PipelineError(f"Only SELECT and EXPLAIN are allowed, not {statement.type.name}: nothing here is written.")
    try:
        parsed = connection.execute(PARSE, {"query": statement.query}).fetchall()
    except duckdb.Error as error:
        raise PipelineError(f"{PARSED_TOO_LARGE} ({error})") from error
    message, kinds, functions = parsed[0]
    if message:
        raise PipelineError(f"Only SELECT and EXPLAIN are allowed: {message}")
    writers = sorted({kind for kind in kinds if kind.endswith("_NODE")} - QUERIES)
    if writers:
        name = writers[0].removesuffix("_NODE").removesuffix("_QUERY")
        raise PipelineError(f"Only SELECT and EXPLAIN are allowed, not {name} inside: nothing here is written.")
    for name in functions or ():
        if name.lower() in FORBIDDEN:
            raise PipelineError(f"The function {name} is not allowed here: {FORBIDDEN[name.lower()]}.")

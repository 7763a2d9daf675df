"""`sharegpt sql`: one SELECT over the catalogue, nothing written, nothing read outside the data root."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from flows.cli import DATA, DataOption
from flows.cli.table import cell, plain, print_table
from schemas.errors import PipelineError
from tasks.store.catalogue import FILE

ALLOWED = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}
FETCH = 10_000


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"


def open_catalogue(root: Path) -> duckdb.DuckDBPyConnection:
    """Open the catalogue read-only, with the data root as the only place that can be read.

    Raises PipelineError where there is no catalogue.
    """
    path = root.resolve() / FILE
    if not path.is_file():
        raise PipelineError(f"There is no {FILE} in {root}: `sharegpt run` makes it, --data names another data root.")
    connection = duckdb.connect(str(path), read_only=True)
    connection.execute(f"SET allowed_directories = ['{str(path.parent).replace(chr(39), chr(39) * 2)}']")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def check_statement(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """Raise PipelineError unless the text is one SELECT or EXPLAIN of one; COPY … TO gets past read_only."""
    try:
        statements = connection.extract_statements(query)
    except duckdb.Error as error:
        raise PipelineError(f"This is not SQL that DuckDB reads: {error}") from error
    if len(statements) != 1:
        raise PipelineError(f"One statement at a time, please: these are {len(statements)}.")
    statement = statements[0]
    if statement.type not in ALLOWED:
        raise PipelineError(f"Only SELECT and EXPLAIN are allowed, not {statement.type.name}: nothing here is written.")
    if statement.type == duckdb.StatementType.EXPLAIN:
        # EXPLAIN ANALYZE runs what it explains.
        inner = query.strip()[len("EXPLAIN") :].strip()
        if inner[:7].upper() == "ANALYZE":
            inner = inner[7:].strip()
        if inner.startswith("("):
            raise PipelineError("EXPLAIN takes no options here: write EXPLAIN SELECT …")
        check_statement(connection, inner)


def sql(
    query: Annotated[str, typer.Argument(help="One SELECT or EXPLAIN; `sharegpt tables` lists the views.")],
    format: Annotated[Format, typer.Option("--format", help="How rows are printed.")] = Format.TABLE,  # noqa: A002
    data: DataOption = DATA,
) -> None:
    """Ask any question of any stage in SQL."""
    with open_catalogue(data) as connection:
        check_statement(connection, query)
        try:
            result = connection.execute(query)
            names = [column[0] for column in result.description or []]
            print_rows(result, names, format)
        except (duckdb.PermissionException, duckdb.IOException) as error:
            mend = f"Only files below {data} can be read; if it was moved, `sharegpt tables --rebuild --data {data}`."
            raise PipelineError(f"{mend} ({error})") from error
        except duckdb.Error as error:
            raise PipelineError(f"{type(error).__name__}: {error}") from error


def print_rows(result: duckdb.DuckDBPyConnection, names: list[str], form: Format) -> None:
    """Print a result a batch at a time: no result is held whole but the table, whose widths need it."""
    if form is Format.TABLE:
        print_table(names, result.fetchall())
        return
    if form is Format.CSV:
        print_csv(result, names)
        return
    first = True
    if form is Format.JSON:
        sys.stdout.write("[")
    while rows := result.fetchmany(FETCH):
        for row in rows:
            line = json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=plain)
            if form is Format.JSON:
                sys.stdout.write(("\n" if first else ",\n") + line)
            else:
                sys.stdout.write(line + "\n")
            first = False
    if form is Format.JSON:
        sys.stdout.write("\n]\n")


def print_csv(result: duckdb.DuckDBPyConnection, names: list[str]) -> None:
    """Print rows as CSV with a header; lists and structs as JSON."""
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    while rows := result.fetchmany(FETCH):
        for row in rows:
            writer.writerow([cell(value) for value in row])

"""`sharegpt sql`: one SELECT over the catalogue, nothing written, nothing read outside the data root."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from itertools import chain, count
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer

from flows.cli import DATA, DataOption, VersionOption, say
from flows.cli.stop import bounded
from flows.cli.table import cell, console, make_table, plain
from schemas.errors import PipelineError
from tasks.privacy.visible import in_json, visible
from tasks.store.catalogue import FILE, make_views
from tasks.store.sandbox import forbid_writing, limit_memory, spill_folder
from tasks.store.sql_text import literal, quote
from tasks.store.statements import check_statement, one_line
from tasks.store.versions import CURRENT, find_version

FETCH = 10_000
MEMORY = 1 << 30
"""Bytes that DuckDB may hold for a query; what does not fit spills to disk."""
NESTED = {"list", "array", "struct", "map", "union"}
"""Types that hold values of others."""
SPILL = 32 << 30
"""Bytes that may spill before the query ends with an error."""


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"


def open_catalogue(root: Path, spill: Path | None = None, version: str = CURRENT) -> duckdb.DuckDBPyConnection:
    """Open the catalogue read-only, with the data root as the only place that can be read.

    Args:
        root: the data root.
        spill: a folder for what exceeds MEMORY; without one, DuckDB's own bound holds.
        version: whose ledger and shards the views show; the stages are those of the newest run.

    Raises PipelineError where there is no catalogue, or none that can be read.
    """
    path = root.resolve() / FILE
    if not path.is_file():
        raise PipelineError(f"There is no {FILE} in {root}: `sharegpt run` makes it, --data names another data root.")
    bounds: dict[str, Any] = {"temp_directory": str(spill or path.parent)}
    if spill:
        bounds |= {"memory_limit": f"{MEMORY}B", "max_temp_directory_size": f"{SPILL}B"}
    try:
        if version == CURRENT:
            connection = duckdb.connect(str(path), read_only=True, config=bounds)
        else:
            connection = duckdb.connect(config=bounds)
            make_views(connection, path.parent, find_version(root, version).path)
    except duckdb.Error as error:
        mend = f"`sharegpt tables --rebuild --data {root}` writes it anew"
        raise PipelineError(f"{path} cannot be opened ({error}): {mend}.") from error
    connection.execute("SET enable_progress_bar = false")  # which is drawn on stdout
    # The views' scans are looked at twice: as they are written, wildcards escaped, and file by file.
    connection.execute(f"SET allowed_directories = [{quote(path.parent)}, {quote(literal(path.parent))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def sql(
    query: Annotated[
        str | None,
        typer.Argument(help="One SELECT or EXPLAIN over the views of `sharegpt tables`; from stdin if none."),
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", help="Read the query from a file.")] = None,
    format: Annotated[Format, typer.Option("--format", help="How rows are printed.")] = Format.TABLE,  # noqa: A002
    max_width: Annotated[
        int | None, typer.Option(min=20, help="Characters of a table's line; the terminal's width if not given.")
    ] = None,
    timeout: Annotated[float | None, typer.Option(min=0.001, help="Seconds after which the query is ended.")] = None,
    data: DataOption = DATA,
    version: VersionOption = CURRENT,
) -> None:
    """Ask any question of any stage in SQL.

    A table cuts long texts and lets ids go on in a further line; one row alone is shown whole, a column a line.

    Example: sharegpt sql "SELECT reason, turns FROM rejections ORDER BY turns DESC"
    """
    question = read_query(query, file)
    if version != CURRENT:
        say_whose(find_version(data, version).version)
    held: list[duckdb.DuckDBPyConnection] = []

    def ask() -> None:
        forbid_writing(but=spill)
        with limit_memory(MEMORY), open_catalogue(data, spill, version) as connection:
            held.append(connection)
            answer(connection, question, format, data, max_width)

    def interrupt() -> None:
        for connection in held:
            connection.interrupt()

    with spill_folder(data.resolve()) as spill:
        bounded(ask, interrupt, timeout)


def say_whose(version: str) -> None:
    """Say what is an older version's, and what is not."""
    say(f"Ledger and shards are those of version {version}; stages 01 to 06 are the newest run's.")


def read_query(query: str | None, file: Path | None) -> str:
    """Return the query of the command line, of a file, or of stdin. Raise PipelineError where there is not just one."""
    if query not in (None, "-") and file:
        raise PipelineError("A query and --file exclude each other.")
    if file:
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise PipelineError(
                f"The query cannot be read from {file} ({why}): give a text file of one SELECT."
            ) from error
    elif query not in (None, "-"):
        text = str(query)
    elif sys.stdin.isatty():
        text = ""
    else:
        text = sys.stdin.read()
    if not text.strip():
        raise PipelineError('There is no query: name one (sharegpt sql "FROM funnel"), or a --file, or pipe one in.')
    return text


def answer(
    connection: duckdb.DuckDBPyConnection, query: str, form: Format, data: Path, width: int | None = None
) -> None:
    """Run a checked query and print its rows. Raise PipelineError where it cannot be answered."""
    statement = check_statement(connection, query)
    try:
        if form is Format.TABLE and not statement.upper().startswith("EXPLAIN"):
            found = connection.sql(statement)
            print_table(found.columns, nested_as_text(found).fetchall(), width)
        else:
            result = connection.execute(statement)
            print_rows(result, [column[0] for column in result.description or []], form, width)
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        mend = "ask for fewer rows or columns at once, or use the duckdb program on the catalogue"
        raise PipelineError(f"The query needs more than {MEMORY >> 20:,} MB of memory: {mend}.") from error
    except (duckdb.PermissionException, duckdb.IOException) as error:
        mend = f"Only files below {data} can be read; if it was moved, `sharegpt tables --rebuild --data {data}`."
        raise PipelineError(f"{mend} ({str(error).splitlines()[0]})") from error
    except duckdb.Error as error:
        raise PipelineError(one_line(error)) from error


def nested_as_text(found: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """Return a query, not run yet, with nested values as DuckDB's own program shows them, each in one line.

    A list is `[a, b]`, a struct `{'name': value}`.
    """
    kinds = [kind.id for kind in found.types]
    if not NESTED.intersection(kinds):
        return found
    return found.project(
        ", ".join(
            f"replace(#{place}::VARCHAR, chr(10), '\\n') AS c{place}" if kind in NESTED else f"#{place} AS c{place}"
            for place, kind in enumerate(kinds, 1)
        )
    )


def print_table(names: list[str], rows: list[tuple[Any, ...]], width: int | None) -> None:
    """Print rows as a table, one line each."""
    console().print(make_table(names, rows, cut=True, width=width))


def print_rows(result: duckdb.DuckDBPyConnection, names: list[str], form: Format, width: int | None) -> None:
    """Print a result a batch at a time: no result is held whole but the table, whose widths need it."""
    if form is Format.TABLE:
        print_table(names, result.fetchall(), width)
        return
    if form is Format.CSV:
        print_csv(result, names)
        return
    keys = told_apart(names)
    first = True
    if form is Format.JSON:
        sys.stdout.write("[")
    while rows := result.fetchmany(FETCH):
        for row in rows:
            line = in_json(json.dumps(dict(zip(keys, row, strict=True)), ensure_ascii=False, default=plain))
            if form is Format.JSON:
                sys.stdout.write(("\n" if first else ",\n") + line)
            else:
                sys.stdout.write(line + "\n")
            first = False
    if form is Format.JSON:
        sys.stdout.write("\n]\n")


def told_apart(names: list[str]) -> list[str]:
    """Return the columns' names as keys of an object: of several alike, the later ones are numbered, as by DuckDB."""
    keys: list[str] = []
    for name in names:
        keys.append(next(key for key in chain([name], (f"{name}_{n}" for n in count(1))) if key not in keys))
    return keys


def print_csv(result: duckdb.DuckDBPyConnection, names: list[str]) -> None:
    """Print rows as CSV with a header, lists and structs as JSON; on a terminal with controls shown."""
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    shown = visible if sys.stdout.isatty() else str
    writer.writerow([shown(name) for name in names])
    while rows := result.fetchmany(FETCH):
        for row in rows:
            writer.writerow([shown(cell(value)) for value in row])

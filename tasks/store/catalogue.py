"""DuckDB over the data root: a database of views alone, in this process or as a file."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import duckdb

from schemas.contract import Contract
from schemas.tables import STAGES, Converted, Windows
from tasks.store.moved import unmoved
from tasks.store.parts import atomic
from tasks.store.root import spill_path
from tasks.store.sql_text import quote
from tasks.store.versions import latest, refused_folder, versions_folder
from tasks.store.view_sql import views

FILE = "catalogue.duckdb"
MEMORY = "160MB"
"""Of DuckDB, while a version is summed up, described and verified: what does not fit spills, at no cost in time that
shows at 110,000 conversations, and a million then need no more than the workers beside it leave."""
KEPT_TURNS_NOTE = "The kept turns: dropped ones are left out, merged ones joined."


def open_database(root: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection of this process alone, to nothing yet.

    What does not fit into MEMORY spills to a folder below the root, which DuckDB removes in the end.
    """
    connection = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(spill_path(root))})
    connection.execute("SET enable_progress_bar = false")  # which is drawn on stdout
    return connection


def connect(root: Path, version: Path, *, shards: bool = True) -> duckdb.DuckDBPyConnection:
    """Return a connection of this process alone with every view, over a version that need not be the current one."""
    connection = open_database(root)
    make_views(connection, root, version, shards=shards)
    return connection


def make_views(connection: duckdb.DuckDBPyConnection, root: Path, version: Path, *, shards: bool = True) -> None:
    """Make every view over a version in a connection's own database; a view's files are looked at when it is read."""
    for name, (_, body) in views(root, version, shards=shards).items():
        connection.execute(f'CREATE VIEW "{name}" WITH (DEFER_BINDING) AS {body}')


def comment(contract: type[Contract], column: str) -> str:
    """Return the sentence of a view's column: the contract's own, or that of the nearest stage before it."""
    place = STAGES.index(contract) if contract in STAGES else None
    if place is None:
        return contract.columns()[column].note
    if column == "turns" and STAGES.index(Converted) < place < STAGES.index(Windows):
        return KEPT_TURNS_NOTE
    return next(stage.columns()[column].note for stage in STAGES[place::-1] if column in stage.columns())


def build(root: Path) -> Path:
    """Write the catalogue: views alone, by absolute paths, made elsewhere and put in its place by a rename.

    DuckDB cannot write a database below every data root: behind a question mark it mistakes its own log's name.
    """
    path = root / FILE
    with tempfile.TemporaryDirectory() as elsewhere:
        made = Path(elsewhere) / FILE
        with duckdb.connect(str(made)) as connection:
            # One transaction: each statement by itself would be flushed to disk.
            connection.begin()
            here = unmoved(quote(path.resolve()), FILE)
            current = latest(root)
            # Where nothing was ever published, the ledger of a refused run says why.
            version = versions_folder(root) / current if current else refused_folder(root)
            found = views(root, version)
            for name, (contract, body) in found.items():
                reads_files = "read_parquet(" in body or "read_json(" in body
                guarded = f"SELECT * FROM ({body}) WHERE {here}" if reads_files else body
                connection.execute(f'CREATE VIEW "{name}" AS {guarded}')
                connection.execute(f'COMMENT ON VIEW "{name}" IS {quote(contract.note())}')
            # All at once: DESCRIBE would bind each view a second time.
            columns = "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal"
            for name, column in connection.execute(columns).fetchall():
                connection.execute(f'COMMENT ON COLUMN "{name}"."{column}" IS {quote(comment(found[name][0], column))}')
            connection.commit()
        with atomic(path) as temporary:
            shutil.copyfile(made, temporary)
    return path

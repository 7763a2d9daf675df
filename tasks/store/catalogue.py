"""DuckDB over the data root: a database of views alone, in this process or as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import duckdb

from schemas.contract import Contract
from schemas.errors import PipelineError
from schemas.tables import STAGES, Converted, Windows
from tasks.store.moved import unmoved
from tasks.store.parts import atomic
from tasks.store.root import spill_path
from tasks.store.sql_text import quote
from tasks.store.versions import latest, refused_folder, versions_folder
from tasks.store.view_sql import column_names, views

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


class Draft(NamedTuple):
    """A catalogue so far: the bytes of its file, and the SELECT of each of its views."""

    data: bytes = b""
    bodies: Mapping[str, str] = MappingProxyType({})


_begun: dict[Path, Future[Draft]] = {}
"""By data root: the catalogue that a thread of this process began, until it is written."""


def begin(root: Path) -> None:
    """Begin the catalogue in a thread, while a version is made: `build` then adds what its files must be there for."""
    thread = ThreadPoolExecutor(1)
    _begun[root] = thread.submit(_with_views, Draft(), root, None)
    thread.shutdown(wait=False)


def build(root: Path) -> Path:
    """Write the catalogue: views alone, by absolute paths, put in its place by a rename."""
    begun = _begun.pop(root, None)
    draft = begun.result() if begun and begun.exception() is None else Draft()
    current = latest(root)
    # Where nothing was ever published, the ledger of a refused run says why.
    version = versions_folder(root) / current if current else refused_folder(root)
    with atomic(root / FILE) as temporary:
        temporary.write_bytes(_with_views(draft, root, version).data)
    return root / FILE


def rebuild(root: Path) -> Path:
    """Write the catalogue over what the data root holds. Raise PipelineError where its files have other columns."""
    try:
        return build(root)
    except duckdb.Error as error:
        mend = "`sharegpt run` remakes them, and the catalogue with them"
        raise PipelineError(f"The stages below {root} are of another release of the product: {mend}.") from error


def _with_views(draft: Draft, root: Path, version: Path | None) -> Draft:
    """Return a catalogue with every view over a version; a view that is there is made anew where its SELECT differs.

    DuckDB cannot write a database below every data root: behind a question mark it mistakes its own log's name.
    """
    here = unmoved(quote((root / FILE).resolve()), FILE)
    bodies = dict(draft.bodies)
    statements: list[str] = []
    with tempfile.TemporaryDirectory() as elsewhere:
        made = Path(elsewhere) / FILE
        if draft.data:
            made.write_bytes(draft.data)
        with duckdb.connect(str(made)) as connection:
            # One transaction: each statement by itself would be flushed to disk.
            connection.begin()
            for name, (contract, body) in views(root, version).items():
                reads_files = "read_parquet(" in body or "read_json(" in body
                guarded = f"SELECT * FROM ({body}) WHERE {here}" if reads_files else body
                if bodies.get(name) == guarded:
                    continue
                connection.execute(f'CREATE OR REPLACE VIEW "{name}" AS {guarded}')
                bodies[name] = guarded
                statements.append(f'COMMENT ON VIEW "{name}" IS {quote(contract.note())}')
                statements += [
                    f'COMMENT ON COLUMN "{name}"."{column}" IS {quote(comment(contract, column))}'
                    for column in column_names(contract)
                ]
            connection.execute("; ".join(statements))  # in one call, which takes half as long as one each
            connection.commit()
        return Draft(made.read_bytes(), bodies)

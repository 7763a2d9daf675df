"""`sharegpt trace`: why a conversation became what it did, and on demand what each stage made of it, redacted."""

from __future__ import annotations

from typing import Annotated

import duckdb
import typer

from flows.cli import DATA, DataOption, VersionOption
from flows.cli.options import parse_name
from flows.cli.query import open_catalogue, say_whose
from flows.cli.table import console, make_table
from flows.cli.trace_pieces import say_joined
from flows.cli.trace_stages import SHOWN, show, show_stage
from flows.cli.why import show_why
from schemas.errors import PipelineError
from tasks.runtime.config_file import guess
from tasks.store.made_from import stages_gone
from tasks.store.versions import CURRENT, find_version

MANY = 50
NEAR = 3
"""Ids that are offered where there is none of the name given."""

NEAREST = """
    SELECT id FROM (
        SELECT row_id AS id FROM rows UNION SELECT conversation_id FROM rows WHERE conversation_id IS NOT NULL
    )
    ORDER BY jaro_winkler_similarity(id, $id) DESC, id LIMIT $near
"""


def find_rows(connection: duckdb.DuckDBPyConnection, name: str) -> list[tuple[str, str, str, str]]:
    """Return row_id, conversation_id, fate and reason of every row that a row, conversation or sample id names.

    Rows that go on with another are left out where that has the name too.

    Raises:
        PipelineError: there is none; names the ids most like it.
    """
    found = connection.execute(
        """
        SELECT r.row_id, r.conversation_id, r.fate, coalesce(r.reason, '') AS reason,
            coalesce(starts_with(r.detail, 'joined into '), false) AS joined
        FROM rows r
        WHERE r.row_id = $id OR r.conversation_id = $id
           OR r.row_id IN (SELECT row_id FROM shards WHERE sample_id = $id)
           OR r.row_id IN (SELECT row_id FROM ingested WHERE conversation_id = $id)
        ORDER BY r.row_id
        """,
        {"id": name},
    ).fetchall()
    if not found:
        near = [id_ for (id_,) in connection.execute(NEAREST, {"id": name, "near": NEAR}).fetchall()]
        raise PipelineError(f"Nothing is called {name!r}; the nearest are {', '.join(near) or 'none'}.")
    # A kept row that goes on with another has the name of that, which is meant.
    return [row[:4] for row in found if not row[4]] or [row[:4] for row in found]


def stage_name(given: str) -> str:
    """Return the stage that a name means, or begins. Raise PipelineError with those there are."""
    found = [name for name in SHOWN if name.startswith(given)]
    if len(found) != 1:
        raise PipelineError(f"There is no stage {given!r}; there are {', '.join(SHOWN)}.{guess(given, SHOWN)}")
    return found[0]


def trace(
    name: Annotated[
        str, typer.Argument(metavar="ID", parser=parse_name, help="A conversation_id, row_id or sample_id.")
    ],
    data: DataOption = DATA,
    version: VersionOption = CURRENT,
    stage: Annotated[
        str | None, typer.Option("--stage", metavar="NAME", help=f"Show what it was at a stage: {', '.join(SHOWN)}.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Show it at every stage.")] = False,
) -> None:
    """Say why a conversation was kept, cut or dropped; redacted.

    The reason's sentence, the values that were judged, and the settings to change; --stage and --full show the texts.

    Example: sharegpt trace sharegpt_2023.json:62
    """
    if full and stage is not None:
        raise PipelineError("--stage and --full exclude each other: leave one out.")
    wanted = stage_name(stage) if stage is not None else None
    found = find_version(data, version)
    if stages_gone(data.resolve(), found.manifest):
        say_whose(found.version)
    with open_catalogue(data, version=version) as connection:
        hits = find_rows(connection, name)
        out = console()
        if len(hits) > 1:
            out.print(f"{len(hits)} rows are called {name!r}; trace one by its row_id:")
            out.print(make_table(("row_id", "conversation_id", "fate", "reason"), hits[:MANY]))
        elif full:
            say_joined(connection, out, hits[0][0])
            show(connection, out, hits[0][0])
        elif wanted:
            say_joined(connection, out, hits[0][0])
            show_stage(connection, out, hits[0][0], wanted)
        else:
            show_why(connection, out, hits[0][0], found.manifest.settings)

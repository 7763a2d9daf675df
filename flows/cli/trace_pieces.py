"""What `sharegpt trace` says of rows that were joined into one conversation (`input.rejoin`)."""

from __future__ import annotations

from typing import NamedTuple

import duckdb
from rich.console import Console
from rich.text import Text

from flows.cli.trace_stages import rows_of
from tasks.privacy.visible import visible

SHOWN_ROWS = 12
"""Rows of one conversation that are named; of others the count is."""
INTO = "SELECT joined_into FROM ingested WHERE row_id = $row"
PIECES = """
    SELECT piece.row_id, piece.first, piece.count
    FROM (SELECT unnest(pieces) AS piece FROM ingested WHERE row_id = $row) ORDER BY piece.first
"""


class Place(NamedTuple):
    """Where the turns of a row stand: the row that begins their conversation, the first one's number there, how many.

    Of a row that was joined to no other that is itself, 0, and 0 where nobody asks.
    """

    row_id: str
    first: int = 0
    turns: int = 0


def place_of(connection: duckdb.DuckDBPyConnection, row_id: str) -> Place:
    """Return where the turns of a row stand."""
    _, found = rows_of(connection, INTO, row_id)
    into = found[0][0] if found else None
    if into is None:
        return Place(row_id)
    _, pieces = rows_of(connection, PIECES, into)
    return next(Place(into, first, count) for piece, first, count in pieces if piece == row_id)


def say_joined(connection: duckdb.DuckDBPyConnection, out: Console, row_id: str) -> None:
    """Print what joins a row to others, where something does."""
    if sentence := _sentence(connection, row_id):
        out.print(Text(visible(sentence)))


def _sentence(connection: duckdb.DuckDBPyConnection, row_id: str) -> str:
    place = place_of(connection, row_id)
    if place.row_id != row_id:
        return (
            f"{row_id} goes on with the conversation of {place.row_id}, where it is {_span(place.first, place.turns)} "
            "(input.rejoin): what became of it was decided of the whole, which that row_id traces."
        )
    _, pieces = rows_of(connection, PIECES, row_id)
    if not pieces:
        return ""
    named = ", ".join(f"{piece} ({_span(first, count)})" for piece, first, count in pieces[:SHOWN_ROWS])
    more = f" and {len(pieces) - SHOWN_ROWS:,} more" if len(pieces) > SHOWN_ROWS else ""
    whole = pieces[-1][1] + pieces[-1][2]
    rows = "row goes" if len(pieces) == 1 else "rows go"
    return (
        f"{len(pieces):,} {rows} on with {row_id} (input.rejoin): {named}{more}. It was judged as one conversation of "
        f"{whole:,} turns; each row's fates are traced by its own row_id."
    )


def _span(first: int, count: int) -> str:
    """Return the numbers of some turns in words."""
    return f"turn {first}" if count == 1 else f"turns {first} – {first + count - 1}"

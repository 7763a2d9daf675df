"""`sharegpt trace`: one conversation through all stages, redacted."""

from __future__ import annotations

from typing import Annotated, Any

import duckdb
import typer
from rich.console import Console
from rich.text import Text

from flows.cli import DATA, DataOption
from flows.cli.query import open_catalogue
from flows.cli.table import console, make_table
from schemas.enums import Fate
from schemas.errors import PipelineError
from schemas.settings import Privacy
from tasks.privacy.places import redact_document, redact_each
from tasks.privacy.visible import visible
from tasks.report.redaction import redact_markup

SHOWN = 800
"""Characters of a text shown; `sharegpt sql` gives it whole."""
MANY = 50


def find_rows(connection: duckdb.DuckDBPyConnection, name: str) -> list[tuple[str, str, str, str]]:
    """Return row_id, conversation_id, fate and reason of every row that a row, conversation or sample id names."""
    return connection.execute(
        """
        SELECT r.row_id, r.conversation_id, r.fate, coalesce(r.reason, '') AS reason
        FROM rows r
        WHERE r.row_id = $id OR r.conversation_id = $id
           OR r.row_id IN (SELECT row_id FROM shards WHERE sample_id = $id)
           OR r.row_id IN (SELECT row_id FROM ingested WHERE conversation_id = $id)
        ORDER BY r.row_id
        """,
        {"id": name},
    ).fetchall()


def trace(
    name: Annotated[str, typer.Argument(metavar="ID", help="A conversation_id, row_id or sample_id.")],
    data: DataOption = DATA,
) -> None:
    """Show one conversation at every stage, redacted: raw, converted, judged, duplicates, windows."""
    with open_catalogue(data) as connection:
        hits = find_rows(connection, name)
        if not hits:
            raise PipelineError(f'Nothing is called {name!r}: try `sharegpt sql "SELECT row_id FROM rows LIMIT 5"`.')
        out = console()
        if len(hits) > 1:
            out.print(f"{len(hits)} rows are called {name!r}; trace one by its row_id:")
            out.print(make_table(("row_id", "conversation_id", "fate", "reason"), hits[:MANY]))
            return
        show(connection, out, hits[0][0])


def one(connection: duckdb.DuckDBPyConnection, query: str, row_id: str) -> dict[str, Any] | None:
    """Return the first row of a query as a dict."""
    result = connection.execute(query, {"row": row_id})
    names = [column[0] for column in result.description or []]
    row = result.fetchone()
    return redacted(dict(zip(names, row, strict=True))) if row else None


def redacted(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with what is personal or secret replaced: what is printed ends in logs and screenshots."""
    turns = row.pop("turns", None)
    shown: dict[str, Any] = redact_document(row)
    if not isinstance(turns, list):  # the ledger counts them
        return {"turns": turns, **shown}
    (texts,) = redact_markup([[turn["content"] or "" for turn in turns]], Privacy(tag_only=()))
    roles = redact_each([turn["role"] or "" for turn in turns])
    redacted = [{**turn, "content": text, "role": role} for turn, text, role in zip(turns, texts, roles, strict=True)]
    return {"turns": redacted, **shown}


def heading(out: Console, text: str) -> None:
    """Print a stage's heading."""
    out.print()
    out.print(Text(f"── {visible(text)} ", style="bold cyan"))


def facts(out: Console, row: dict[str, Any] | None, without: tuple[str, ...] = ()) -> None:
    """Print the scalar facts of a row, those that say something."""
    for key, value in (row or {}).items():
        if value not in (None, [], "") and key not in ("turns", "row_id", *without):
            text = f"{value:.3f}" if isinstance(value, float) else str(value)
            out.print(Text(f"  {key}: ", style="dim") + Text(clip(text)))


def clip(text: str) -> str:
    """Cut a text for the terminal, its controls shown, and say how much is left."""
    text = visible(text)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… (+{len(text) - SHOWN:,} characters)"


def turns(out: Console, row: dict[str, Any] | None) -> None:
    """Print the turns of a stage."""
    for turn in (row or {}).get("turns") or []:
        mark = f" [{fate_of(turn)}]" if turn.get("fate") else ""
        out.print(Text(visible(f"  {turn['turn']} {turn['role']}{mark}"), style="bold"))
        out.print(Text("    " + clip(turn["content"] or "").replace("\n", "\n    ")))


def fate_of(turn: dict[str, Any]) -> str:
    """Return the fate of a turn with its reason, or with the turn it was merged into and what of it was left out."""
    if turn.get("reason"):
        return f"{turn['fate']}: {turn['reason']}"
    if turn["fate"] != Fate.MERGED:
        return str(turn["fate"])
    counts = ((turn["left_out_before"], "characters before it"), (turn["left_out"], "of its own"))
    left_out = " and ".join(f"{count:,} {what}" for count, what in counts if count)
    return f"{turn['fate']} into {turn['into_turn']}{', without ' if left_out else ''}{left_out}"


def continuations(connection: duckdb.DuckDBPyConnection, out: Console, row_id: str) -> None:
    """Print which answers a request to go on follows, and what was done about them."""
    query = "SELECT * EXCLUDE (row_id, sample_ids) FROM continuations WHERE row_id = $row"
    result = connection.execute(query, {"row": row_id})
    names, found = [column[0] for column in result.description or []], result.fetchall()
    if found:
        heading(out, "answers whose rest is asked for")
        out.print(make_table(names, found))


def show(connection: duckdb.DuckDBPyConnection, out: Console, row_id: str) -> None:
    """Print a row's whole way."""
    fate = one(connection, "FROM rows WHERE row_id = $row", row_id)
    heading(out, f"{row_id}: {fate['fate'] if fate else '?'}")
    facts(out, fate)
    broken = one(connection, "FROM broken WHERE row_id = $row", row_id)
    if broken:
        heading(out, "broken: never became a conversation")
        facts(out, broken)
        return
    raw = one(connection, "SELECT turns, * EXCLUDE (turns, source, row) FROM ingested WHERE row_id = $row", row_id)
    heading(out, "01 ingested: as it stood in the source, but for pseudonyms")
    facts(out, raw, ("conversation_id",))
    turns(out, raw)
    heading(out, "02 converted: Markdown, and the repairs")
    row = one(
        connection,
        "SELECT encoding, encoding_evidence, turns, repairs, code_blocks, unlabelled, unlabelled_eos, reason "
        "FROM converted WHERE row_id = $row",
        row_id,
    )
    facts(out, row)
    turns(out, row)
    continuations(connection, out, row_id)
    for number, view in ((3, "language_filtered"), (4, "quality_filtered"), (5, "deduplicated")):
        heading(out, f"{number:02d} {view}")
        facts(out, own_columns(connection, view, row_id))
    duplicates = connection.execute(
        "SELECT row_id FROM deduplicated WHERE kept_row_id = $row LIMIT 20", {"row": row_id}
    ).fetchall()
    if duplicates:
        out.print(Text(f"  kept for: {', '.join(duplicate for (duplicate,) in duplicates)}"))
    heading(out, "06 windows and 07 shards")
    samples = connection.execute(
        """SELECT sample_id, turn_start, turn_end, n_tokens, n_label_tokens, split, reason
        FROM windows WHERE row_id = $row ORDER BY turn_start, chunk""",
        {"row": row_id},
    )
    out.print(make_table([column[0] for column in samples.description or []], samples.fetchall()))
    heading(out, "fates")
    ends = connection.execute(
        "SELECT turn, role, fate, stage, reason, detail, repairs, sample_ids FROM fates WHERE row_id = $row "
        "ORDER BY turn",
        {"row": row_id},
    )
    out.print(make_table([column[0] for column in ends.description or []], ends.fetchall()))


def own_columns(connection: duckdb.DuckDBPyConnection, view: str, row_id: str) -> dict[str, Any] | None:
    """Return what a stage itself added to a row."""
    from schemas.tables import STAGES

    stage = next(stage for stage in STAGES if stage.view == view)
    names = ", ".join(f'"{name}"' for name in stage.columns() if name not in ("row_id", "turns"))
    return one(connection, f'SELECT {names} FROM "{view}" WHERE row_id = $row', row_id)

"""What each stage made of one conversation, printed, with what is personal or secret replaced."""

from __future__ import annotations

from typing import Any

import duckdb
from rich.console import Console
from rich.text import Text

from flows.cli.table import make_table, shown
from schemas.enums import Fate
from schemas.settings import Privacy
from tasks.privacy.visible import visible

LONGEST = 800
"""Characters of a text shown; `sharegpt sql` gives it whole."""


COPIES = "SELECT row_id FROM deduplicated WHERE kept_row_id = $row LIMIT 20"
SHOWN = {
    "ingested": (
        "01 ingested: as it stood in the source, but for pseudonyms",
        "SELECT turns, * EXCLUDE (turns, source, row, pieces) FROM ingested WHERE row_id = $row",
    ),
    "converted": (
        "02 converted: Markdown, and the repairs",
        "SELECT encoding, encoding_evidence, turns, repairs, code_blocks, unlabelled, unlabelled_eos, reason "
        "FROM converted WHERE row_id = $row",
    ),
    "language_filtered": ("03 language_filtered", ""),
    "quality_filtered": ("04 quality_filtered", ""),
    "deduplicated": ("05 deduplicated", ""),
    "windows": (
        "06 windows and 07 shards",
        "SELECT sample_id, turn_start, turn_end, n_tokens, n_label_tokens, split, reason "
        "FROM windows WHERE row_id = $row ORDER BY turn_start, chunk",
    ),
    "fates": (
        "fates",
        "SELECT turn, role, fate, stage, reason, detail, repairs, sample_ids "
        "FROM fates WHERE row_id = $row ORDER BY turn",
    ),
}
"""By name of what can be shown: its heading, and its query; empty = the columns that the stage added."""
TABLES = ("windows", "fates")


def one(connection: duckdb.DuckDBPyConnection, query: str, row_id: str) -> dict[str, Any] | None:
    """Return the first row of a query as a dict."""
    result = connection.execute(query, {"row": row_id})
    names = [column[0] for column in result.description or []]
    row = result.fetchone()
    return redacted(dict(zip(names, row, strict=True))) if row else None


def rows_of(connection: duckdb.DuckDBPyConnection, query: str, row_id: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the names and the rows of a query about one row, as they stand."""
    result = connection.execute(query, {"row": row_id})
    return [column[0] for column in result.description or []], result.fetchall()


def redacted(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with what is personal or secret replaced: what is printed ends in logs and screenshots."""
    from tasks.privacy.places import redact_document, redact_each
    from tasks.report.redaction import redact_markup

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
            if isinstance(value, list) and all(isinstance(one, dict) and "turn" in one for one in value):
                of_turns(out, key, value)
            else:
                out.print(Text(f"  {key}: ", style="dim") + Text(clip(shown(value))))


def of_turns(out: Console, name: str, items: list[dict[str, Any]]) -> None:
    """Print a list of what turns have, a line each, without what says nothing."""
    for item in items:
        found = {key: value for key, value in item.items() if value not in (None, False, 0, []) and key != "turn"}
        text = ", ".join(f"{key} {shown(value)}" for key, value in found.items())
        out.print(Text(f"  {name} of turn {item['turn']}: ", style="dim") + Text(clip(text)))


def clip(text: str) -> str:
    """Cut a text for the terminal, its controls shown, and say how much is left."""
    text = visible(text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… (+{len(text) - LONGEST:,} characters)"


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
    names, found = rows_of(connection, query, row_id)
    if found:
        heading(out, "answers whose rest is asked for")
        out.print(make_table(names, found))


def turns_of(connection: duckdb.DuckDBPyConnection, row_id: str) -> dict[int, str]:
    """Return the newest words of each turn, one line each, by the turn's number."""
    row = one(connection, "SELECT turns FROM converted WHERE row_id = $row", row_id)
    return {turn["turn"]: " ".join((turn["content"] or "").split()) for turn in (row or {}).get("turns") or ()}


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
    for name in SHOWN:
        show_stage(connection, out, row_id, name)


def show_stage(connection: duckdb.DuckDBPyConnection, out: Console, row_id: str, name: str) -> None:
    """Print what one stage of SHOWN made of a row."""
    title, query = SHOWN[name]
    heading(out, title)
    if name in TABLES:
        out.print(make_table(*rows_of(connection, query, row_id)))
        return
    row = one(connection, query, row_id) if query else own_columns(connection, name, row_id)
    if row is None:
        out.print(Text("  the row did not come here"))
    facts(out, row, ("conversation_id",))
    turns(out, row)
    if name == "converted":
        continuations(connection, out, row_id)
    if name == "deduplicated":
        copies = connection.execute(COPIES, {"row": row_id}).fetchall()
        if copies:
            out.print(Text(visible(f"  kept for: {', '.join(copy for (copy,) in copies)}")))


def own_columns(connection: duckdb.DuckDBPyConnection, view: str, row_id: str) -> dict[str, Any] | None:
    """Return what a stage itself added to a row."""
    from schemas.tables import STAGES

    stage = next(stage for stage in STAGES if stage.view == view)
    names = ", ".join(f'"{name}"' for name in stage.columns() if name not in ("row_id", "turns"))
    return one(connection, f'SELECT {names} FROM "{view}" WHERE row_id = $row', row_id)

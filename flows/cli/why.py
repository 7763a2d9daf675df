"""Why a row or its turns were dropped: the reason's sentence, the signals' values, and the settings that decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import duckdb
from rich.console import Console
from rich.text import Text

from flows.cli.settings import shown
from flows.cli.table import make_table
from flows.cli.trace_pieces import place_of, say_joined
from flows.cli.trace_stages import SHOWN, one, rows_of, turns_of
from schemas.explanations import judged_by
from schemas.reasons import Reason
from tasks.privacy.visible import visible

BEGINNING = 60
"""Characters of a turn shown beside its fate."""


def show_why(
    connection: duckdb.DuckDBPyConnection, out: Console, row_id: str, settings: Mapping[str, Mapping[str, Any]]
) -> None:
    """Print what became of a row and its turns, and why.

    Args:
        connection: to the catalogue.
        out: where to print.
        row_id: of the row.
        settings: of the version, by section and field.
    """
    row = one(connection, "FROM rows WHERE row_id = $row", row_id) or {}
    names, found = rows_of(connection, SHOWN["fates"][1], row_id)
    fates = [dict(zip(names, values, strict=True)) for values in found]
    dropped = [fate for fate in fates if fate["reason"]]
    out.print(Text(visible(summary(row_id, row, len(fates), len(dropped))), style="bold"))
    say_joined(connection, out, row_id)
    place = place_of(connection, row_id)
    joined = f"joined into {place.row_id}"
    if row.get("reason") and not any(fate["reason"] == row["reason"] for fate in dropped):
        explain(connection, out, row_id, row["reason"], row["stage"], row.get("detail"), [], settings)
    for (stage, reason), group in by_reason(dropped).items():
        detail = next((fate["detail"] for fate in group if fate["detail"]), None)
        detail = (detail or "").removeprefix(joined).removeprefix("; ")
        explain(connection, out, row_id, reason, stage, detail, [fate["turn"] for fate in group], settings)
    if fates:
        out.print()
        texts = turns_of(connection, place.row_id)
        lines = [
            (f["turn"], f["role"], f["reason"] or f["fate"], ", ".join(f["sample_ids"] or ()), texts.get(at, ""))
            for at, f in enumerate(fates, place.first)
        ]
        head = ("turn", "role", "became", "sample", "begins")
        out.print(make_table(head, [(*line[:4], line[4][:BEGINNING]) for line in lines], cut=True))
    out.print()
    out.print(Text("--stage NAME shows what a stage made of it, --full everything.", style="dim"))


def summary(row_id: str, row: Mapping[str, Any], turns: int, dropped: int) -> str:
    """Return what became of a row in one line."""
    name = f" ({row['conversation_id']})" if row.get("conversation_id") else ""
    if row.get("fate") == "dropped":
        return f"{row_id}{name}: dropped at {row['stage']}: {row['reason']}"
    cut = f"; {dropped} of {turns} turns dropped" if dropped else f", all {turns} turns"
    return f"{row_id}{name}: {row.get('fate')}{cut}"


def by_reason(fates: Iterable[dict[str, Any]]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return the fates of each stage and reason, in the order in which these first occur."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for fate in fates:
        groups.setdefault((fate["stage"], fate["reason"]), []).append(fate)
    return groups


def explain(
    connection: duckdb.DuckDBPyConnection,
    out: Console,
    row_id: str,
    word: str,
    stage: str,
    detail: str | None,
    turns: list[int],
    settings: Mapping[str, Mapping[str, Any]],
) -> None:
    """Print one reason: its sentence, the values that were judged, and the settings with their values."""
    where = f"{stage}, {'turns' if len(turns) > 1 else 'turn'} {', '.join(map(str, turns))}" if turns else stage
    out.print()
    out.print(Text(visible(f"{word} ({where})"), style="bold"))
    reason = next((one for one in Reason if one == word), None)
    if reason is None:
        out.print(Text("  a reason of an earlier release, which this one no longer gives"))
        return
    decided = judged_by(reason)
    out.print(Text(f"  {reason.sentence}"))
    if detail:
        out.print(Text(visible(f"  because  {detail}")))
    for name, value in values(connection, row_id, stage, decided.signals, decided.turn_signals, turns).items():
        out.print(Text(visible(f"  signal   {name} = {value}")))
    for path in decided.settings:
        section, _, field = path.partition(".")
        if field in settings.get(section, {}):
            out.print(Text(f"  setting  {path} = {shown(settings[section][field])}"))
    if not decided.settings:
        out.print(Text("  setting  none: it is decided by the row itself"))


def values(
    connection: duckdb.DuckDBPyConnection,
    row_id: str,
    stage: str,
    signals: tuple[str, ...],
    turn_signals: tuple[str, ...],
    turns: list[int],
) -> dict[str, Any]:
    """Return the values that a reason was judged by, those that are there: of the row, and of its dropped turns."""
    judged = place_of(connection, row_id)
    row = one(connection, f'FROM "{stage}" WHERE row_id = $row', judged.row_id) if signals or turn_signals else None
    found = {name: _rounded(row[name]) for name in signals if row and row.get(name) is not None}
    by_turn = {turn["turn"]: turn for turn in (row or {}).get("turn_signals") or ()}
    for name in turn_signals:
        for number in turns or (turn - judged.first for turn in by_turn):
            value = by_turn.get(judged.first + number, {}).get(name)
            if value not in (None, False, 0, 0.0):
                found[f"{name} of turn {number}"] = _rounded(value)
    return found


def _rounded(value: Any) -> Any:
    return f"{value:.3g}" if isinstance(value, float) else str(value).lower() if isinstance(value, bool) else value

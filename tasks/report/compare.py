"""Compares two published versions: counts, settings, and which rows and turns have another fate."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from msgspec import structs

from schemas.manifest import Manifest
from tasks.report.settings_table import flatten, format_value
from tasks.store.catalogue import open_database
from tasks.store.sql_text import files_below, read_parquet

ABSENT = "(absent)"
"""The fate of a row in a version whose input did not hold it."""

FATE = "coalesce({side}.reason, {side}.fate, '" + ABSENT + "')"
CHANGED = f"""
    SELECT {FATE.format(side="a")} AS was, {FATE.format(side="b")} AS became,
        coalesce(a.row_id, b.row_id) AS row_id, b.detail AS detail
    FROM a FULL JOIN b ON b.row_id = a.row_id
    WHERE was <> became
"""
MOVED = f"""
    SELECT {FATE.format(side="a")} AS was, {FATE.format(side="b")} AS became,
        coalesce(a.row_id, b.row_id) AS row_id
    FROM a_turns a FULL JOIN b_turns b ON b.row_id = a.row_id AND b.turn = a.turn
    WHERE was <> became
"""
VERSION_COUNTS = ("rows", "tokens", "label_tokens")


@dataclass(frozen=True)
class Changes:
    """How two versions differ.

    Args:
        old: name of the earlier version.
        new: name of the later one.
        counts: what, old number, new number.
        settings: `section.field`, old value, new value, where they differ.
        digests: what, old digest, new digest, where they differ.
        rows: old fate, new fate, number of conversations, the first row_id.
        turns: the same for turns.
    """

    old: str
    new: str
    counts: list[tuple[str, int | None, int | None]]
    settings: list[tuple[str, str, str]]
    digests: list[tuple[str, str, str]]
    rows: list[tuple[str, str, int, str]]
    turns: list[tuple[str, str, int, str]]


def _connect(old: Path, new: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection with the ledgers of both versions."""
    connection = open_database(new.parent.parent)
    for name, folder in (("a", old), ("b", new)):
        for view, file in ((name, "rows"), (f"{name}_turns", "fates")):
            scan = read_parquet(files_below(folder, f"{file}.parquet"))
            connection.execute(f"CREATE VIEW {view} AS FROM {scan}")
    return connection


def compare(old: Path, new: Path, was: Manifest, now: Manifest) -> Changes:
    """Return how two versions differ.

    Args:
        old: folder of the earlier version, with its rows.parquet and fates.parquet.
        new: folder of the later version.
        was: manifest of the earlier version.
        now: manifest of the later version, which need not list its files yet.
    """
    tally = "SELECT was, became, count(*), min(row_id) FROM ({}) GROUP BY ALL ORDER BY count(*) DESC, was, became"
    with _connect(old, new) as connection:
        rows = connection.execute(tally.format(CHANGED)).fetchall()
        turns = connection.execute(tally.format(MOVED)).fetchall()
    return Changes(
        old=was.version,
        new=now.version,
        counts=counts(was, now),
        settings=_differing(flatten(was.settings), flatten(now.settings)),
        digests=_differing(structs.asdict(was.digests), structs.asdict(now.digests)),
        rows=rows,
        turns=turns,
    )


def counts(was: Manifest, now: Manifest) -> list[tuple[str, int | None, int | None]]:
    """Return the numbers of both versions side by side: samples, tokens, stages, and the reasons that differ."""
    listed: list[tuple[str, int | None, int | None]] = [
        ("samples" if name == "rows" else name, getattr(was, name), getattr(now, name)) for name in VERSION_COUNTS
    ]
    for view, key, value in (
        ("funnel", "stage", "conversations_kept"),
        ("rejections", "reason", "conversations"),
        ("rejections", "reason", "turns"),
    ):
        both = [{getattr(line, key): getattr(line, value) for line in getattr(one, view)} for one in (was, now)]
        names = list(dict.fromkeys([*both[0], *both[1]]))
        numbers = [(f"{name}: {value.replace('_', ' ')}", both[0].get(name), both[1].get(name)) for name in names]
        listed += [line for line in numbers if view == "funnel" or line[1] != line[2]]
    return listed


def _differing(was: dict[str, Any], now: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return name, old and new value of what differs."""
    names = list(dict.fromkeys([*was, *now]))
    return [
        (name, format_value(was.get(name, ABSENT)), format_value(now.get(name, ABSENT)))
        for name in names
        if was.get(name, ABSENT) != now.get(name, ABSENT)
    ]


def changed_rows(old: Path, new: Path, limit: int) -> list[tuple[str, str, str, str | None]]:
    """Return the first conversations whose fate changed: row_id, was, became, detail."""
    with _connect(old, new) as connection:
        return connection.execute(
            f"SELECT row_id, was, became, detail FROM ({CHANGED}) ORDER BY was, became, row_id LIMIT {limit:d}"
        ).fetchall()

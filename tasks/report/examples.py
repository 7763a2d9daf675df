"""Fetches the conversations that the report shows of each reason and repair, redacted, side by side."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from schemas.enums import Fate
from schemas.reasons import Reason
from schemas.repairs import Repair
from schemas.settings import Privacy
from schemas.tables import Ingested
from tasks.privacy.places import redact_each, redact_sentence
from tasks.report.measurements import JUDGING, STARTS, filled, measurements
from tasks.report.redaction import redact_markup, strictest, whole_words
from tasks.report.side_by_side import Example, ExampleGroup, Turn, before_after, side_by_side
from tasks.store.read_rows import TurnText, converted_and_kept, turns_in
from tasks.store.sql_text import quote

EACH = 10
"""Examples of a word, as many as one pages through."""
SPARE = 4
"""More are chosen than shown, for those that turn out too long."""
LONGEST = 200_000
"""Characters of a conversation that is shown: all of it is redacted, so that no cut hides half a secret."""
HEAD_BYTES = 200
"""Bytes of a broken row that ingest keeps."""

# By chance, but rows whose numbers differ in the last three digits alone come together: a row's texts are read with
# those of the thousands around it, so examples from few places cost a fraction of examples from everywhere.
# The least keys by an aggregate: a window would sort every named row of the version.
# Rows that were joined into one conversation are shown as that.
WHOLE = """
CASE WHEN starts_with(detail, 'joined into ') THEN regexp_extract(detail, '^joined into (.*?)(; |$)', 1) ELSE row_id END
"""
CHOSEN = f"""
CREATE OR REPLACE TEMP TABLE chosen AS
WITH named AS (
    SELECT reason AS word, {WHOLE} AS row_id FROM fates WHERE fate = 'dropped'
    UNION SELECT reason, {WHOLE} FROM rows WHERE fate = 'dropped'
    UNION SELECT unnest(repairs), {WHOLE} FROM fates
),
least AS (
    SELECT word, min(md5(left(row_id, -3)) || md5(row_id) || row_id, {EACH + SPARE}) AS keys FROM named GROUP BY word
)
SELECT word, substr(unnest(keys), 65) AS row_id, unnest(range(len(keys))) AS place FROM least
"""
DUPLICATES = "SELECT row_id, kept_row_id FROM duplicates SEMI JOIN chosen USING (row_id)"
COLUMNS = f"""
SELECT row_id, {", ".join(sorted({*JUDGING, "kept_row_id"}))} FROM deduplicated WHERE row_id IN ({{ids}})
"""
PIECES = """
SELECT row_id, piece.row_id AS piece, piece.first AS first
FROM (SELECT row_id, unnest(pieces) AS piece FROM ingested WHERE row_id IN ({ids})) ORDER BY row_id, first
"""
FATES = "SELECT row_id, turn, fate, reason, detail, repairs FROM fates WHERE row_id IN ({ids})"
REPAIRED = """
SELECT kind, count(*) AS turns, count(DISTINCT row_id) AS conversations, min(row_id) AS example
FROM (SELECT row_id, unnest(repairs) AS kind FROM fates) GROUP BY kind ORDER BY turns DESC, kind
"""

REASONS = {reason.value: reason for reason in Reason}
REPAIRS = {repair.value: repair for repair in Repair}

Record = dict[str, Any]


class Examples(NamedTuple):
    """The examples of every reason that was given, and of every kind of repair that was made."""

    reasons: list[ExampleGroup]
    repairs: list[ExampleGroup]


def query(
    connection: duckdb.DuckDBPyConnection, text: str, parameters: dict[str, object] | None = None
) -> list[Record]:
    """Return a query's rows as dicts."""
    result = connection.execute(text, parameters)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def listed(row_ids: Iterable[str]) -> str:
    """Return ids as an SQL list: a filter by it reaches the scans below a view; a semi join takes 10 times as long."""
    return ", ".join(quote(row_id) for row_id in sorted(row_ids)) or "NULL"


def redacted_turns(texts: dict[str, list[TurnText]], privacy: Privacy) -> dict[str, list[Turn]]:
    """Return the turns of the rows that are short enough to be shown, redacted."""
    short = {row_id: turns for row_id, turns in texts.items() if sum(len(text) for *_, text in turns) <= LONGEST}
    contents = redact_markup([[text for *_, text in turns] for turns in short.values()], privacy)
    words = list(dict.fromkeys(role for turns in short.values() for _, role, _ in turns))
    roles = dict(zip(words, redact_each(words), strict=True))
    return {
        row_id: [Turn(turn, roles[role], text) for (turn, role, _), text in zip(turns, row, strict=True)]
        for (row_id, turns), row in zip(short.items(), contents, strict=True)
    }


class ChosenRows:
    """The chosen conversations as they were and as they are, redacted."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, root: Path, privacy: Privacy) -> None:
        connection.execute(CHOSEN)
        self.chosen: dict[str, list[str]] = {}
        for record in query(connection, "FROM chosen ORDER BY word, place"):
            self.chosen.setdefault(record["word"], []).append(record["row_id"])
        row_ids = {row_id for each in self.chosen.values() for row_id in each}
        kept_instead = {record["kept_row_id"] for record in query(connection, DUPLICATES)}
        ids = listed(row_ids)
        pieces = {one["piece"]: (one["row_id"], one["first"]) for one in query(connection, PIECES.format(ids=ids))}
        raw = turns_in(root, Ingested, row_ids | pieces.keys())
        for piece, (row_id, first) in pieces.items():
            raw[row_id] += [(first + turn, role, text) for turn, role, text in raw.pop(piece)]
        self.raw = redacted_turns(raw, privacy)
        converted, newest = converted_and_kept(root, row_ids | kept_instead)
        self.converted = redacted_turns({name: turns for name, turns in converted.items() if name in row_ids}, privacy)
        self.newest = redacted_turns(newest, privacy)
        self.columns = {record["row_id"]: record for record in query(connection, COLUMNS.format(ids=ids))}
        self.fates: dict[str, dict[int, Record]] = {}
        self.repaired: dict[tuple[str, str], list[int]] = {}
        for record in query(connection, FATES.format(ids=listed(row_ids | pieces.keys()))):
            row_id, first = pieces.get(record["row_id"], (record["row_id"], 0))
            turn = first + record["turn"]
            self.fates.setdefault(row_id, {})[turn] = record
            for kind in record["repairs"]:
                self.repaired.setdefault((row_id, kind), []).append(turn)
        self.broken = self._broken(query(connection, f"FROM broken WHERE row_id IN ({ids})"), privacy)

    def _broken(self, records: list[Record], privacy: Privacy) -> dict[str, Record]:
        heads = redact_markup([[record["head"].replace("\\/", "/")] for record in records], privacy)
        for record, (head,) in zip(records, heads, strict=True):
            record["head"] = whole_words(head, len(record["head"].encode()) >= HEAD_BYTES)
            record["detail"] = redact_sentence(record["detail"] or "")
        return {record["row_id"]: record for record in records}

    def result(self, row_id: str) -> list[Turn]:
        """Return a row's turns as they read now, with what became of each."""
        newest = {turn.turn: turn.text for turn in self.newest.get(row_id, [])}
        fates = self.fates.get(row_id, {})
        return [
            Turn(turn.turn, turn.role, newest.get(turn.turn, turn.text), fate_mark(fates.get(turn.turn)))
            for turn in self.converted.get(row_id, [])
        ]

    def example(self, word: str, row_id: str) -> Example | None:
        """Return one example of a word; None where the conversation is too long to be shown."""
        broken = self.broken.get(row_id)
        if broken:
            notes = filled([("found", broken["detail"]), ("byte", broken["byte_offset"])])
            return before_after(row_id, notes, [Turn(-1, "row", broken["head"])], [], [-1])
        columns, before, after = self.columns.get(row_id, {}), self.raw.get(row_id), self.result(row_id)
        if before is None or len(after) != len(before):
            return None
        kept = columns.get("kept_row_id")
        notes = measurements(word, columns)
        if kept and word in REASONS and REASONS[word].stage == "deduplicated":
            if row_id not in self.newest or kept not in self.newest:
                return None
            return side_by_side(row_id, notes, self.newest[row_id], self.newest[kept])
        fates = self.fates.get(row_id, {})
        focus = self.repaired.get((row_id, word)) or [turn for turn, fate in fates.items() if fate["reason"] == word]
        return before_after(row_id, notes, before, after, sorted(focus), STARTS.get(word, "text"))

    def examples(self, word: str) -> list[Example]:
        """Return the examples of a word."""
        found = (self.example(word, row_id) for row_id in self.chosen.get(word, []))
        return [example for example in found if example][:EACH]


def fate_mark(fate: Record | None) -> str:
    """Return what became of a turn, where it is not simply shown in samples."""
    if fate is None or fate["fate"] == Fate.SAMPLE:
        return str(fate["detail"]) if fate and fate["detail"] else ""
    return f"dropped: {fate['reason']}" if fate["fate"] == Fate.DROPPED else f"merged {fate['detail']}"


def fetch_examples(connection: duckdb.DuckDBPyConnection, root: Path, settings: dict[str, Any]) -> Examples:
    """Return the examples of every reason that was given and of every kind of repair that was made.

    Args:
        connection: all views of the version; its shards need not be there yet.
        root: the data root, whose stages are the version's.
        settings: of privacy, as plain values.
    """
    rows = ChosenRows(connection, root, strictest(settings))
    reasons = [_group(REASONS[record["reason"]], record, rows) for record in query(connection, "FROM rejections")]
    repairs = [_group(REPAIRS[record["kind"]], record, rows) for record in query(connection, REPAIRED)]
    return Examples(reasons, repairs)


def _group(word: Reason | Repair, record: Record, rows: ChosenRows) -> ExampleGroup:
    duplicate = isinstance(word, Reason) and word.stage == "deduplicated"
    return ExampleGroup(
        word=word.value,
        sentence=word.sentence,
        stage=word.stage,
        conversations=record["conversations"],
        turns=record["turns"],
        titles=("dropped copy", "kept in its place") if duplicate else ("source", "result"),
        examples=rows.examples(word.value),
        example=record["example"],
    )

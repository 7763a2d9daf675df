"""Fetches the report's examples from the stages, redacts all of them, and lays them side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import duckdb

from schemas.reasons import Reason
from schemas.repairs import Repair
from schemas.settings import PiiKind, Privacy
from schemas.tables import Converted, Ingested
from tasks.conversations.ragged import offsets_of
from tasks.privacy.redact import redact
from tasks.report.measurements import STARTS, known, measured
from tasks.report.redaction import whole_words, words_of
from tasks.report.side_by_side import Gallery, Sample, Turn, before_after, side_by_side
from tasks.store.catalogue import quote
from tasks.store.read_rows import TurnText, kept_turns_in, turns_in

EACH = 10
"""Examples a word, as many as one pages through."""
SPARE = 4
"""More are chosen than shown, for those that turn out too long."""
LONGEST = 200_000
"""Characters of a conversation that is shown: all of it is redacted, so that no cut hides half a secret."""
HEAD_BYTES = 200
"""Bytes of a broken row that ingest keeps."""
HIDDEN = "(markup not shown: without it, these words are not as they were)"

# By chance, but rows whose numbers differ in the last three digits alone come together: a row's texts are read with
# those of the thousands around it, so examples from few places cost a fraction of examples from everywhere.
# The least keys by an aggregate: a window would sort every named row of the version.
PICKED = f"""
CREATE OR REPLACE TEMP TABLE picked AS
WITH named AS (
    SELECT reason AS word, row_id FROM fates WHERE fate = 'dropped'
    UNION SELECT reason, row_id FROM rows WHERE fate = 'dropped'
    UNION SELECT unnest(repairs), row_id FROM fates
),
least AS (
    SELECT word, min(md5(left(row_id, -3)) || md5(row_id) || row_id, {EACH + SPARE}) AS keys FROM named GROUP BY word
)
SELECT word, substr(unnest(keys), 65) AS row_id, unnest(range(len(keys))) AS place FROM least
"""
TWINS = "SELECT row_id, kept_row_id FROM duplicates SEMI JOIN picked USING (row_id)"
FACTS = """
SELECT * EXCLUDE (turns, turn_signals, turn_languages, code_blocks, repairs, phrases)
FROM deduplicated WHERE row_id IN ({ids})
"""

REASONS = {reason.value: reason for reason in Reason}
REPAIRS = {repair.value: repair for repair in Repair}

Record = dict[str, Any]


def query(connection: duckdb.DuckDBPyConnection, text: str) -> list[Record]:
    """Return a query's rows as dicts."""
    result = connection.execute(text)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def strictest(settings: dict[str, Any]) -> Privacy:
    """Return the run's privacy settings with everything looked for and replaced, whatever the run did."""
    return Privacy(**{**settings, "policy": "redact", "kinds": get_args(PiiKind)})


def clean(conversations: Sequence[list[str]], privacy: Privacy) -> list[list[str]]:
    """Redact texts, those of one conversation together."""
    offsets = offsets_of([len(texts) for texts in conversations]).tolist()
    flat = [text for texts in conversations for text in texts]
    numbers = [place for texts in conversations for place in range(len(texts))]
    content = redact(offsets, numbers, flat, privacy).content
    return [content[start:end] for start, end in pairwise(offsets)]


def clean_markup(conversations: Sequence[list[str]], privacy: Privacy) -> list[list[str]]:
    """Redact texts; where tags or entities hid something, give the words alone, redacted."""
    shown = clean(conversations, privacy)
    words = [[words_of(text) for text in texts] for texts in shown]
    safe = clean(words, privacy)
    return [
        [text if plain == bare else f"{HIDDEN}\n{bare}" for text, plain, bare in zip(*row, strict=True)]
        for row in zip(shown, words, safe, strict=True)
    ]


def listed(row_ids: Iterable[str]) -> str:
    """Write ids out: so they reach the scans below a view's joins and lambdas; a semi join's do not: 10 × slower."""
    return ", ".join(quote(row_id) for row_id in sorted(row_ids)) or "NULL"


def turns_of(said: dict[str, list[TurnText]], privacy: Privacy) -> dict[str, list[Turn]]:
    """Return rows' turns redacted, those alone that are short enough to be shown."""
    short = {row_id: turns for row_id, turns in said.items() if sum(len(text) for *_, text in turns) <= LONGEST}
    texts = clean_markup([[text for *_, text in turns] for turns in short.values()], privacy)
    return {
        row_id: [Turn(turn, role, text) for (turn, role, _), text in zip(turns, row, strict=True)]
        for (row_id, turns), row in zip(short.items(), texts, strict=True)
    }


class Archive:
    """The chosen conversations as they were and as they are, redacted."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, root: Path, privacy: Privacy) -> None:
        connection.execute(PICKED)
        self.picked: dict[str, list[str]] = {}
        for record in query(connection, "FROM picked ORDER BY word, place"):
            self.picked.setdefault(record["word"], []).append(record["row_id"])
        named = {row_id for row_ids in self.picked.values() for row_id in row_ids}
        twins = {record["row_id"]: record["kept_row_id"] for record in query(connection, TWINS)}
        self.ids = listed(named)
        self.raw = turns_of(turns_in(root, Ingested, named), privacy)
        self.converted = turns_of(turns_in(root, Converted, named), privacy)
        self.kept = turns_of(kept_turns_in(root, named | set(twins.values())), privacy)
        self.facts = {record["row_id"]: record for record in query(connection, FACTS.format(ids=self.ids))}
        self.ends: dict[str, dict[int, Record]] = {}
        for record in query(connection, f"FROM fates WHERE row_id IN ({self.ids})"):
            self.ends.setdefault(record["row_id"], {})[record["turn"]] = record
        self.changed: dict[tuple[str, str], list[int]] = {}
        for record in query(connection, f"FROM repairs WHERE row_id IN ({self.ids})"):
            self.changed.setdefault((record["row_id"], record["kind"]), []).append(record["turn"])
        self.broken = self._broken(connection, privacy)

    def _broken(self, connection: duckdb.DuckDBPyConnection, privacy: Privacy) -> dict[str, Record]:
        records = query(connection, f"FROM broken WHERE row_id IN ({self.ids})")
        heads = clean_markup([[record["head"].replace("\\/", "/")] for record in records], privacy)
        for record, (head,) in zip(records, heads, strict=True):
            record["head"] = whole_words(head, len(record["head"].encode()) >= HEAD_BYTES)
        return {record["row_id"]: record for record in records}

    def result(self, row_id: str) -> list[Turn]:
        """Return a row's turns as they read now, with what became of each."""
        newest = {turn.turn: turn.text for turn in self.kept.get(row_id, [])}
        ends = self.ends.get(row_id, {})
        return [
            Turn(turn.turn, turn.role, newest.get(turn.turn, turn.text), mark(ends.get(turn.turn)))
            for turn in self.converted.get(row_id, [])
        ]

    def sample(self, word: str, row_id: str) -> Sample | None:
        """Return one example of a word; null where the conversation is too long to be shown."""
        broken = self.broken.get(row_id)
        if broken:
            said = [("found", broken["detail"]), ("byte", broken["byte_offset"])]
            return before_after(row_id, known(said), [Turn(-1, "row", broken["head"])], [], [-1])
        facts, before, after = self.facts.get(row_id, {}), self.raw.get(row_id), self.result(row_id)
        if before is None or len(after) != len(before):
            return None
        kept = facts.get("kept_row_id")
        if kept and word in REASONS and REASONS[word].stage == "deduplicated":
            return self.twins(word, row_id, kept)
        ends = self.ends.get(row_id, {})
        focus = self.changed.get((row_id, word)) or [turn for turn, end in ends.items() if end["reason"] == word]
        return before_after(row_id, measured(word, facts), before, after, sorted(focus), STARTS.get(word, "text"))

    def twins(self, word: str, row_id: str, kept: str) -> Sample | None:
        """Return a dropped copy beside the conversation kept in its place."""
        if row_id not in self.kept or kept not in self.kept:
            return None
        return side_by_side(row_id, measured(word, self.facts[row_id]), self.kept[row_id], self.kept[kept])

    def samples(self, word: str) -> list[Sample]:
        """Return the examples of a word."""
        found = (self.sample(word, row_id) for row_id in self.picked.get(word, []))
        return [sample for sample in found if sample][:EACH]


def mark(end: Record | None) -> str:
    """Return what became of a turn, where it is not simply shown in samples."""
    if end is None or end["fate"] == "sample":
        return str(end["detail"]) if end and end["detail"] else ""
    return f"dropped: {end['reason']}" if end["fate"] == "dropped" else f"merged {end['detail']}"


Examples = tuple[list[Gallery], list[Gallery]]
"""The examples of the reasons, and of the repairs."""


def examples(connection: duckdb.DuckDBPyConnection, root: Path, settings: dict[str, Any]) -> Examples:
    """Return the examples of every reason that was given, and of every kind of repair that was made.

    Args:
        connection: all views of the version; its shards need not be there yet.
        root: the data root, whose stages are the version's.
        settings: of privacy, as plain values.
    """
    archive = Archive(connection, root, strictest(settings))
    reasons = [_reason(record, archive) for record in query(connection, "FROM rejections")]
    counted = query(
        connection,
        "SELECT kind, count(*) AS turns, count(DISTINCT row_id) AS conversations, min(row_id) AS example "
        "FROM (SELECT row_id, unnest(repairs) AS kind FROM fates) GROUP BY kind ORDER BY turns DESC, kind",
    )
    return reasons, list(_repairs(counted, archive))


def _reason(record: Record, archive: Archive) -> Gallery:
    reason = REASONS[record["reason"]]
    titles = ("source", "result")
    if reason.stage == "deduplicated":
        titles = ("dropped copy", "kept in its place")
    return Gallery(
        word=reason.value,
        sentence=reason.sentence,
        stage=record["stage"],
        conversations=record["conversations"],
        turns=record["turns"],
        titles=titles,
        samples=archive.samples(reason.value),
        example=record["example"],
    )


def _repairs(counted: Iterable[Record], archive: Archive) -> Iterable[Gallery]:
    for record in counted:
        repair = REPAIRS[record["kind"]]
        yield Gallery(
            word=repair.value,
            sentence=repair.sentence,
            stage=repair.stage,
            conversations=record["conversations"],
            turns=record["turns"],
            samples=archive.samples(repair.value),
            example=record["example"],
        )

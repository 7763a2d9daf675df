"""A sample of rows for people to label: as many of each reason as of what was kept, redacted, each with its weight."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import duckdb

from schemas.enums import Fate
from schemas.reasons import Reason
from schemas.tables import Converted
from tasks.report.examples import HEAD_BYTES, Record, listed, query
from tasks.report.redaction import redact_markup, strictest, whole_words
from tasks.store.parts import atomic, write_text
from tasks.store.read_rows import turns_in

MOST = 10_000
"""Characters of a turn that are shown; it is redacted as a whole before it is cut."""
KEPT = "kept"

# By chance, but the same rows every time; the first of every stratum before the second of any.
CHOSEN = """
SELECT row_id, fate, stage, coalesce(reason, '') AS reason, size
FROM (
    SELECT *, count(*) OVER stratum AS size, row_number() OVER (stratum ORDER BY md5(row_id), row_id) AS place
    FROM rows WINDOW stratum AS (PARTITION BY reason)
)
ORDER BY place, reason LIMIT $rows
"""
LANGUAGES = "SELECT row_id, language FROM language_filtered WHERE row_id IN ({ids})"
HEADS = "SELECT row_id, head FROM broken WHERE row_id IN ({ids})"


def choose(connection: duckdb.DuckDBPyConnection, root: Path, rows: int, privacy: dict[str, Any]) -> list[Record]:
    """Return some rows of every fate: row_id, fate, stage, reason, weight, language, dialogue.

    `weight` is how many rows of its fate and reason each stands for.

    Args:
        connection: all views of a version.
        root: the data root, whose stages are the version's.
        rows: how many.
        privacy: the run's settings, as plain values; every kind is replaced whatever they are.
    """
    chosen = query(connection, CHOSEN, {"rows": rows})
    ids = listed(record["row_id"] for record in chosen)
    languages = {one["row_id"]: one["language"] for one in query(connection, LANGUAGES.format(ids=ids))}
    dialogues = _dialogues(
        root, {record["row_id"] for record in chosen}, query(connection, HEADS.format(ids=ids)), privacy
    )
    drawn = [record["reason"] for record in chosen]
    return [
        {
            "row_id": record["row_id"],
            "fate": KEPT if record["fate"] == Fate.SAMPLE else record["fate"],
            "stage": record["stage"],
            "reason": record["reason"],
            "weight": round(record["size"] / drawn.count(record["reason"]), 3),
            "language": languages.get(record["row_id"]) or "",
            "dialogue": dialogues.get(record["row_id"], []),
        }
        for record in sorted(chosen, key=lambda one: str(one["row_id"]))
    ]


def _dialogues(
    root: Path, row_ids: set[str], heads: list[Record], privacy: dict[str, Any]
) -> dict[str, list[dict[str, str]]]:
    """Return the turns of each row after conversion, redacted; of a broken row how it begins."""
    texts = turns_in(root, Converted, row_ids)
    speech = {row_id: [(role, text) for _, role, text in turns] for row_id, turns in texts.items()}
    speech |= {
        one["row_id"]: [("row", whole_words(one["head"], len(one["head"].encode()) >= HEAD_BYTES))] for one in heads
    }
    shown = redact_markup([[text for _, text in turns] for turns in speech.values()], strictest(privacy))
    return {
        row_id: [{"author": role, "text": _cut(text)} for (role, _), text in zip(turns, texts, strict=True)]
        for (row_id, turns), texts in zip(speech.items(), shown, strict=True)
    }


def _cut(text: str) -> str:
    return text if len(text) <= MOST else f"{text[:MOST]}… (+{len(text) - MOST:,} characters)"


def write_label_studio(out: Path, records: Sequence[Record]) -> list[Path]:
    """Write tasks.json and config.xml for Label Studio; what the pipeline decided is in the data, but not shown."""
    tasks, config = out / "tasks.json", out / "config.xml"
    write_text(tasks, json.dumps([{"data": one} for one in records], ensure_ascii=False, indent=1))
    choices = "".join(f"    <Choice value={quoteattr(one.value)} hint={quoteattr(one.sentence)}/>\n" for one in Reason)
    write_text(config, CONFIG.replace("{choices}", choices))
    return [tasks, config]


def write_csv(out: Path, records: Sequence[Record]) -> list[Path]:
    """Write labels.csv, to be filled in, and fates.csv, what the pipeline decided: apart, so that it sways nobody."""
    labels, fates = out / "labels.csv", out / "fates.csv"
    shown = [
        (one["row_id"], "\n\n".join(f"[{turn['author']}] {turn['text']}" for turn in one["dialogue"]), "", "", "")
        for one in records
    ]
    _write(labels, ("row_id", "dialogue", "keep", "reason", "note"), shown)
    columns = ("row_id", "fate", "stage", "reason", "weight", "language")
    _write(fates, columns, [tuple(one[name] for name in columns) for one in records])
    return [labels, fates]


def _write(path: Path, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with atomic(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(names)
        writer.writerows(rows)


CONFIG = """<View>
  <Header value="$row_id"/>
  <Paragraphs name="dialogue" value="$dialogue" layout="dialogue" nameKey="author" textKey="text"/>
  <Choices name="keep" toName="dialogue" choice="single" showInLine="true" required="true">
    <Choice value="keep"/>
    <Choice value="drop"/>
  </Choices>
  <Choices name="reason" toName="dialogue" choice="multiple" visibleWhen="choice-selected" whenTagName="keep"
           whenChoiceValue="drop">
{choices}  </Choices>
  <TextArea name="note" toName="dialogue" placeholder="Why?"/>
</View>
"""

"""Reads rows of a corpus and converts them as stage 02 does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from schemas.settings import Input, Markdown
from schemas.types import MARK, RAW_TURN
from tasks.convert import convert

Row = dict[str, Any]


def read_rows(path: Path) -> list[Row]:
    """Read a JSON array, or JSON lines."""
    text = path.read_text("utf-8")
    found: list[Row] = json.loads(text) if path.suffix == ".json" else [json.loads(x) for x in text.split("\n") if x]
    return found


def table(rows: list[Row]) -> pa.Table:
    """Lay rows out as stage 01 hands them on."""
    turns = [
        [{"turn": at, "role": turn["from"], "content": turn["value"]} for at, turn in enumerate(row["conversations"])]
        for row in rows
    ]
    marks = pa.nulls(len(rows), pa.list_(MARK))
    return pa.table(
        {"row_id": [row["id"] for row in rows], "turns": pa.array(turns, pa.list_(RAW_TURN)), "marks": marks}
    )


def converted(rows: list[Row]) -> list[Row]:
    """Convert rows; turns of answers that break off stand by themselves."""
    found: list[Row] = convert(table(rows), Markdown(), Input(continued_answers="keep")).to_pylist()
    return found

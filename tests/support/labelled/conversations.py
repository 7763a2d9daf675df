"""Reads the labelled conversations and runs the two filters over them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from schemas.settings import Decontamination, Input, Language, Privacy, Quality
from schemas.types import TURN
from tasks.filter_language import filter_language
from tasks.filter_quality import filter_quality

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Labelled:
    """One labelled conversation.

    Args:
        id: its kind and number.
        kind: tongue (plain talk), mixed, short, held, good (a blunt filter would drop it), bad, cut, tag.
        language: the user's, or unknown.
        answer_language: the answers', where they say enough to tell.
        reason: why the conversation goes; None = it stays.
        cut: raw indices of the turns that go though the conversation stays.
        flags: the reasons that only tag.
        note: what it tests.
        turns: role and content of each turn.
    """

    id: str
    kind: str
    language: str
    answer_language: str | None
    reason: str | None
    cut: list[int]
    flags: list[str]
    note: str
    turns: list[dict[str, str]]


@dataclass(frozen=True)
class Judged:
    """What the filters say of one labelled conversation, in the labels' terms."""

    language: str
    answer_language: str
    reason: str | None
    cut: list[int]
    flags: list[str]


def labelled() -> list[Labelled]:
    """Read the labelled conversations."""
    lines = (HERE / "conversations.jsonl").read_text(encoding="utf-8").split("\n")
    return [Labelled(**json.loads(line)) for line in lines if line]


def table(conversations: list[Labelled]) -> pa.Table:
    """Lay conversations out as stage 02 hands them on."""
    plain = {"fate": None, "into_turn": None, "reason": None}
    turns = [[{"turn": at, **turn, **plain} for at, turn in enumerate(row.turns)] for row in conversations]
    return pa.table(
        {
            "row_id": pa.array([row.id for row in conversations]),
            "turns": pa.array(turns, pa.list_(TURN)),
            "unlabelled_eos": pa.nulls(len(conversations), pa.list_(pa.int32())),
            "plugins": pa.nulls(len(conversations), pa.string()),
        }
    )


def judged(rows: pa.Table, quality: Quality = Quality(truncated_answers="drop")) -> list[Judged]:  # noqa: B008  # settings are frozen
    """Run both filters; the language filter keeps all, so that quality sees every row."""
    spoken = filter_language(rows, Language(keep="all")).to_pylist()
    worthy = filter_quality(rows, quality, Privacy(policy="off"), Decontamination(), Input()).to_pylist()
    return [_judged(said, row) for said, row in zip(spoken, worthy, strict=True)]


def _judged(said: dict[str, Any], row: dict[str, Any]) -> Judged:
    gone = [turn["turn"] for turn in row["turns"] or [] if turn["fate"] == "dropped"]
    cut = [] if row["reason"] else gone
    return Judged(said["language"], said["answer_language"], row["reason"], cut, row["flags"])


def precision_recall(pairs: list[tuple[str | None, str | None]]) -> dict[str, tuple[int, int, int]]:
    """Count, per label of (label, verdict) pairs: labelled, told, both."""
    labels, told, both = Counter(), Counter(), Counter()  # type: ignore[var-annotated]  # of str
    for label, verdict in pairs:
        labels[label] += 1
        told[verdict] += 1
        both[label] += label == verdict
    return {str(key): (labels[key], told[key], both[key]) for key in sorted({*labels, *told}, key=str)}

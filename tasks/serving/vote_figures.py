"""What votes of the arena come to: one strength a model, and battles as questions and answers for the judge."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from schemas.counts import Counts
from schemas.serving import VOTES, ArenaStrengths, Verdict
from tasks.judging.statistics import strength_intervals
from tasks.serving.errors import ServingError
from tasks.store.catalogue import build
from tasks.store.parts import write_table

RESAMPLES, CONFIDENCE, SEED = 2_000, 0.95, 0
"""Of the bootstrap over votes."""
CATEGORY = "arena"
Vote = Mapping[str, Any]


def arena_strengths(votes: Sequence[Vote]) -> list[dict[str, Any]]:
    """Return the table arena_strengths, the strongest model first."""
    names = sorted({vote[side] for vote in votes for side in ("model", "against")})
    place = {name: number for number, name in enumerate(names)}
    counted = Counter((vote["model"], vote["against"], _winner(vote)) for vote in votes)
    if not counted:
        return []
    tables = np.zeros((len(counted), len(names), len(names)))
    for number, (model, against, winner) in enumerate(counted):
        for one, other in ((model, against), (against, model)):
            tables[number, place[one], place[other]] = 0.5 if winner is None else float(winner == one)
    found = strength_intervals(tables, RESAMPLES, CONFIDENCE, SEED, np.array([*counted.values()]))
    rows = [
        {
            "model": name,
            "strength": strength.value,
            "low": strength.low,
            "high": strength.high,
            "votes": sum(count for (*both, _), count in counted.items() if name in both),
            "wins": sum(count for (*_, winner), count in counted.items() if winner == name),
            "ties": sum(count for (*both, winner), count in counted.items() if winner is None and name in both),
        }
        for name, strength in zip(names, found, strict=True)
    ]
    return sorted(rows, key=lambda row: (-row["strength"], row["model"]))


def _winner(vote: Vote) -> str | None:
    """Return the model that a vote prefers; None for a tie, and where both were bad."""
    name: str | None = {Verdict.MODEL: vote["model"], Verdict.AGAINST: vote["against"]}.get(vote["verdict"])
    return name


def publish_strengths(root: Path, votes: Sequence[Vote]) -> list[dict[str, Any]]:
    """Write the table arena_strengths and renew the catalogue; return its rows."""
    rows = arena_strengths(votes)
    table = pa.Table.from_pylist(rows, schema=ArenaStrengths.schema())
    write_table(
        root / VOTES / f"{ArenaStrengths.view}.parquet", ArenaStrengths, [(table, Counts())], ArenaStrengths.view
    )
    build(root)
    return rows


def for_judge(votes: Sequence[Vote], folder: Path) -> dict[str, int]:
    """Write battles of one round, whose texts are kept, as questions and answers that `sharegpt answer` reads.

    Args:
        votes: of the arena.
        folder: gets questions.jsonl and a file of answers for each of the two models that met most often.

    Returns:
        How many battles each of the two files holds, by model.

    Raises:
        ServingError: no such battle has its texts.
    """
    known = [vote for vote in votes if vote["pair"] is not None]
    met = Counter(tuple(sorted((vote["model"], vote["against"]))) for vote in known)
    if not met:
        raise ServingError("No vote has its texts: whoever votes must have ticked the box that lets them be kept.")
    pair = met.most_common(1)[0][0]
    chosen = [vote for vote in known if {vote["model"], vote["against"]} == set(pair)]
    lines: dict[str, list[dict[str, Any]]] = {"questions": [], **{name: [] for name in pair}}
    for vote in chosen:
        key = vote["vote_id"]
        question, answer, other = (vote["messages"][0], vote["messages"][1], vote["messages_against"][1])
        lines["questions"].append({"question_id": key, "category": CATEGORY, "text": question["content"]})
        lines[vote["model"]].append({"question_id": key, "text": answer["content"]})
        lines[vote["against"]].append({"question_id": key, "text": other["content"]})
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in lines.items():
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return {name: len(lines[name]) for name in pair}

"""Conversations for the token benchmark: generated ones, and corpora in ShareGPT's form, as rows of stage 06."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa

from benchmarks.blocks import markdown
from benchmarks.conversations import Maker
from schemas.types import TURN

Talk = list[tuple[str, str]]
ROLES = {"human": "user", "user": "user", "gpt": "assistant", "assistant": "assistant"}


def generated(count: int) -> list[Talk]:
    """Return well-formed generated conversations, answers in Markdown."""
    maker = Maker(1, count)
    return alternating(
        [
            [
                ("assistant" if i % 2 else "user", turn if isinstance(turn, str) else markdown(turn))
                for i, turn in enumerate(made.said)
            ]
            for made in (maker.make(number) for number in range(count))
        ]
    )


def corpus(path: Path) -> list[Talk]:
    """Return the conversations of a JSON array, or of the truth file of a raw corpus."""
    text = path.read_text("utf-8")
    rows = [json.loads(line) for line in text.splitlines()] if path.suffix == ".jsonl" else json.loads(text)
    return alternating([[(ROLES.get(t["from"], ""), t["value"]) for t in row["conversations"]] for row in rows])


def alternating(talks: list[Talk]) -> list[Talk]:
    """Keep of each conversation what questions and answers in turn leave, and drop what has no round."""
    kept = []
    for talk in talks:
        turns: Talk = []
        for role, content in talk:
            if content.strip() and role == ("assistant" if len(turns) % 2 else "user"):
                turns.append((role, content))
        turns = turns[: len(turns) // 2 * 2]
        if turns:
            kept.append(turns)
    return kept


def rows(talks: list[Talk]) -> pa.Table:
    """Return living rows as stage 06 reads them."""
    count = len(talks)
    turns = [
        [
            {"turn": i, "role": role, "content": content, "fate": None, "into_turn": None, "reason": None}
            for i, (role, content) in enumerate(talk)
        ]
        for talk in talks
    ]
    names = [f"b:{i}" for i in range(count)]
    same = {"split": "train", "language": "en", "source": "b", "model": ""}
    columns = {name: pa.array([value] * count, pa.string()) for name, value in same.items()}
    columns |= {name: pa.nulls(count, pa.list_(pa.int32())) for name in ("unlabelled", "unlabelled_eos")}
    return pa.table({"row_id": names, "turns": pa.array(turns, pa.list_(TURN)), "sample_prefix": names, **columns})

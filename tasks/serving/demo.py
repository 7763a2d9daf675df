"""What a model learned by heart, and whether it comes back through the server word for word."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds

from tasks.judging.endpoint import parse_endpoint
from tasks.serving.conversation import Conversation
from tasks.serving.errors import ServingError
from tasks.serving.guard import KEY
from tasks.serving.model import Model
from tasks.store.versions import versions_folder
from tasks.training.files import read_json


@dataclass(frozen=True)
class Answered:
    """One question of the training data, and what came back.

    Args:
        question, expected: as trained.
        answer, finish: through OpenAI's client.
    """

    question: str
    expected: str
    answer: str
    finish: str

    @property
    def right(self) -> bool:
        """Whether the answer is the one trained, to the letter, and ended by itself."""
        return self.answer == self.expected and self.finish == "stop"


def learned(root: Path, model: Model, count: int) -> list[list[dict[str, str]]]:
    """Return the messages of the shortest samples that a model was trained on: one round each, exact.

    Args:
        root: the data root.
        model: that was trained in it.
        count: how many.
    """
    version = (read_json(model.folder.parent / "manifest.json") or {})["version"]
    files = [str(path) for path in sorted((versions_folder(root) / version / "train").glob("*.parquet"))]
    if not files:
        raise ServingError(
            f"Version {version}, on which {model.run} was trained, is no longer in {root}: run it again."
        )
    columns = ["sample_id", "messages", "n_tokens", "exact_messages"]
    rows: list[dict[str, Any]] = ds.dataset(files).to_table(columns=columns).to_pylist()
    rounds = ["user", "assistant"]
    short = [row for row in rows if row["exact_messages"] and [one["role"] for one in row["messages"]] == rounds]
    short.sort(key=lambda row: (row["n_tokens"], row["sample_id"]))
    return [[{"role": one["role"], "content": one["content"]} for one in row["messages"]] for row in short[:count]]


def ask(url: str, model: Model, talks: list[list[dict[str, str]]]) -> list[Answered]:
    """Return what a served model answers to the first question of each conversation, greedily."""
    found = []
    for question, expected in talks:
        talk = Conversation(parse_endpoint("demo", f"{url}/v1", model.run), os.environ.get(KEY), temperature=0)
        answer = "".join(talk.ask(question["content"]))
        found.append(Answered(question["content"], expected["content"], answer, talk.counts.finish or ""))
    return found

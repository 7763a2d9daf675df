"""Rows of one question and one answer in fields of their own: Alpaca and its kin."""

from __future__ import annotations

from typing import Any

from tasks.conversations.raw_turn import Turn, read_turn
from tasks.conversations.shapes.shape import Shape, plain

PAIRS = (
    ("instruction", "output"),
    ("instruction", "response"),
    ("prompt", "response"),
    ("question", "answer"),
    ("question", "response"),
)
CONTEXTS = ("input", "context")
"""What an instruction is about, where it stands in a field of its own."""


def _pair(row: Any) -> tuple[str, str] | None:
    """Return the fields of question and answer; None where a row has no such pair."""
    if not isinstance(row, dict):
        return None
    return next((pair for pair in PAIRS if all(isinstance(row.get(key), str) for key in pair)), None)


def _turns(row: dict[str, Any]) -> list[Turn]:
    question, answer = _pair(row) or ("", "")
    asked = [
        row[question],
        *(row[key] for key in CONTEXTS if question == "instruction" and isinstance(row.get(key), str)),
    ]
    before = row.get("history")
    past = (
        [pair for pair in before if isinstance(pair, list) and len(pair) == 2] if isinstance(before, list) else []
    )  # a question and its answer
    turns = [
        read_turn({"role": role, "content": text}) for pair in past for role, text in zip(ROLES, pair, strict=True)
    ]
    return [*turns, Turn("user", "\n\n".join(text for text in asked if text.strip())), Turn("assistant", row[answer])]


ROLES = ("user", "assistant")
ALPACA = Shape(
    "alpaca",
    "Alpaca, Dolly and other files of one question and one answer",
    (*dict.fromkeys(key for pair in PAIRS for key in pair), *CONTEXTS, "history"),
    lambda row: _pair(row) is not None,
    lambda row, _branches: plain(_turns(row)),
    (
        ("instruction, prompt, question", "the question"),
        ("input, context", "behind the instruction, after a blank line"),
        ("output, response, answer", "the answer"),
        ("history", "pairs of question and answer before it"),
        ("system", "the system turn"),
    ),
)

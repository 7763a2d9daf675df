"""Reads question files and answer files, ours or FastChat's: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.errors import SourceError
from schemas.shipped import or_shipped

OTHER = "other"
"""Category of a question that names none."""


@dataclass(frozen=True)
class Question:
    """One question of a set.

    Args:
        question_id: as the file has it, as text.
        category: such as writing or math.
        text: what the user asks.
    """

    question_id: str
    category: str
    text: str


def read_questions(path: Path) -> list[Question]:
    """Return the questions of a file, in its order.

    A line has `question_id`, `category` and `text` (or `turns`, a list of one). Raises SourceError, with the line, for
    what is no question: a set that is judged in part would give figures of another set.
    """
    found: dict[str, Question] = {}
    path = Path(or_shipped(str(path)))
    for number, row in _rows(path):
        where = f"{path}, line {number}"
        text = row.get("text", row.get("turns"))
        if isinstance(text, list):
            if len(text) != 1:
                raise SourceError(f"{where}: {len(text)} turns; the article's prompt judges one: leave one in `turns`.")
            text = text[0]
        text = _text(text)
        if text is None or not text.strip():
            raise SourceError(f"{where}: no question in `text` or `turns`: give it one, or delete the line.")
        key = _question_id(row, where)
        if key in found:
            raise SourceError(f"{where}: question {key} was there before: give each question an id of its own.")
        found[key] = Question(key, str(row.get("category") or OTHER), text)
    if not found:
        raise SourceError(f"{path} holds no question: a line is an object with question_id, category and text.")
    return list(found.values())


def read_answers(path: Path) -> dict[str, str]:
    """Return the answers of a file by question id: FastChat's `text`, or the one turn of its `choices`.

    Raises SourceError, with the line, for what is no answer, and for two different answers to one question.
    """
    found: dict[str, str] = {}
    for number, row in _rows(path):
        where = f"{path}, line {number}"
        text = row.get("text")
        if text is None:
            try:
                text = row["choices"][0]["turns"][0]
            except (KeyError, IndexError, TypeError):
                text = None
        text = _text(text)
        if text is None:
            raise SourceError(f"{where}: no answer in `text` or `choices`: give it one, or delete the line.")
        key = _question_id(row, where)
        if found.setdefault(key, text) != text:
            raise SourceError(f"{where}: a second answer to question {key}: delete the one you do not want.")
    return found


def _question_id(row: dict[str, Any], where: str) -> str:
    key = row.get("question_id")
    if isinstance(key, bool) or not isinstance(key, int | str) or str(key).strip() == "":
        raise SourceError(f"{where}: no `question_id`: a number or a word.")
    return str(key).strip()


def _text(value: Any) -> str | None:
    """Return a text of whole characters; None for what is no text. JSON can hold halves of characters, files cannot."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else None


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of a file with the numbers of their lines. Raises SourceError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise SourceError(f"There is no file {path}: name one with question_id, category and text a line.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path} cannot be read ({error}): it must be a file of JSON lines in UTF-8.") from error
    # Not splitlines: JSON may hold the line ends of other alphabets inside its strings.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise SourceError(f"{path}, line {number}: not JSON ({error}): mend or delete the line.") from error
        if not isinstance(row, dict):
            raise SourceError(f"{path}, line {number}: {type(row).__name__} instead of an object: mend the line.")
        yield number, row

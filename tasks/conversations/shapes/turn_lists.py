"""Rows with a list of turns: ShareGPT, OpenAI, WildChat and LMSYS, lists alone, columns, texts that alternate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from tasks.conversations.raw_turn import ROLE_KEYS, TEXT_KEYS, Turn, read_turn
from tasks.conversations.shapes.shape import Path, Shape, plain

LISTS = {"conversations": "sharegpt", "items": "sharegpt", "messages": "openai", "conversation": "conversation"}
"""Fields that hold the turns, and the shape that they tell; the first that is not empty counts."""


def parsed(value: Any) -> Any:
    """Return what JSON text in a string says; the value itself where it is none."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(value, strict=False)
        except (ValueError, RecursionError):
            return value
    return value


def is_turn(value: Any) -> bool:
    """Whether a value is an object with a role or a text."""
    return isinstance(value, dict) and any(key in value for key in (*ROLE_KEYS, *TEXT_KEYS))


def are_turns(value: Any) -> bool:
    """Whether a value is a list that begins with a turn, or of texts alone."""
    return bool(value) and isinstance(value, list) and (is_turn(value[0]) or _are_texts(value))


def turns_of(value: Any) -> list[Turn] | None:
    """Return the turns that a field holds: a list of them, columns of them, or JSON text; None where it has none."""
    held = _held(value)
    return None if held is None else _read(held)


def _held(value: Any) -> list[Any] | None:
    """Return the list that a field holds as turns, none of them read yet; None where it has none."""
    value = parsed(value)
    if isinstance(value, dict):
        columns = {key: parsed(column) for key, column in value.items()}
        value = _zipped({key: column for key, column in columns.items() if isinstance(column, list)})
    if not isinstance(value, list):
        return None
    return value if not value or are_turns(value) or any(map(is_turn, value)) else None


def _read(value: list[Any]) -> list[Turn]:
    """Return the turns of a list that can be read as such."""
    if _are_texts(value):
        return [Turn(("user", "assistant")[number % 2], text) for number, text in enumerate(value)]
    return [read_turn(parsed(turn)) for turn in value]


def _are_texts(value: list[Any]) -> bool:
    """Whether a list holds a question and an answer, or more, as texts alone."""
    return len(value) > 1 and all(isinstance(text, str) and text.lstrip()[:1] != "{" for text in value)


def _zipped(columns: dict[str, list[Any]]) -> list[dict[str, Any]] | None:
    """Return the turns whose fields stand in columns; None where these have no roles and texts."""
    if not any(key in columns for key in ROLE_KEYS) or not any(key in columns for key in TEXT_KEYS):
        return None
    return [dict(zip(columns, fields, strict=True)) for fields in zip_longest(*columns.values())]


def _named(row: Any, shape: str) -> list[Any] | None:
    """Return the turns of a row, as they stand, under the names of a shape, where these are the first not empty."""
    if not isinstance(row, dict):
        return None
    found = [(name, held) for name in LISTS if row.get(name) is not None and (held := _held(row[name])) is not None]
    first = next(((name, held) for name, held in found if held), found[0] if found else None)
    return first[1] if first is not None and LISTS[first[0]] == shape else None


def _shape(name: str, origin: str, fields: tuple[tuple[str, str], ...]) -> Shape:
    keys = tuple(key for key, shape in LISTS.items() if shape == name)

    def paths(row: Any, _branches: str) -> Iterator[Path]:
        return plain(_read(_named(row, name) or []))

    return Shape(name, origin, keys, lambda row: _named(row, name) is not None, paths, fields)


_TURN_FIELDS = (
    ("from, role, sender", "the turn's role"),
    ("value, content, text", "its text; a list of parts is joined by blank lines; null is empty, a number its text"),
    ("weight 0, train false, loss false", "the answer is context without label (view `unlabelled`)"),
    ("tool_calls, function_call", "a call of a tool: `input.tools`"),
    ("image, image_url, parts of images", "`input.images`"),
    ("reasoning_content, reasoning, thinking", "`input.reasoning`"),
)
ROW_FIELDS = (
    ("id, conversation_id, uuid …", "`conversation_id`; a hash of the content where there is none"),
    ("model", "`model`"),
    ("plugins", "`plugins`"),
    ("system, system_prompt", "the system turn, before the others"),
    ("image, images", "an image in the turn that holds its placeholder, else in the first"),
    ("any other field", "`metadata`, and named in view `inputs`"),
)

SHAREGPT = _shape(
    "sharegpt",
    "ShareGPT dumps and all trainers' files of that kind: conversations, or items",
    (("conversations, items", "the turns; JSON text in a string and a dict of lists are read too"), *_TURN_FIELDS),
)
OPENAI = _shape(
    "openai", "OpenAI's fine-tuning files and chat templates: messages", (("messages", "the turns"), *_TURN_FIELDS)
)
CONVERSATION = _shape(
    "conversation",
    "WildChat, LMSYS-Chat-1M: conversation",
    (("conversation", "the turns"), *_TURN_FIELDS, ("language, redacted, moderation …", "`metadata`")),
)


def _bare(row: Any) -> Any:
    """Return the list that a row is, or UltraChat's list of texts in it."""
    held = row.get("data") if isinstance(row, dict) else row
    return held if isinstance(row, list) or (isinstance(held, list) and _are_texts(held)) else None


LIST = Shape(
    "list",
    "a list of turns without a row around it (list of lists), or of texts that alternate (UltraChat)",
    ("data",),
    lambda row: are_turns(_bare(row)),
    lambda row, _branches: plain(turns_of(_bare(row)) or []),
    (("each element, each of data", "a turn; texts alone are question, answer, question, answer …"), *_TURN_FIELDS),
)

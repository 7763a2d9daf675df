"""One raw turn as any dump writes it: its role, its text, and what its other fields say about it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from schemas.marks import Mark

ROLE_KEYS = ("from", "role", "sender", "author", "speaker")
TEXT_KEYS = ("value", "content", "text", "message")
REASONING_KEYS = ("reasoning_content", "reasoning", "thinking")
CALL_KEYS = ("tool_calls", "function_call")
IMAGE_KEYS = ("image", "images", "image_url", "image_urls")
LABEL_KEYS = ("weight", "train", "loss")
READ_KEYS = frozenset((*ROLE_KEYS, *TEXT_KEYS, *REASONING_KEYS, *CALL_KEYS, *IMAGE_KEYS, *LABEL_KEYS))

TEXT_PARTS = ("text", "input_text", "output_text", "refusal")
IMAGE_PARTS = ("image", "image_url", "input_image", "image_file", "image_asset_pointer")
REASONING_PARTS = ("thinking", "reasoning", "think", "redacted_thinking")
CALL_PARTS = ("tool_use", "tool_call", "function_call", "server_tool_use")
SILENT_PARTS = ("token_budget", "flag", "step-start", "step-finish")
"""What an application notes between the parts; it says nothing."""
RESULT_PARTS = ("tool_result", "function_call_output", "web_search_tool_result")


class Turn(NamedTuple):
    """A raw turn that was understood.

    Args:
        role: the raw word; empty where there is none.
        text: its words, those of several parts joined by blank lines.
        marks: what its other fields say.
        reasoning: what stood in a field of its own.
        parts: how many texts were joined; 0 = it was one.
        unused: names of fields that nothing reads.
    """

    role: str
    text: str
    marks: tuple[Mark, ...] = ()
    reasoning: str | None = None
    parts: int = 0
    unused: tuple[str, ...] = ()


def first_of(fields: dict[str, Any], keys: tuple[str, ...]) -> Any:
    """Return the first value under one of the keys that is not None; None where there is none."""
    return next((fields[key] for key in keys if fields.get(key) is not None), None)


def fields_of(holder: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the object under a key; an empty one where there is none."""
    held = holder.get(key)
    return held if isinstance(held, dict) else {}


def read_turn(turn: Any) -> Turn:
    """Read a turn that some parser has made into Python objects; what is no object has no role."""
    if not isinstance(turn, dict):
        return Turn("", text_of(turn))
    content = Content()
    content.add(first_of(turn, TEXT_KEYS))
    calls = first_of(turn, CALL_KEYS)
    if calls:
        content.marks.append(Mark.TOOL_CALL)
        content.texts.append(text_of(calls))
    if any(turn.get(key) for key in IMAGE_KEYS):
        content.marks.append(Mark.IMAGE)
    if any(key in turn and _is_off(turn[key]) for key in LABEL_KEYS):
        content.marks.append(Mark.UNLABELLED)
    apart = first_of(turn, REASONING_KEYS)
    if apart:
        content.reasoning.append(text_of(apart))
    unused = tuple(key for key in turn if key not in READ_KEYS and turn[key] not in (None, "", [], {}))
    return content.turn(_role(turn), unused)


class Content:
    """Gathers a turn's content: text, or parts of several kinds."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.marks: list[Mark] = []
        self.reasoning: list[str] = []
        self.parts = 0

    def add(self, value: Any) -> None:
        """Add a value: text as it is, None as nothing, a number as its text, parts one by one."""
        if isinstance(value, list):
            before = len(self.texts)
            for part in value:
                self.add_part(part)
            self.parts = len(self.texts) - before
        elif isinstance(value, dict):
            self.add(value["parts"]) if isinstance(value.get("parts"), list) else self.add_part(value)
        elif value is not None:
            self.texts.append(text_of(value))

    def add_part(self, part: Any) -> None:
        """Add one part of a content list."""
        if part is None or isinstance(part, str | int | float):
            self.add(part)
            return
        kind = part.get("type") or part.get("content_type") if isinstance(part, dict) else None
        text = part.get("text") if isinstance(part, dict) else None
        if kind in REASONING_PARTS:
            self.reasoning.append(text_of(first_of(part, ("thinking", "reasoning", "text"))))
        elif kind in CALL_PARTS or kind in RESULT_PARTS:
            self.marks.append(Mark.TOOL_CALL if kind in CALL_PARTS else Mark.TOOL_RESULT)
            self.texts.append(text_of(part))
        elif kind in IMAGE_PARTS:
            self.marks.append(Mark.IMAGE)
        elif text is not None and (kind is None or kind in TEXT_PARTS):
            self.texts.append(text_of(text.get("value") if isinstance(text, dict) else text))
        elif kind in TEXT_PARTS and isinstance(part.get("content"), str):
            self.texts.append(part["content"])
        elif kind not in SILENT_PARTS:
            self.marks.append(Mark.NOT_TEXT)

    def turn(self, role: str, unused: tuple[str, ...] = ()) -> Turn:
        """Return the turn that was gathered."""
        reasoning = "\n\n".join(filter(None, self.reasoning)) or None
        marks = tuple(dict.fromkeys(self.marks))
        texts = [text for text in self.texts if text] if len(self.texts) > 1 else self.texts
        return Turn(role, "\n\n".join(texts), marks, reasoning, self.parts, unused)


def text_of(value: Any) -> str:
    """Return a value as text: None is nothing, what is no text is written as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False, default=str)


def _role(turn: dict[str, Any]) -> str:
    """Return the raw word of a turn's role; of an author who is an object, the role in it."""
    for key in ROLE_KEYS:
        word = turn.get(key)
        if isinstance(word, dict):
            word = word.get("role") or word.get("name")
        if word:
            return text_of(word)
    return ""


def _is_off(value: Any) -> bool:
    """Whether a field says no: 0, false, or one of these as text."""
    return value in (0, False) or (isinstance(value, str) and value.strip().lower() in ("0", "0.0", "false", "no"))

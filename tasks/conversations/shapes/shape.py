"""What a row shape is, and how a row's own fields become a conversation, whatever the shape of its turns."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from schemas.marks import Mark
from schemas.reasons import Reason
from schemas.repairs import Repair
from tasks.conversations.raw_turn import IMAGE_KEYS, Content, Turn, first_of, text_of

ID_KEYS = ("id", "conversation_id", "conversationId", "conversation_hash", "uuid", "chat_id", "message_tree_id")
MODEL_KEYS = ("model", "default_model_slug")
SYSTEM_KEYS = ("system", "system_prompt", "system_message")
PLACEHOLDER = re.compile(r"<(?:image|video)>|<image_\d+>|\[img\]", re.IGNORECASE)
SURROGATE = re.compile("[\ud800-\udfff]")
LONGEST_FIELD = 4_000
"""Characters of JSON beyond which a field is named, but not kept as metadata."""


class RawConversation(NamedTuple):
    """A raw row that was understood.

    Args:
        id: its own; None where it names none.
        model: as the row names it.
        plugins: the row's field as JSON.
        roles: the raw words, one a turn.
        values: the raw texts.
        repairs: REPAIR structs.
        shape: name of its row shape.
        marks: MARK structs: what the turns' other fields say.
        metadata: the row's other fields as JSON.
        unused: names of fields of the row and its turns that become no turn.
    """

    id: str | None
    model: str | None
    plugins: str | None
    roles: list[str]
    values: list[str]
    repairs: list[dict[str, Any]]
    shape: str = "sharegpt"
    marks: list[dict[str, Any]] = []  # noqa: RUF012  # shared, so never to be altered
    metadata: str | None = None
    unused: tuple[str, ...] = ()


class Fault(NamedTuple):
    """A raw row that is no conversation, and why; `keys` are those that were found."""

    reason: Reason
    detail: str
    id: str | None = None
    keys: tuple[str, ...] = ()


Path = tuple[list[Turn], list[dict[str, Any]]]
"""The turns of one conversation of a row, and the repairs that led to them."""


@dataclass(frozen=True)
class Shape:
    """One way in which dumps write conversations.

    Args:
        name: as the view `inputs` shows it.
        origin: where it comes from, for the documentation.
        keys: fields of the row that the turns come from.
        matches: whether a row is of this shape, by its content.
        paths: yields the conversations of a row; several where it has branches and all are wanted.
        fields: what becomes of each field, for the documentation.
    """

    name: str
    origin: str
    keys: tuple[str, ...]
    matches: Callable[[Any], bool]
    paths: Callable[[Any, str], Iterator[Path]]
    fields: tuple[tuple[str, str], ...]

    def read(self, row: Any, branches: str, kind: Repair) -> list[RawConversation]:
        """Return the conversations of a row.

        Args:
            row: what some parser made of it.
            branches: `current` or `all`.
            kind: names the repair of a surrogate.
        """
        fields = row if isinstance(row, dict) else {}
        return [self._conversation(fields, *path, kind) for path in self.paths(row, branches)]

    def _conversation(
        self, row: dict[str, Any], turns: list[Turn], made: list[dict[str, Any]], kind: Repair
    ) -> RawConversation:
        turns, repairs = with_row_fields(row, turns)
        repairs += made
        marks: list[dict[str, Any]] = []
        roles, values = [], []
        for number, turn in enumerate(turns):
            role, bad_role = SURROGATE.subn("\ufffd", turn.role)
            value, bad = SURROGATE.subn("\ufffd", turn.text)
            roles.append(role)
            values.append(value)
            if turn.parts > 1:
                detail = f"{turn.parts} parts of text"
                repairs.append({"turn": number, "kind": Repair.PARTS_JOINED.value, "detail": detail})
            if bad + bad_role:
                detail = f"{bad + bad_role} replaced by U+FFFD"
                repairs.append({"turn": number, "kind": kind.value, "detail": detail})
            marks += [{"turn": number, "mark": mark.value, "text": None} for mark in turn.marks]
            if turn.reasoning:
                text = SURROGATE.sub("\ufffd", turn.reasoning)
                marks.append({"turn": number, "mark": Mark.REASONING.value, "text": text})
        others = self._others(row)
        unused = dict.fromkeys([*others, *(name for turn in turns for name in turn.unused)])
        short = {name: value for name, value in others.items() if len(text_of(value)) <= LONGEST_FIELD}
        return RawConversation(
            name_of(first_of(row, ID_KEYS)),
            as_text(first_of(row, MODEL_KEYS)),
            as_json(row.get("plugins")),
            roles,
            values,
            repairs,
            self.name,
            marks,
            as_json(short) if short else None,
            tuple(unused),
        )

    def _others(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return the row's fields that become neither a turn nor a column."""
        named = {next((key for key in keys if row.get(key) is not None), "") for keys in (ID_KEYS, MODEL_KEYS)}
        used = {*self.keys, *SYSTEM_KEYS, *named, "plugins"}
        return {key: value for key, value in row.items() if key not in used and value not in (None, "", [], {})}


def with_row_fields(row: dict[str, Any], turns: list[Turn]) -> tuple[list[Turn], list[dict[str, Any]]]:
    """Return the turns with what the row's own fields say of them: a system text before, an image in one of them."""
    repairs: list[dict[str, Any]] = []
    if any(row.get(key) for key in IMAGE_KEYS):
        shown = [at for at, turn in enumerate(turns) if PLACEHOLDER.search(turn.text)][:1] or [0]
        turns = [
            turn._replace(marks=(*turn.marks, Mark.IMAGE)) if at in shown else turn for at, turn in enumerate(turns)
        ]
    system = Content()
    system.add(first_of(row, SYSTEM_KEYS))
    text = system.turn("system").text
    if text.strip() and turns and (turns[0].role.strip().lower(), turns[0].text) != ("system", text):
        turns = [Turn("system", text), *turns]
        repairs.append({"turn": 0, "kind": Repair.SYSTEM_FIELD.value, "detail": ""})
    return turns, repairs


def plain(turns: Iterable[Turn]) -> Iterator[Path]:
    """Yield the one path of a row without branches."""
    yield list(turns), []


def name_of(raw: Any) -> str | None:
    """Return the id as text; None where there is none."""
    named = isinstance(raw, str | int) and not isinstance(raw, bool) and raw != ""
    return SURROGATE.sub("\ufffd", str(raw)) if named else None


def as_text(raw: Any) -> str | None:
    """Return a field that should be text as text."""
    return SURROGATE.sub("\ufffd", raw) if isinstance(raw, str) else as_json(raw)


def as_json(raw: Any) -> str | None:
    """Return a field as JSON."""
    if raw is None:
        return None
    return SURROGATE.sub("\ufffd", json.dumps(raw, ensure_ascii=False, separators=(",", ":"), default=str))

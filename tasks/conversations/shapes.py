"""The shapes of raw rows, declared once, and what a row of any of them holds: its turns, or why it has none."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

import msgspec

from schemas.reasons import Reason
from schemas.repairs import Repair


class RawTurn(msgspec.Struct, gc=False):
    """A turn: its role is under the first, its text under the second name of either kind of dump."""

    from_: str | None = msgspec.field(name="from", default=None)
    value: str | None = None
    role: str | None = None
    content: str | None = None


class RawRow(msgspec.Struct, gc=False):
    """A row: what it is called, and its turns under one of three names."""

    id: str | int | None = None
    model: Any = None
    plugins: Any = None
    conversations: list[RawTurn] | None = None
    items: list[RawTurn] | None = None
    messages: list[RawTurn] | None = None


ROW_KEYS = tuple(field.encode_name for field in msgspec.structs.fields(RawRow))
TURN_LISTS = tuple(name for name in ROW_KEYS if name not in ("id", "model", "plugins"))
"""The names under which a row has its turns: every reader of rows, and whoever searches for rows, goes by these."""


class RawConversation(NamedTuple):
    """A raw row that was understood; `id` is None where it names none; `repairs` are REPAIR structs."""

    id: str | None
    model: str | None
    plugins: str | None
    roles: list[str]
    values: list[str]
    repairs: list[dict[str, Any]]


class Fault(NamedTuple):
    """A raw row that is no conversation, and why."""

    reason: Reason
    detail: str
    id: str | None = None


_TYPED = msgspec.json.Decoder(RawRow)
_TYPED_ROWS = msgspec.json.Decoder(list[RawRow])
_SURROGATE = re.compile("[\ud800-\udfff]")
_ID = re.compile(rb'\{\s*"id"\s*:\s*(?:"([^"\\]{1,200})"|(\d{1,40})\b)')
_LONGEST_INT = 4_000  # digits; Python refuses to read 4,300, and no id is that long


def read_row(piece: bytes) -> RawConversation | Fault:
    """Read a row of one of the usual shapes.

    Raises:
        ValueError, RecursionError: it is not UTF-8, or not one of the shapes: ask `read_any_row`.
    """
    return _understand(_TYPED.decode(piece))


def read_rows(array: bytes) -> list[RawConversation]:
    """Read an array of rows that are all conversations of one of the usual shapes.

    Raises:
        ValueError, RecursionError: one of them is not: read them one by one.
    """
    found = [_understand(row) for row in _TYPED_ROWS.decode(array)]
    conversations = [one for one in found if isinstance(one, RawConversation)]
    if len(conversations) < len(found):
        raise ValueError("a row among them is no conversation")
    return conversations


def _understand(row: RawRow) -> RawConversation | Fault:
    """Return what a typed row holds."""
    name = _name(row.id)
    turns = row.conversations or row.items or row.messages
    if not turns:
        if row.conversations is None and row.items is None and row.messages is None:
            return Fault(Reason.NOT_A_CONVERSATION, "no list of turns", name)
        turns = []
    roles = [turn.from_ or turn.role or "" for turn in turns]
    values = [turn.content if turn.value is None else turn.value for turn in turns]
    if "" in roles or None in values:
        number = min(k for k, pair in enumerate(zip(roles, values, strict=True)) if not pair[0] or pair[1] is None)
        what = "value" if roles[number] else "role"
        return Fault(Reason.BAD_TURN, f"turn {number} has no {what}", name)
    return RawConversation(name, _text(row.model), _json(row.plugins), roles, values, [])  # type: ignore[arg-type]  # no null


def read_any_row(piece: bytes) -> RawConversation | Fault:
    """Read a row of any shape and of any bytes, slowly; bad UTF-8 and lone surrogates become U+FFFD and a repair."""
    try:
        text, kind = piece.decode(), Repair.LONE_SURROGATE
    except UnicodeDecodeError:
        # Each bad byte becomes one surrogate, which is counted and replaced with its turn.
        text, kind = piece.decode(errors="surrogateescape"), Repair.BAD_UTF8
    try:
        return read_object(_LENIENT.decode(text), kind)
    except json.JSONDecodeError as error:
        return Fault(Reason.BROKEN_JSON, f"{error.msg} at character {error.pos}", own_id(piece))
    except RecursionError:
        return Fault(Reason.BROKEN_JSON, "nested too deeply", own_id(piece))


def read_object(row: Any, kind: Repair = Repair.LONE_SURROGATE) -> RawConversation | Fault:
    """Read a row that some parser has made into Python objects; `kind` names the repair of a surrogate."""
    if not isinstance(row, dict):
        return Fault(Reason.NOT_A_CONVERSATION, f"the row is {_kind(row)}")
    name = _name(row.get("id"))
    name = name and _SURROGATE.sub("\ufffd", name)
    lists = [row[key] for key in TURN_LISTS if isinstance(row.get(key), list)]
    turns = next((turns for turns in lists if turns), lists[0] if lists else None)
    if turns is None:
        return Fault(Reason.NOT_A_CONVERSATION, "no list of turns", name)
    roles: list[str] = []
    values: list[str] = []
    repairs: list[dict[str, Any]] = []
    for number, turn in enumerate(turns):
        found = _turn(turn)
        if isinstance(found, str):
            return Fault(Reason.BAD_TURN, f"turn {number} {found}", name)
        role, value, parts = found
        if parts:
            repairs.append({"turn": number, "kind": Repair.PARTS_JOINED, "detail": f"{parts} parts of text"})
        role, bad_role = _SURROGATE.subn("\ufffd", role)
        value, bad = _SURROGATE.subn("\ufffd", value)
        if bad + bad_role:
            repairs.append({"turn": number, "kind": kind, "detail": f"{bad + bad_role} replaced by U+FFFD"})
        roles.append(role)
        values.append(value)
    return RawConversation(name, _text(row.get("model")), _json(row.get("plugins")), roles, values, repairs)


def own_id(piece: bytes) -> str | None:
    """Return the id that a broken row begins with, if it does."""
    found = _ID.match(piece)
    return (found[1] or found[2]).decode(errors="replace") if found else None


def _turn(turn: Any) -> tuple[str, str, int] | str:
    """Return a turn's role, value and number of joined parts; or what is wrong with it."""
    if not isinstance(turn, dict):
        return f"is {_kind(turn)}"
    role = turn.get("from") or turn.get("role")
    value = turn.get("value")
    value = turn.get("content") if value is None else value
    if not role or not isinstance(role, str):
        return "has no role"
    if isinstance(value, str):
        return role, value, 0
    if not isinstance(value, list):
        return "has no value" if value is None else f"has a value that is {_kind(value)}"
    parts = [part.get("text") if isinstance(part, dict) else part for part in value]
    texts = [part for part in parts if isinstance(part, str)]
    if not texts or len(texts) < len(parts):
        return "has a value with parts that are not text"
    return role, "\n\n".join(texts), len(texts)


def _name(raw: Any) -> str | None:
    """Return the id as text; None where there is none."""
    return str(raw) if isinstance(raw, str | int) and not isinstance(raw, bool) and raw != "" else None


def _text(raw: Any) -> str | None:
    """Return a field that should be text as text."""
    return _SURROGATE.sub("\ufffd", raw) if isinstance(raw, str) else _json(raw)


def _json(raw: Any) -> str | None:
    """Return a field as JSON."""
    if raw is None:
        return None
    return _SURROGATE.sub("\ufffd", json.dumps(raw, ensure_ascii=False, separators=(",", ":")))


def _kind(raw: Any) -> str:
    """Name a JSON value's type."""
    names = {dict: "an object", list: "a list", str: "text", bool: "a truth value", type(None): "null"}
    return names.get(type(raw), "a number")


def _integer(digits: str) -> int | float:
    """Read an integer of any length."""
    return int(digits) if len(digits) < _LONGEST_INT else float(digits)


_LENIENT = json.JSONDecoder(strict=False, parse_int=_integer)

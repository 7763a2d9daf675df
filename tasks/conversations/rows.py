"""What a raw row holds: its conversations, or why it has none; the usual rows are read by their types, at once."""

from __future__ import annotations

import json
import re
from operator import attrgetter
from typing import Any

import msgspec

from schemas.reasons import Reason
from schemas.repairs import Repair
from tasks.conversations.shapes import SHAPES, Fault, RawConversation
from tasks.conversations.shapes.shape import as_json, name_of
from tasks.conversations.shapes.turn_lists import LISTS, parsed

Found = RawConversation | Fault


class PlainTurn(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """A turn of nothing but role and text."""

    from_: str | None = msgspec.field(name="from", default=None)
    value: str | None = None
    role: str | None = None
    content: str | None = None


PlainRow: Any = msgspec.defstruct(
    "PlainRow",
    [
        ("id", str | int | None, None),
        ("model", Any, None),
        ("plugins", Any, None),
        *((name, list[PlainTurn] | None, None) for name in LISTS),
    ],
    gc=False,
    forbid_unknown_fields=True,
)
"""A row of nothing but its name and such turns. Any other field may change what a turn means; it is read slowly."""

_LISTS = attrgetter(*LISTS)
_NO_REPAIRS: list[dict[str, Any]] = []  # shared, so never to be altered
_PLAIN = msgspec.json.Decoder(PlainRow)
_PLAIN_ROWS = msgspec.json.Decoder(list[PlainRow])
_ANY_ROWS = msgspec.json.Decoder(list[dict[str, Any]])
_ID = re.compile(rb'\{\s*"id"\s*:\s*(?:"([^"\\]{1,200})"|(\d{1,40})\b)')
_LONGEST_INT = 4_000  # digits; Python refuses to read 4,300, and no id is that long
_WRAPPERS = ("chats", "conversations", "data", "rows", "train", "items", "history")
"""Names under which an element may hold several rows."""
_LEVELS = 4  # lists and texts within each other that are looked into


def read_plain_row(piece: bytes) -> RawConversation:
    """Read a row of the usual fields alone.

    Raises:
        ValueError, RecursionError: it is not UTF-8, has other fields, or no turns: ask `read_any_row`.
    """
    return _understood(_PLAIN.decode(piece))


def read_rows(array: bytes, branches: str) -> list[RawConversation]:
    """Read an array of rows that are one conversation each.

    Raises:
        ValueError, RecursionError: one of them is not: read them one by one.
    """
    found: list[Found] = []
    try:
        found = [_understood(row) for row in _PLAIN_ROWS.decode(array)]
    except msgspec.ValidationError:
        for row in _ANY_ROWS.decode(array):
            found += _one(read_object(row, branches))
    conversations = [one for one in found if isinstance(one, RawConversation)]
    if len(conversations) < len(found):
        raise ValueError("a row among them is no conversation")
    return conversations


def _one(found: list[Found]) -> list[Found]:
    """Return what a row holds where it is one conversation. Raise ValueError where it is several."""
    if len(found) != 1:
        raise ValueError("a row among them is several conversations")
    return found


def outline(piece: bytes) -> tuple[str | None, int]:
    """Return the id of a row of the usual fields alone, and how many turns it has.

    Raises:
        ValueError, RecursionError: as `read_plain_row`.
    """
    row = _PLAIN.decode(piece)
    return _name(row), len(_turns(row)[0])


def _understood(row: Any) -> RawConversation:
    """Return what a plain row holds. Raise ValueError where it has no list of turns."""
    turns, shape = _turns(row)
    roles = [turn.from_ or turn.role or "" for turn in turns]
    values = [(turn.content or "") if turn.value is None else turn.value for turn in turns]
    model, plugins = row.model, row.plugins
    return RawConversation(
        _name(row),
        model if model is None or isinstance(model, str) else as_json(model),
        None if plugins is None else as_json(plugins),
        roles,
        values,
        _NO_REPAIRS,
        shape,
    )


def _turns(row: Any) -> tuple[list[PlainTurn], str]:
    """Return the turns of a plain row, and its shape. Raise ValueError where it has no list of turns."""
    if row.conversations:
        return row.conversations, "sharegpt"
    lists = [(held, name) for held, name in zip(_LISTS(row), LISTS.values(), strict=True) if held is not None]
    if not lists:
        raise ValueError("no list of turns")
    return next((one for one in lists if one[0]), lists[0])


def _name(row: Any) -> str | None:
    """Return the id of a plain row as text; None where it has none."""
    return str(row.id) if row.id or row.id == 0 else None


def read_any_row(piece: bytes, branches: str, key: str | None = None) -> list[Found]:
    """Read a row of any shape and of any bytes; bad UTF-8 and lone surrogates become U+FFFD and a repair.

    Args:
        piece: the row's bytes.
        branches: `current` or `all`.
        key: under which it stands in its file, its name where it has none of its own.
    """
    try:
        text, kind = piece.decode(), Repair.LONE_SURROGATE
    except UnicodeDecodeError:
        # Each bad byte becomes one surrogate, which is counted and replaced with its turn.
        text, kind = piece.decode(errors="surrogateescape"), Repair.BAD_UTF8
    try:
        found = read_object(LENIENT.decode(text), branches, kind)
    except json.JSONDecodeError as error:
        found = [Fault(Reason.BROKEN_JSON, f"{error.msg} at character {error.pos}", own_id(piece))]
    except RecursionError:
        found = [Fault(Reason.BROKEN_JSON, "nested too deeply", own_id(piece))]
    return [one._replace(id=one.id or name_of(key)) for one in found] if key else found


def read_object(row: Any, branches: str, kind: Repair = Repair.LONE_SURROGATE, levels: int = _LEVELS) -> list[Found]:
    """Return what a row holds that some parser has made into Python objects: at least one conversation or fault.

    Args:
        row: the row.
        branches: `current` or `all`.
        kind: names the repair of a surrogate.
        levels: how deep rows may stand in lists or texts.
    """
    row = parsed(row)
    first: list[Found] = []
    for shape in SHAPES:
        if shape.matches(row):
            found: list[Found] = [*shape.read(row, branches, kind)]
            if any(isinstance(one, RawConversation) and one.roles for one in found):
                return found
            first = first or found
    inner = _inner(row) if levels else []
    if inner and not first:
        return [one for part in inner for one in read_object(part, branches, kind, levels - 1)]
    if first:
        return first
    return [_no_conversation(row, name_of(row.get("id")) if isinstance(row, dict) else None)]


def _inner(row: Any) -> list[Any]:
    """Return the rows that an element holds: of a list its elements, of a wrapper those of its list of rows."""
    if isinstance(row, list):
        return row if any(isinstance(part, dict | list) for part in row) else []
    if isinstance(row, dict):
        lists = [row[name] for name in _WRAPPERS if isinstance(row.get(name), list) and row[name]]
        return next((held for held in lists if all(isinstance(part, dict) for part in held)), [])
    return []


def _no_conversation(row: Any, name: str | None) -> Fault:
    """Return the fault of a row of no known shape."""
    if isinstance(row, dict):
        return Fault(Reason.NOT_A_CONVERSATION, "no list of turns", name, tuple(row))
    what = "an empty list" if row == [] else kind_of(row)
    return Fault(Reason.NOT_A_CONVERSATION, f"the row is {what}", name)


def own_id(piece: bytes) -> str | None:
    """Return the id that a broken row begins with, if it does."""
    found = _ID.match(piece)
    return (found[1] or found[2]).decode(errors="replace") if found else None


def kind_of(raw: Any) -> str:
    """Name a JSON value's type."""
    names = {dict: "an object", list: "a list", str: "text", bool: "a truth value", type(None): "null"}
    return names.get(type(raw), "a number")


def _integer(digits: str) -> int | float:
    """Read an integer of any length."""
    return int(digits) if len(digits) < _LONGEST_INT else float(digits)


LENIENT = json.JSONDecoder(strict=False, parse_int=_integer)

"""Settings as people read them: one line a field, what is not the default marked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.settings import CONCERNS


@dataclass(frozen=True)
class Setting:
    """One knob of a run: its name, value, whether that is the default, and its sentence."""

    name: str
    value: str
    default: bool
    meaning: str


def flat(settings: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Give every field as `concern.field`."""
    return {f"{concern}.{field}": value for concern, fields in settings.items() for field, value in fields.items()}


def default_of(name: str) -> Any:
    """Give a field's default as a plain value; null for a field that is no longer known."""
    concern, _, field = name.partition(".")
    known = CONCERNS[concern].model_fields if concern in CONCERNS else {}
    return json.loads(json.dumps(known[field].default)) if field in known else None


def shown_value(value: Any) -> str:
    """Write a field's value."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def listed(settings: Mapping[str, Mapping[str, Any]]) -> list[Setting]:
    """Give every knob of a run, in order."""
    found = []
    for name, value in flat(settings).items():
        concern, _, field = name.partition(".")
        known = CONCERNS[concern].model_fields.get(field) if concern in CONCERNS else None
        meaning = (known.description if known else None) or ""
        found.append(Setting(name, shown_value(value), value == default_of(name), meaning))
    return found

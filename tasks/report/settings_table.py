"""Settings as people read them: one line a field, what is not the default marked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.settings import SECTIONS


@dataclass(frozen=True)
class Setting:
    """One setting of a run: its name, value, whether that is the default, and its sentence."""

    name: str
    value: str
    default: bool
    meaning: str


def flat(settings: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return every field as `section.field`."""
    return {f"{section}.{field}": value for section, fields in settings.items() for field, value in fields.items()}


def default_of(name: str) -> Any:
    """Return a field's default as a plain value; null for a field that is no longer known."""
    section, _, field = name.partition(".")
    known = SECTIONS[section].model_fields if section in SECTIONS else {}
    return json.loads(json.dumps(known[field].default)) if field in known else None


def shown_value(value: Any) -> str:
    """Write a field's value."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def listed(settings: Mapping[str, Mapping[str, Any]]) -> list[Setting]:
    """Return every setting of a run, in order."""
    found = []
    for name, value in flat(settings).items():
        section, _, field = name.partition(".")
        known = SECTIONS[section].model_fields.get(field) if section in SECTIONS else None
        meaning = (known.description if known else None) or ""
        found.append(Setting(name, shown_value(value), value == default_of(name), meaning))
    return found

"""Settings as people read them: one line a field, with what is not the default marked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.settings import SECTIONS


@dataclass(frozen=True)
class Setting:
    """One setting of a run: its name, its value, whether that is the default, and what it does."""

    name: str
    value: str
    default: bool
    meaning: str


def flatten(settings: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return every field's value by `section.field`."""
    return {f"{section}.{field}": value for section, fields in settings.items() for field, value in fields.items()}


def format_value(value: Any) -> str:
    """Return a field's value as text: JSON, unless it is text already."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def list_settings(settings: Mapping[str, Mapping[str, Any]]) -> list[Setting]:
    """Return every setting of a run, in order; a field that is no longer known has no meaning and no default."""
    found = []
    for name, value in flatten(settings).items():
        section, _, field = name.partition(".")
        known = SECTIONS[section].model_fields.get(field) if section in SECTIONS else None
        default = json.loads(json.dumps(known.default)) if known else None
        found.append(Setting(name, format_value(value), value == default, (known and known.description) or ""))
    return found

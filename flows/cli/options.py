"""Words of the command line to settings: `--set section.field=value`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from schemas.errors import SettingsError
from schemas.settings import SECTIONS, Settings


def parse_value(text: str) -> Any:
    """Read a value: JSON, else text; a comma makes a list."""
    try:
        return json.loads(text)
    except ValueError:
        return [parse_value(item.strip()) for item in text.split(",")] if "," in text else text


def parse_sets(words: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Read `section.field=value` words. Raises SettingsError for a word that names nothing known."""
    chosen: dict[str, dict[str, Any]] = {}
    for word in words:
        name, equals, value = word.partition("=")
        section, dot, field = name.strip().partition(".")
        if not equals or not dot:
            raise SettingsError(f"--set {word!r} is not of the form section.field=value.")
        if section not in SECTIONS:
            raise SettingsError(f"--set {word!r}: no section {section!r}; known are {', '.join(SECTIONS)}.")
        known = SECTIONS[section].model_fields
        if field not in known:
            raise SettingsError(f"--set {word!r}: {section} has no field {field!r}; it has {', '.join(known)}.")
        chosen.setdefault(section, {})[field] = parse_value(value)
    return chosen


def make_settings(chosen: dict[str, dict[str, Any]]) -> Settings:
    """Return all settings from the chosen fields. Raise SettingsError with field, value and bound."""
    try:
        return Settings.model_validate(chosen)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"][:2])
        raise SettingsError(f"{field} = {first['input']!r}: {first['msg']}.") from error

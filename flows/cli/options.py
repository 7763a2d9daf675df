"""Words of the command line to settings: `--set concern.field=value`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from schemas.errors import SettingsError
from schemas.settings import CONCERNS, Concern


def parse_value(text: str) -> Any:
    """Read a value: JSON, else text; a comma makes a list."""
    try:
        return json.loads(text)
    except ValueError:
        return [parse_value(item.strip()) for item in text.split(",")] if "," in text else text


def parse_sets(words: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Read `concern.field=value` words. Raises SettingsError for a word that names nothing known."""
    chosen: dict[str, dict[str, Any]] = {}
    for word in words:
        name, equals, value = word.partition("=")
        concern, dot, field = name.strip().partition(".")
        if not equals or not dot:
            raise SettingsError(f"--set {word!r} is not of the form concern.field=value.")
        if concern not in CONCERNS:
            raise SettingsError(f"--set {word!r}: no concern {concern!r}; known are {', '.join(CONCERNS)}.")
        known = CONCERNS[concern].model_fields
        if field not in known:
            raise SettingsError(f"--set {word!r}: {concern} has no field {field!r}; it has {', '.join(known)}.")
        chosen.setdefault(concern, {})[field] = parse_value(value)
    return chosen


def make_settings(chosen: dict[str, dict[str, Any]]) -> dict[str, Concern]:
    """Make every concern's settings from the chosen fields. Raises SettingsError with field, value and bound."""
    made: dict[str, Concern] = {}
    for name, kind in CONCERNS.items():
        try:
            made[name] = kind(**chosen.get(name, {}))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in (name, *first["loc"][:1]))
            raise SettingsError(f"{field} = {first['input']!r}: {first['msg']}.") from error
    return made

"""`sharegpt settings`: every setting with its value, where that comes from, its default, bounds and meaning."""

from __future__ import annotations

import json
import textwrap
from typing import Annotated, Any

import typer

from flows.cli import DATA, DataOption
from flows.cli.options import ConfigOption, NoConfigOption, ProfileOption, SetsOption, load_config, parse_sets
from schemas.settings import SECTIONS, Settings
from tasks.runtime.config_file import NAME, check_fields, make_settings, over

BOUNDS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def settings(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Sections or fields; all if none.")
    ] = None,
    data: DataOption = DATA,
    sets: SetsOption = None,
    config: ConfigOption = None,
    no_config: NoConfigOption = False,
    profile: ProfileOption = None,
    schema: Annotated[bool, typer.Option("--schema", help=f"Print the JSON schema of {NAME}, for editors.")] = False,
) -> None:
    """Show the settings that a run would have.

    Example: sharegpt settings tokens
    """
    if schema:
        typer.echo(json.dumps(file_schema(), indent=2, ensure_ascii=False))
        return
    check_words(words or [])
    file, given = load_config(data, config, no_config, profile), parse_sets(sets or [])
    chosen = make_settings(over(given, file.fields))
    for name, section in SECTIONS.items():
        for field in section.model_fields:
            if words and name not in words and f"{name}.{field}" not in words:
                continue
            origin = (
                "--set" if field in given.get(name, {}) else NAME if field in file.fields.get(name, {}) else "default"
            )
            show(chosen, name, field, origin)


def check_words(words: list[str]) -> None:
    """Raise SettingsError for a word that is neither a section nor a field of one."""
    for word in words:
        section, dot, field = word.partition(".")
        check_fields({section: {field: None} if dot else {}}, f"settings {word}")


def show(chosen: Settings, section: str, name: str, origin: str) -> None:
    """Print one setting: its value and origin, then default, bounds and meaning."""
    field = SECTIONS[section].model_fields[name]
    value = shown(getattr(chosen.section(section), name))
    typer.echo(f"{section}.{name} = {value}  ({origin})")
    facts = [f"default {shown(field.default)}"] if origin != "default" else []
    facts += [f"{BOUNDS[key]} {getattr(one, key)}" for one in field.metadata for key in BOUNDS if hasattr(one, key)]
    meaning = f"{field.description} [{', '.join(facts)}]" if facts else str(field.description)
    typer.echo(textwrap.fill(meaning, 80, initial_indent="    ", subsequent_indent="    "))


def shown(value: Any) -> str:
    """Return a value as --set would take it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=list)


def file_schema() -> dict[str, Any]:
    """Return the JSON schema of the configuration file: sources, the sections, and profiles of both."""
    schema = Settings.model_json_schema()
    source = {"description": "Files, folders, globs or URLs.", "type": ["string", "array"], "items": {"type": "string"}}
    body = {"source": source, **schema.pop("properties")}
    profile = {"type": "object", "additionalProperties": False, "properties": body}
    return {
        **schema,
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": NAME,
        "properties": {**body, "profiles": {"type": "object", "additionalProperties": profile}},
    }

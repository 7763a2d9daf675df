"""`sharegpt.toml`: the sources and settings of a project, read from one known place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from schemas.errors import SettingsError
from schemas.settings import SECTIONS, Settings

NAME = "sharegpt.toml"
PRIVATE = {"runner": ("address",), "privacy": ("salt",)}
"""Fields that a file which is shared with others may not hold: an endpoint and a key."""

_SECRET = re.compile(r"[?&#][\w.-]*(token|key|secret|passw|pwd|sig|credential|auth)[\w.-]*=", re.IGNORECASE)
"""The name of a URL's parameter that lets its holder in."""

Fields = dict[str, dict[str, Any]]
"""Chosen values by section and field."""


@dataclass(frozen=True)
class ConfigFile:
    """What a configuration file says.

    Args:
        path: of the file; None where there is none.
        sources: files, folders, globs or URLs; empty where it names none.
        fields: the settings, those of the chosen profile over those outside of profiles.
    """

    path: Path | None = None
    sources: tuple[str, ...] = ()
    fields: Fields = field(default_factory=dict)


def guess(word: str, known: Iterable[str]) -> str:
    """Return a hint at the known word that is most like another one; empty where none is."""
    near = get_close_matches(word, list(known), n=1)
    return f" Did you mean {near[0]}?" if near else ""


def check_fields(fields: Mapping[str, Any], where: str, beside: Sequence[str] = ()) -> Fields:
    """Return settings by section whose names are known. Raise SettingsError with the nearest name.

    Args:
        fields: by section.
        where: they were read.
        beside: names that may stand beside the sections there, for the hint.
    """
    names = (*beside, *SECTIONS)
    checked: Fields = {}
    for section, values in fields.items():
        if section not in SECTIONS:
            raise SettingsError(
                f"{where}: no section {section!r}; known are {', '.join(names)}.{guess(section, names)}"
            )
        if not isinstance(values, dict):
            raise SettingsError(f"{where}: {section} is a section, such as [{section}], and not a value.")
        known = SECTIONS[section].model_fields
        for name in values:
            if name not in known:
                hint = guess(name, known)
                raise SettingsError(f"{where}: {section} has no field {name!r}; it has {', '.join(known)}.{hint}")
        checked[section] = dict(values)
    return checked


def make_settings(chosen: Fields) -> Settings:
    """Return all settings from the chosen fields. Raise SettingsError with field, value and bound."""
    try:
        return Settings.model_validate(chosen)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"][:2])
        message = first["msg"].removeprefix("Value error, ").rstrip(".")
        raise SettingsError(f"{name} = {first['input']!r}: {message}.") from error


def over(upper: Fields, lower: Fields) -> Fields:
    """Return the fields of both, those of `upper` where both name one."""
    return {name: lower.get(name, {}) | upper.get(name, {}) for name in {**lower, **upper}}


def find_config(data: Path, given: str | None) -> Path | None:
    """Return the configuration file of a data root; None where there is none.

    Args:
        data: the data root; the file lies beside it, in its parent folder.
        given: the file that was named instead; empty = none at all.

    Raises:
        SettingsError: the named file does not exist.
    """
    if given is not None:
        if given and not Path(given).is_file():
            why = "is no file" if Path(given).exists() else "does not exist"
            raise SettingsError(f"The configuration file {given} {why}: check --config, or leave it out.")
        return Path(given).resolve() if given else None
    path = data.absolute().parent / NAME
    return path if path.is_file() else None


def read_config(path: Path | None, profile: str | None = None) -> ConfigFile:
    """Read a configuration file, one profile of it laid over the rest.

    Raises:
        SettingsError: it is no TOML, names what is not known or not allowed, or has no such profile.
    """
    if path is None:
        if profile is not None:
            raise SettingsError(
                f"There is no {NAME} beside the data root, so no profile {profile!r}: name one by --config."
            )
        return ConfigFile()
    try:
        held = tomllib.loads(path.read_text(encoding="utf-8-sig"))  # some editors begin a file with a mark
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise SettingsError(f"{path} is not valid TOML ({why}): correct it, or run with --no-config.") from error
    profiles = held.pop("profiles", {})
    if not isinstance(profiles, dict) or not all(isinstance(one, dict) for one in profiles.values()):
        raise SettingsError(f"{path}: a profile is a table of settings: write [profiles.NAME] above its lines.")
    if profile is not None and profile not in profiles:
        there = ", ".join(profiles) or "none"
        raise SettingsError(f"{path} has no profile {profile!r}; there are: {there}.{guess(profile, profiles)}")
    for name, one in profiles.items():
        settings = {section: values for section, values in one.items() if section != "source"}
        _check_private(path, check_fields(settings, f"{path}, profile {name}", ["source"]))
        _sources(path, one.get("source", ()))
    chosen = dict(profiles[profile]) if profile is not None else {}
    sources = _sources(path, chosen.pop("source", held.pop("source", ())))
    held.pop("source", None)
    fields = over(
        check_fields(chosen, f"{path}, profile {profile}", ["source"]),
        check_fields(held, str(path), ["source", "profiles"]),
    )
    _check_private(path, fields)
    try:
        make_settings(fields)
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}") from error
    return ConfigFile(path, sources, fields)


def _check_private(path: Path, fields: Fields) -> None:
    """Raise SettingsError where a file holds what one that is shared with others may not."""
    for section, names in PRIVATE.items():
        for name in names:
            if name in fields.get(section, {}):
                raise SettingsError(f"{path} may not hold {section}.{name}: give it by --set {section}.{name}=… or -p.")


def _sources(path: Path, given: Any) -> tuple[str, ...]:
    """Return the sources that a file names. Raise SettingsError where they are no texts, or hold a password."""
    sources = (given,) if isinstance(given, str) else tuple(given) if isinstance(given, list | tuple) else (given,)
    for source in sources:
        if not isinstance(source, str):
            raise SettingsError(f"{path}: source is a text or a list of texts, not {source!r}.")
        if "://" in source and "@" in source.split("://", 1)[1].split("/", 1)[0]:
            raise SettingsError(f"{path} may not hold a password: credentials come from the environment.")
        if "://" in source and _SECRET.search(source):
            raise SettingsError(f"{path} may not hold a token or a signature: give such a URL on the command line.")
    return sources

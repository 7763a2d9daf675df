"""Options that commands share, and their words to settings: over those of the configuration file."""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli import say
from flows.cli.messages import LogFormat, ReaderLeft, voice
from schemas.errors import PipelineError, SettingsError
from schemas.settings.tokens import MOST_MINUTES, MOST_WORKERS
from tasks.runtime.config_file import NAME, ConfigFile, Fields, check_fields, find_config, read_config
from tasks.store.sql_text import printable

SetsOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="SECTION.FIELD=VALUE", help="Any setting; may be repeated.")
]
SourceArgument = Annotated[
    list[str] | None,
    typer.Argument(help="Files, folders, globs or URLs; of the configuration file, or data/raw, if none."),
]
TokenizerOption = Annotated[
    str | None, typer.Option(help="tokenizer.json, SentencePiece .model, or hub id.", show_default="mistral-v1")
]
ContextOption = Annotated[int | None, typer.Option(help="Most tokens of a sample.", show_default="2048")]
WorkersOption = Annotated[
    int | None, typer.Option(min=1, max=MOST_WORKERS, help="Processes; one per core if not given.")
]
KeepServerOption = Annotated[
    int | None,
    typer.Option(
        "--keep-server",
        metavar="MINUTES",
        min=0,
        max=MOST_MINUTES,
        help="Leave Prefect's server for later runs, until none came for so long.",
        show_default="0",
    ),
]
ConfigOption = Annotated[
    str | None, typer.Option("--config", help=f"The configuration file; {NAME} beside the data root if not given.")
]
NoConfigOption = Annotated[bool, typer.Option("--no-config", help="Read no configuration file.")]
AcceptOption = Annotated[
    bool,
    typer.Option(
        "--accept", help="Publish a result that keeps far fewer rows than the current version of this source."
    ),
]
VOICE: dict[str, tuple[Any, Any]] = {
    "quiet": (
        Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing on stderr but what ended the command.")],
        False,
    ),
    "log_format": (
        Annotated[
            LogFormat, typer.Option("--log-format", help="How stderr is written: sentences, or a JSON object a line.")
        ],
        LogFormat.TEXT,
    ),
}
"""Options of every command, with their defaults."""
ProfileOption = Annotated[str | None, typer.Option("--profile", help="A profile of the configuration file.")]


def with_voice(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command that has the options --quiet and --log-format as well."""

    @functools.wraps(command)
    def wrapper(*words: Any, quiet: bool = False, log_format: LogFormat = LogFormat.TEXT, **options: Any) -> None:
        voice.choose(quiet, log_format)
        try:
            command(*words, **options)
        except BrokenPipeError as error:
            raise ReaderLeft from error

    signature = inspect.signature(command, eval_str=True)
    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (kind, default) in VOICE.items()
    ]
    wrapper.__annotations__ = command.__annotations__ | {name: kind for name, (kind, _) in VOICE.items()}
    wrapper.__signature__ = signature.replace(parameters=[*signature.parameters.values(), *more])  # type: ignore[attr-defined]
    return wrapper


def parse_name(text: str) -> str:
    """Return a name of the command line. Raise PipelineError where it has bytes that are no characters."""
    if printable(text) != text:
        raise PipelineError(f"{printable(text)} is not UTF-8, as every id is: copy it from a view or the report.")
    return text


def parse_value(text: str) -> Any:
    """Return a value: of JSON, else the text; a comma makes a list."""
    try:
        return json.loads(text)
    except ValueError:
        return [parse_value(item.strip()) for item in text.split(",")] if "," in text else text


def parse_sets(words: Sequence[str]) -> Fields:
    """Return the fields that `section.field=value` words choose. Raise SettingsError for a word that names none."""
    chosen: Fields = {}
    for word in words:
        name, equals, value = word.partition("=")
        section, dot, field = name.strip().partition(".")
        if not equals or not dot:
            raise SettingsError(f"--set {word!r} is not of the form section.field=value.")
        check_fields({section: {field: None}}, f"--set {word!r}")
        held = chosen.setdefault(section, {})
        new = parse_value(value)
        if held.setdefault(field, new) is not new and held[field] != new:
            raise SettingsError(f"--set {section}.{field} is given twice, as {held[field]} and {value}: leave one out.")
    return chosen


def load_config(data: Path, given: str | None, without: bool, profile: str | None) -> ConfigFile:
    """Return the configuration of a command, and say on stderr which file it is of.

    Raises:
        SettingsError: the file is not there or not right, or it was both named and refused.
    """
    if given == "" or profile == "":
        raise SettingsError(f"--{'config' if given == '' else 'profile'} is empty: leave it out, or name one.")
    if without and (given or profile):
        raise SettingsError("--no-config and --config or --profile exclude each other.")
    found = read_config(find_config(data, "" if without else given), profile)
    if found.path:
        say(f"configuration: {found.path}{f', profile {profile}' if profile else ''}")
    return found

"""What `sharegpt answer` and `sharegpt judge` share: an option, settings of one section, a line that counts."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import ValidationError

from flows.cli.messages import say, voice
from flows.cli.options import parse_value
from schemas.errors import SettingsError
from schemas.settings.section import Section

QuestionsOption = Annotated[Path, typer.Option("--questions", help="The questions: FastChat's JSON lines.")]
Kind = TypeVar("Kind", bound=Section)
STEP = 0.2
"""Seconds between two updates of the line in a terminal."""


def make_section(name: str, kind: type[Kind], words: Sequence[str], **given: object) -> Kind:
    """Return one section of settings from `--set name.field=value` words, and fields that have options of their own.

    Raises SettingsError for what is unknown, said twice or out of bounds.
    """
    chosen: dict[str, object] = {}
    for word in words:
        path, equals, value = word.partition("=")
        section, _, field = path.strip().partition(".")
        if not equals or section != name or field not in kind.model_fields:
            raise SettingsError(f"--set {word!r}: known are {name}.FIELD=VALUE with {', '.join(kind.model_fields)}.")
        chosen[field] = parse_value(value)
    for option, wanted in given.items():
        if wanted is not None and chosen.setdefault(option, wanted) != wanted:
            raise SettingsError(f"--{option} {wanted} and --set {name}.{option}={chosen[option]} disagree.")
    try:
        return kind(**chosen)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else ""
        raise SettingsError(f"{name}.{field} = {first['input']!r}: {first['msg']}.") from error


class Counter:
    """A line on stderr that says how many are done: renewed in a terminal, else written once at the end."""

    def __init__(self) -> None:
        self.line, self.drawn, self.live = "", 0.0, sys.stderr.isatty() and voice.plain
        self.counts: dict[str, Any] = {}

    def __enter__(self) -> Counter:
        return self

    def __exit__(self, *_: object) -> None:
        if self.line:
            if self.live:
                print("\r", end="", file=sys.stderr)
            say(self.line, **self.counts)

    def progress(self, name: str, done: int, whole: int) -> None:
        """Take in that so many are done."""
        self.line, self.counts = f"{name}: {done:,} of {whole:,}", {"step": name, "done": done, "of": whole}
        if self.live and time.monotonic() - self.drawn > STEP:
            print(f"\r{self.line}", end="", file=sys.stderr, flush=True)
            self.drawn = time.monotonic()

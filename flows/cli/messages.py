"""What the command line says on stderr: sentences for a person, or JSON lines for a log."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from tasks.privacy.visible import visible


class ReaderLeft(Exception):  # noqa: N818  # no failure
    """The reader of our output left (`| head`), which is none; typer would make exit code 1 of the OSError."""


class LogFormat(StrEnum):
    """How messages are written."""

    TEXT = "text"
    JSON = "json"


def asked_form(words: Sequence[str]) -> LogFormat:
    """Return how messages are to be written, of words that may hold mistakes."""
    asked = " ".join(words).replace("=", " ")
    return LogFormat.JSON if "--log-format json" in asked else LogFormat.TEXT


class Voice:
    """How this process speaks: at all, and as what."""

    quiet = False
    form = LogFormat.TEXT

    def choose(self, quiet: bool, form: LogFormat) -> None:
        """Choose for the rest of this command: `quiet` leaves errors alone."""
        self.quiet, self.form = quiet, form
        if not self.plain:
            os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")  # the hub's client draws on stderr by itself

    @property
    def plain(self) -> bool:
        """Whether stderr is for a person's eyes: where it is a terminal, displays may be drawn there."""
        return not self.quiet and self.form is LogFormat.TEXT

    def write(self, level: str, message: str, fields: dict[str, Any]) -> None:
        """Write one message to stderr, a line of JSON where that is asked for."""
        if self.form is LogFormat.JSON:
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            line = {"time": now, "level": level, "message": message} | fields
            message = json.dumps(line, ensure_ascii=False)
        print(visible(message), file=sys.stderr, flush=True)


voice = Voice()


class InVoice(logging.Handler):
    """Says what the pipeline logs in this process as the command says its own."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say one warning; nothing where quiet was asked for."""
        if not voice.quiet:
            voice.write(record.levelname.lower(), record.getMessage(), {})


def say(message: str, **fields: Any) -> None:
    """Say a sentence to the person, not to the pipe; nothing where quiet was asked for.

    Args:
        message: the sentence.
        fields: what it says, by name, for a log in JSON.
    """
    if not voice.quiet:
        voice.write("info", message, fields)


def complain(message: str, code: int) -> None:
    """Say what ended the command, however quiet, and the exit code."""
    prefix = "" if voice.form is LogFormat.JSON else "sharegpt: "
    voice.write("error", prefix + message, {"exit_code": code})

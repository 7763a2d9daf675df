"""The command `sharegpt`: one file per command, one sentence per failure."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.stop import Stopped, listen
from schemas.errors import PipelineError
from tasks.privacy.visible import visible
from tasks.runtime.workers import YOUNG

app = typer.Typer(
    help="Raw ShareGPT conversations in, token shards with loss masks out, and SQL over every stage.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def data_folder(given: str | Path) -> Path:
    """Return the folder of a data root; of a URL, the local one that stands for it."""
    if "://" not in str(given):
        return Path(given)
    from tasks.runtime.remote_root import local_root

    return local_root(given)


DataOption = Annotated[
    Path,
    typer.Option("--data", envvar="SHAREGPT_DATA", help="The data root: a folder, or s3://…", parser=data_folder),
]
VersionOption = Annotated[
    str, typer.Option("--version", help="A version, how its name begins, or current.", show_default=True)
]
DATA = Path("data")


def say(message: str) -> None:
    """Write a line for the person, not for the pipe: to stderr, its controls shown."""
    print(visible(message), file=sys.stderr)


def main() -> None:
    """Run the command line: exit 0, or 1 with one sentence, or 130 on Ctrl-C, 143 on SIGTERM."""
    listen()
    gc.set_threshold(YOUNG)
    try:
        importlib.import_module("flows.cli.commands")  # registers the commands, which import this module
        app(standalone_mode=True)
    except PipelineError as error:
        from tasks.privacy.places import redact_sentence

        say(f"sharegpt: {redact_sentence(str(error))}")
        sys.exit(1)
    except Stopped as stop:
        say(f"sharegpt: {stop}")
        # Not sys.exit: Prefect's threads would first try to reach the server that is gone. Nor is stdout flushed: a
        # thread that still writes to it holds it.
        os._exit(stop.code)
    except BrokenPipeError:
        # The reader of our output left (`| head`): not a failure. Keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)

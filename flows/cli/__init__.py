"""The command `sharegpt`: one file per command, one sentence per failure."""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import io
import logging
import os
import stat
import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from flows.cli.leaving import Leaving
from flows.cli.messages import InVoice, ReaderLeft, asked_form, complain, say, voice
from flows.cli.stop import ServerLostError, Stopped, listen
from schemas.errors import PipelineError
from tasks.runtime.workers import YOUNG

__all__ = ["DATA", "DataOption", "VersionOption", "app", "main", "say"]

app = typer.Typer(
    invoke_without_command=True,
    pretty_exceptions_enable=False,
)


def data_folder(given: str | Path) -> Path:
    """Return the folder of a data root; of a URL, the local one that stands for it."""
    if not str(given):
        raise PipelineError("--data is empty: it names a folder, the data root, which is made if need be.")
    if "://" not in str(given):
        path, means = Path(given), "--data names a folder, the data root, which is made if need be"
        try:
            if not stat.S_ISDIR(path.stat().st_mode):
                raise PipelineError(f"{given} is {'a file' if path.is_file() else 'no folder'}: {means}.")
        except FileNotFoundError as error:
            if path.is_symlink():
                raise PipelineError(f"{given} is a link to nowhere: {means}.") from error
        except OSError as error:
            raise PipelineError(f"{given} cannot be the data root ({error.strerror}): {means}.") from error
        return path
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


@app.callback()
def top(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the product's version.")] = False,
) -> None:
    """Raw ShareGPT conversations in, token shards with loss masks out, and SQL over every stage."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"sharegpt-clean {installed('sharegpt-clean')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main() -> None:
    """Run the command line in a process of its own, and leave that as soon as all is done."""
    leaving = Leaving()
    try:
        command_line()
    except SystemExit as exit_:
        code = exit_.code
        leaving.code = code if isinstance(code, int) else 0 if code is None else None
        raise


def command_line() -> None:
    """Run the command that this process was called with.

    It exits with 0; 1 and a sentence; 2 where the words are none of a command's; 130 on Ctrl-C, 143 on SIGTERM.
    """
    ready_streams()
    listen()
    gc.set_threshold(YOUNG)
    voice.choose(quiet=False, form=asked_form(sys.argv))  # also for words that no command takes
    logging.getLogger("sharegpt").handlers = [InVoice()]
    try:
        registry = importlib.import_module("flows.cli.registry")  # which imports this module
        registry.register(registry.wanted(sys.argv[1:]))
        sys.exit(app(standalone_mode=False))
    except PipelineError as error:
        complain(public(str(error)), 1)
        if isinstance(error, ServerLostError):
            os._exit(1)  # as below
        sys.exit(1)
    except TyperException as error:
        complain(public(wrong_words(error)), error.exit_code)
        sys.exit(error.exit_code)
    except typer.Abort:
        complain("not done.", 1)
        sys.exit(1)
    except Stopped as stop:
        complain(str(stop), stop.code)
        # Not sys.exit: Prefect's threads would first try to reach the server that is gone. Nor is stdout flushed: a
        # thread that still writes to it holds it.
        os._exit(stop.code)
    except (BrokenPipeError, ReaderLeft):
        forget_output()
        sys.exit(0)
    except OSError as error:
        if error.filename is None:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO):
                raise
            complain(f"The output cannot be written ({error.strerror}): free some space, or write it elsewhere.", 1)
            forget_output()
            sys.exit(1)
        complain(public(f"{error.filename} cannot be used ({error.strerror}): give another path, or mend that."), 1)
        sys.exit(1)


def ready_streams() -> None:
    """Make the standard streams fit for any text.

    What the shell has closed (`<&-`, `>&-`, `2>&-`) is opened on the null device, lest a file takes its number. What
    a stream's charset lacks (LC_ALL=C, names that are not UTF-8) is written as an escape.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  # as long as the process
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors in ("strict", "surrogateescape"):
            stream.reconfigure(errors="backslashreplace")


def forget_output() -> None:
    """Keep Python from complaining at exit that what is left of stdout cannot be written."""
    with contextlib.suppress(OSError, io.UnsupportedOperation):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def public(sentence: str) -> str:
    """Return a sentence for the terminal without anything personal or secret; what redacts is loaded for it alone."""
    from tasks.privacy.places import redact_sentence

    return redact_sentence(sentence)


def wrong_words(error: TyperException) -> str:
    """Return one sentence for words that are none of a command's, and where to look them up."""
    sentence = " ".join(error.format_message().split()).rstrip(".").replace("Value error, ", "")
    sentence = sentence.replace("Input should be", "it should be").partition(", unable to parse")[0]
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "sharegpt"
    return f"{sentence}{'' if sentence.endswith('?') else '.'} `{command} --help` shows what there is."

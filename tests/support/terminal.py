"""`sharegpt` as a shell would call it, in this process: seconds less a call than a process of its own."""

import contextlib
import gc
import io
import os
import signal
import sys
from typing import NamedTuple

import pytest

from flows.cli import command_line
from tests.support.prefect_shell import HOME


class Finished(NamedTuple):
    """What a command left: its exit code, stdout and stderr."""

    returncode: int
    stdout: str
    stderr: str


def sharegpt(*words: object, **environment: str) -> Finished:
    """Run a command of ours from the project's root, with its exit code and its sentences.

    Args:
        words: of the command line, after `sharegpt`.
        environment: variables to set for it.
    """
    out, err, code = io.StringIO(), io.StringIO(), 0
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    threshold = gc.get_threshold()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        for name in os.environ:
            if name.startswith("SHAREGPT_"):
                patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.chdir(HOME)
        patch.setattr(sys, "argv", ["sharegpt", *map(str, words)])
        try:
            command_line()
        except SystemExit as exit_:
            code = exit_.code if isinstance(exit_.code, int) else 0 if exit_.code is None else 1
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
            gc.set_threshold(*threshold)
    return Finished(code, out.getvalue(), err.getvalue())

"""The end of a command's process: at once, with what it wrote and with its exit code."""

import atexit
import logging
import os
import subprocess
import sys

import pytest

from flows.cli.leaving import Leaving

PROGRAM = """
import atexit, sys, threading, time
from flows.cli.leaving import Leaving
leaving = Leaving()
atexit.register(print, "exit handler", end="")
class Kept:
    def __del__(self): print("taken apart")
kept = Kept()
threading.Thread(target=lambda: (time.sleep(0.05), print("thread"))).start()
leaving.code = CODE
print("command")
"""


@pytest.mark.parametrize(("code", "left"), [(3, ""), (None, "taken apart\n")])
def test_threads_and_exit_handlers_come_first(code, left):
    """The process leaves with the command's code behind them, nothing lost; without a code Python ends as it would."""
    program = PROGRAM.replace("CODE", str(code))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (code or 0, f"command\nthread\nexit handler{left}")


def test_what_cannot_be_written_is_left_to_python(monkeypatch, tmp_path):
    """A full disk must not end in success."""
    monkeypatch.setattr(logging, "shutdown", lambda: None)  # the handlers are those of the other tests too
    monkeypatch.setattr(os, "_exit", lambda code: pytest.fail(f"left with {code}"))
    closed = (tmp_path / "out").open("w")
    closed.close()
    monkeypatch.setattr(sys, "stdout", closed)
    leaving = Leaving()
    atexit.unregister(leaving)
    leaving.code = 0
    leaving()

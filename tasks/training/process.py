"""The training process as a child: started, listened to, told to stop, never left behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

POLL = 0.2
WORKER = "tasks.training.worker"

Notify = Callable[[dict[str, Any]], None]


def command(job: Path, devices: int) -> list[str]:
    """Return what starts a job: the worker itself, or torchrun with one a device."""
    if devices == 1:
        return [sys.executable, "-m", WORKER, str(job)]
    torchrun = ["tasks.training.torchrun", "--standalone", "--max-restarts=0", f"--nproc-per-node={devices}"]
    return [sys.executable, "-m", *torchrun, "-m", WORKER, str(job)]


def evaluation_command(job: Path) -> list[str]:
    """Return what scores samples with finished models."""
    return [sys.executable, "-m", "tasks.training.evaluate", str(job)]


def environment() -> dict[str, str]:
    """Return the environment of a training process: modules that lie in the working folder are not imported."""
    return os.environ | {"PYTHONSAFEPATH": "1"}


class Tail:
    """Reads the lines that are added to a file, whole ones only."""

    def __init__(self, path: Path) -> None:
        self.path, self.at = path, 0

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield the lines that came since the last call."""
        try:
            with self.path.open("rb") as handle:
                handle.seek(self.at)
                data = handle.read()
        except FileNotFoundError:
            return
        whole = data[: data.rfind(b"\n") + 1]
        self.at += len(whole)
        for line in whole.splitlines():
            yield json.loads(line)


class Asked:
    """Whether somebody asked the run to stop, and by which signal."""

    def __init__(self) -> None:
        self.by: int | None = None
        self.child: subprocess.Popen[bytes] | None = None

    def stop(self, number: int, _frame: FrameType | None = None) -> None:
        """Hand the wish on as SIGTERM, at which the worker saves and ends."""
        self.by = self.by or number
        if self.child is not None and self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)


@contextlib.contextmanager
def asked_to_stop() -> Iterator[Asked]:
    """Catch SIGINT and SIGTERM of this process while a child trains; outside the main thread nothing is caught."""
    asked = Asked()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    # What is ignored, as SIGINT in a script's background, stays ignored.
    heard = [number for number in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, asked.stop) for number in heard}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run_child(
    words: list[str], log: Path, console: Path, notify: Notify, each_poll: Callable[[], None]
) -> tuple[int, int | None]:
    """Run a training process to its end.

    Args:
        words: the command.
        log: file that it adds lines to.
        console: file for what it prints.
        notify: is given every line.
        each_poll: is called some times a second.

    Returns:
        Its exit code (negative: the signal that ended it), and the signal by which this process was asked to stop.
    """
    tail = Tail(log)
    with asked_to_stop() as asked, console.open("ab") as out:
        child = subprocess.Popen(  # noqa: S603  # our own words
            words, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=environment()
        )
        asked.child = child
        if asked.by is not None:
            asked.stop(asked.by)
        try:
            while child.poll() is None:
                for line in tail.lines():
                    notify(line)
                each_poll()
                time.sleep(POLL)
        except BaseException:
            child.kill()
            child.wait()
            raise
        for line in tail.lines():
            notify(line)
    return child.returncode, asked.by


def end_with_parent() -> None:
    """Let the kernel end this process when its parent dies (Linux): nobody must train on without a lock."""
    if sys.platform != "linux":
        return
    import ctypes

    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)

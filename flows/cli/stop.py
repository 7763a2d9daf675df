"""Ctrl-C and SIGTERM: the run ends at once, in order where that takes no more than a moment."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

GRACE = 3.0
"""Seconds that an interrupted run has to write its line in runs.jsonl; what it leaves undone, the next run does."""


class Stopped(BaseException):
    """The person or the system asked this process to end; the exit code is 128 + the signal, as shells have it."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.code = 128 + number


def _raise(number: int, _frame: FrameType | None) -> None:
    # A second Ctrl-C must not end the clearing up that the first one began.
    signal.signal(number, signal.SIG_IGN)
    raise Stopped(number)


def listen() -> None:
    """Raise Stopped in the main thread at SIGINT and SIGTERM, where they are not ignored (nohup, a shell's `&`)."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _raise)


def stoppable(function: Callable[[], Any]) -> Any:
    """Call a function that starts workers, in a thread, and wait; give or raise what it does.

    Prefect answers an interruption of its own thread by telling its server, which Ctrl-C has ended with the rest of
    the terminal's processes, and tries that for minutes. So the main thread alone is interrupted; it ends the
    workers, and the run then fails by itself.
    """
    from tasks.runtime.workers import stop

    outcome: dict[str, Any] = {}

    def call() -> None:
        try:
            outcome["result"] = function()
        except BaseException as error:
            outcome["error"] = error

    thread = threading.Thread(target=call, name="run", daemon=True)
    listen()  # once more: what was imported since may have put another handler below Python's
    thread.start()
    try:
        thread.join()
    except Stopped:
        stop()
        thread.join(GRACE)
        raise
    if "error" in outcome:
        raise outcome["error"]
    return outcome["result"]

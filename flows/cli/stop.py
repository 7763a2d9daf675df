"""Ctrl-C and SIGTERM: the run ends at once, in order where that takes no more than a moment."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, Protocol

from schemas.errors import PipelineError

GRACE = 3.0
"""Seconds that an interrupted run has to write its line in runs.jsonl; what it leaves undone, the next run does."""


BEAT = 1.0
"""Seconds between two looks at what a function needs."""
GOES_ON = "interrupted; the same command goes on where it stopped."


class Stopped(BaseException):
    """This process has to end at once, whatever its threads are at.

    Args:
        code: to exit with: 128 + the signal, as shells have it.
        sentence: to end with.
    """

    def __init__(self, code: int, sentence: str = GOES_ON) -> None:
        super().__init__(sentence)
        self.code = code


def _raise(number: int, _frame: FrameType | None) -> None:
    # A second Ctrl-C must not end the clearing up that the first one began.
    signal.signal(number, signal.SIG_IGN)
    raise Stopped(128 + number)


def listen() -> None:
    """Raise Stopped in the main thread at SIGINT and SIGTERM, where they are not ignored (nohup, a shell's `&`)."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _raise)


class _Call:
    """A function under way in a thread of its own.

    It is waited for by an event: a join that a signal interrupts takes the thread for ended (Python up to 3.12).
    """

    def __init__(self, function: Callable[[], Any]) -> None:
        self.function = function
        self.done = threading.Event()
        self.result: Any = None
        self.error: BaseException | None = None
        listen()  # once more: what was imported since may have put another handler below Python's
        threading.Thread(target=self._run, name="run", daemon=True).start()

    def _run(self) -> None:
        try:
            self.result = self.function()
        except BaseException as error:
            self.error = error
        finally:
            self.done.set()

    def outcome(self) -> Any:
        """Return or raise what the function did."""
        if self.error is not None:
            raise self.error
        return self.result


class ServerLostError(PipelineError):
    """Prefect's server is gone, and Prefect's own threads would wait for it: this process must end at once."""


class Watch(Protocol):
    """Looks after what a function needs."""

    def check(self, patience: float = ...) -> None:
        """Raise where it has been missing for so many seconds."""


def stoppable(function: Callable[[], Any], watch: Watch | None = None) -> Any:
    """Call a function that starts workers, in a thread, and wait; give or raise what it does, or what the watch raises.

    Prefect answers an interruption of its own thread by telling its server, which Ctrl-C has ended with the rest of
    the terminal's processes, and tries that for minutes. So the main thread alone is interrupted; it ends the
    workers, and the run then fails by itself.
    """
    from tasks.runtime.workers import stop

    call = _Call(function)
    try:
        while not call.done.wait(BEAT):
            if watch is not None:
                watch.check()
        if watch is not None and call.error is not None:
            watch.check(patience=0)  # what failed may have failed for want of it
    except (Stopped, PipelineError):
        stop()
        call.done.wait(GRACE)
        raise
    return call.outcome()


def bounded(function: Callable[[], None], interrupt: Callable[[], None], seconds: float | None) -> None:
    """Call a function in a thread, and interrupt it at Ctrl-C or after so many seconds.

    Args:
        function: what to do.
        interrupt: asks it to end; where it does not within GRACE, the process ends without it.
        seconds: how long it may take; None = for ever.

    Raises Stopped at Ctrl-C and when the time is over, and what the function raises.
    """
    call = _Call(function)
    try:
        ended = call.done.wait(seconds)
    except Stopped as stop:
        interrupt()
        call.done.wait(GRACE)
        raise Stopped(stop.code, "interrupted.") from stop
    if not ended:
        interrupt()
        call.done.wait(GRACE)
        raise Stopped(1, f"not answered within {seconds:g} s: ask for less, or give a longer --timeout.")
    call.outcome()

"""A small process that outlives a run, finished or killed, just long enough to end the children it left behind.

Prefect's server is a child that would survive a SIGKILLed parent. Every process that the run starts inherits MARK in
its environment; when the run's end of the pipe closes, whatever still bears the mark is ended. A run that finishes
leaves its server to the guard too: Prefect sends its last events as the process exits, and needs the server for it.
"""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import subprocess
import sys
import uuid

import psutil

MARK = "SHAREGPT_RUN_MARK"


@functools.cache
def guard_children() -> subprocess.Popen[bytes]:
    """Mark the children that this process starts from now on, and start the guard that ends them after it."""
    mark = os.environ[MARK] = uuid.uuid4().hex
    # A session of its own: Ctrl-C in the terminal must not end the guard before its work is done.
    command = [sys.executable, "-P", "-m", "tasks.runtime.guard"]
    # No terminal of its own either: who reads this process's output would wait for the guard's end too.
    guard = subprocess.Popen(  # noqa: S603  # words of ours
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    assert guard.stdin is not None  # PIPE was asked for
    guard.stdin.write(mark.encode() + b"\n")
    guard.stdin.flush()
    return guard  # which the cache holds as long as this process lives: where the pipe closes, the guard begins


def marked(mark: str) -> list[psutil.Process]:
    """List the processes that bear a run's mark, this one left out."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            # Python's resource tracker leaves by itself, after it has cleared away the run's semaphores.
            ours = process.pid != os.getpid() and process.environ().get(MARK) == mark
            if ours and "resource_tracker" not in " ".join(process.cmdline()):
                found.append(process)
    return found


def main() -> None:
    """Wait for the run's end, then end what it left: first asked to, after two seconds made to."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.pop(MARK, None)
    mark = sys.stdin.readline().strip()
    sys.stdin.read()
    left = marked(mark)
    for ask in (psutil.Process.terminate, psutil.Process.kill):
        for process in left:
            with contextlib.suppress(psutil.Error):
                ask(process)
        _, left = psutil.wait_procs(left, timeout=2)


if __name__ == "__main__":
    main()

"""What Prefect must find in the environment before it is imported."""

from __future__ import annotations

import os

from tasks.runtime.workers import cores

DEFAULTS = {
    # A temporary server takes 4 s warm and 10 s cold; on a loaded machine more than Prefect's 20 s.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "90",
    # Nothing is reported to anybody, and a closed network prints no errors about it.
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    # Python puts the working folder first among the places of modules: whoever may write there would have code run by
    # each process that Prefect starts.
    "PYTHONSAFEPATH": "1",
    # A thread a task, all waiting for the same few workers, would be a thousand at 1.1 million conversations, and as
    # many calls at once to a small server. They wait in the order of the stages: none waits for one without a thread.
    "PREFECT_TASKS_RUNNER_THREAD_POOL_MAX_WORKERS": str(max(16, 4 * cores())),
}


def prepare(quiet: bool = False) -> None:
    """Set what is not set; `quiet` leaves the terminal to the progress display."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    if quiet:
        os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
        os.environ.setdefault("PREFECT_LOGGING_SERVER_LEVEL", "CRITICAL")

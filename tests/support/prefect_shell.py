"""A person's shells: processes of the installed environment with a Prefect of their own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx

from flows.environment import DEFAULTS
from flows.server import ENVIRONMENT

HOME = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent

NEEDED = ("SCHEDULER", "EVENT_PERSISTER", "TRIGGERS", "STREAM_OUT")
SOON = {name: value for name, value in ENVIRONMENT.items() if not any(word in name for word in NEEDED)} | {
    "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "1",
    "PREFECT_WORKER_QUERY_SECONDS": "1",
    "PREFECT_RUNNER_POLL_FREQUENCY": "2",
}
"""Settings of a server of deployments: schedules and work are looked for at once, so that no test waits for a clock;
what nobody looks at here, its pages and types of blocks among it, is left out as in a run."""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return an environment whose Prefect keeps everything below `folder`."""
    ours = ("PREFECT_", "SHAREGPT_", *DEFAULTS)  # the flows set those for this process when they are imported
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        **more,
    }


def home(folder: Path, database: Path, **more: str) -> dict[str, str]:
    """Return an environment whose Prefect keeps everything below `folder`, where its database is made already."""
    (folder / "prefect").mkdir()
    shutil.copyfile(database, folder / "prefect" / database.name)
    return environment(folder, **more)


def call(env, *words, timeout=300, **options):
    """Run a command of the environment from the project's root; give the finished process."""
    words = [str(BIN / words[0]), *map(str, words[1:])]
    options = {"cwd": HOME} | options
    return subprocess.run(words, env=env, capture_output=True, text=True, timeout=timeout, **options)


@contextmanager
def running(env, log: Path, *words):
    """Keep a command running in a session of its own; end it and all it started."""
    with log.open("w") as out:
        process = subprocess.Popen(
            [str(BIN / words[0]), *map(str, words[1:])], cwd=HOME, env=env, stdout=out, stderr=out,
            start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def until(what, check, seconds=240):
    """Wait until a check gives something true, and give that."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = check()
        if found:
            return found
        time.sleep(0.5)
    raise AssertionError(f"waited {seconds} s for {what}")


def healthy(url: str):
    """Whether a server answers."""
    try:
        return httpx.get(f"{url}/health", timeout=5).status_code == 200
    except httpx.TransportError:
        return False

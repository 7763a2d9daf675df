"""A person's shells: processes of the installed environment with a Prefect of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx

HOME = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return an environment whose Prefect keeps everything below `folder`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "SHAREGPT_"))}
    return kept | {
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        **more,
    }


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

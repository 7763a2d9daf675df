"""A Prefect server that a run leaves for later runs: a file in Prefect's home leads to it, idling ends it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import psutil
from filelock import FileLock

from flows.server import API_URL, ENVIRONMENT, answers_in_time, free_port, prefect_home
from schemas.errors import PipelineError
from tasks.runtime.guard import MARK

FILE = "sharegpt-server.json"
PATIENCE = 10.0
"""Seconds in which a server that was asked to end must have ended."""


@dataclass(frozen=True)
class KeptServer:
    """A server that is there, or coming up.

    Args:
        pid: of its process.
        started: when that began, in seconds since 1970: another process may get the number later.
        url: of its API, on this machine alone.
        environment: the digest of what decides which database it serves, and how.
        minutes: of idling after which it ends.
    """

    pid: int
    started: float
    url: str
    environment: str
    minutes: int

    def process(self) -> psutil.Process | None:
        """Return its process; None where that has ended, whoever has the number now."""
        try:
            found = psutil.Process(self.pid)
            same = found.create_time() == self.started and found.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return None
        return found if same else None

    def ended(self) -> bool:
        """Whether its process is gone."""
        return self.process() is None

    def wait(self) -> None:
        """Wait until it answers. Raise PipelineError where it does not."""
        if not answers_in_time(self.url, self.ended):
            raise PipelineError(
                "The Prefect server that was kept for later runs does not answer: end it with `sharegpt server stop`, "
                "and run again."
            )


def environment() -> str:
    """Return the digest of what a server depends on: Prefect's release and settings, wherever they are read from."""
    digest = hashlib.sha256(f"{version('prefect')}\0{sys.prefix}\0".encode())
    for name in sorted(os.environ):
        if name.startswith(("PREFECT_SERVER_", "PREFECT_API_", "PREFECT_PROFILE")) and name != API_URL:
            digest.update(f"{name}={os.environ[name]}\0".encode())
    for path in (prefect_home() / "profiles.toml", Path(".env"), Path("prefect.toml"), Path("pyproject.toml")):
        with contextlib.suppress(OSError):
            text = path.read_bytes()
            if path.name != "pyproject.toml" or b"[tool.prefect" in text:
                digest.update(path.name.encode() + b"\0" + text + b"\0")
    return digest.hexdigest()[:32]


@contextmanager
def _alone() -> Iterator[Path]:
    """Yield the path of the file while no other process starts, forgets or ends a kept server of this home."""
    home = prefect_home()
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(home / f"{FILE}.lock"):
        yield home / FILE


def kept_server() -> KeptServer | None:
    """Return the kept server whose process lives; a file that is stale, or none of ours, leads to none."""
    try:
        found = KeptServer(**json.loads((prefect_home() / FILE).read_text(encoding="utf-8")))
        return None if found.ended() else found
    except (OSError, ValueError, TypeError):
        return None


def find_or_start(minutes: int) -> KeptServer | None:
    """Return the kept server that serves what this run needs; start one to be kept where `minutes` is not 0.

    None where there is none to be used: the run then needs a server of its own.
    """
    found = kept_server()
    if found is None and minutes:
        with _alone() as path:
            found = kept_server() or _start(path, minutes)  # another run may have been faster
    return found if found is not None and found.environment == environment() else None


def _start(path: Path, minutes: int) -> KeptServer:
    """Start a server that outlives this process, and write the file that leads to it."""
    port = free_port()
    inherited = {name: value for name, value in os.environ.items() if name != MARK}  # the guard of this run spares it
    process = subprocess.Popen(  # noqa: S603  # words of ours alone
        [sys.executable, "-P", "-m", "flows.idle_server", str(port), str(60 * minutes)],
        env=inherited | ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    started = psutil.Process(process.pid).create_time()
    made = KeptServer(process.pid, started, f"http://127.0.0.1:{port}/api", environment(), minutes)
    temporary = path.with_suffix(f".{os.getpid()}")
    temporary.touch(mode=0o600)
    temporary.write_text(json.dumps(asdict(made)) + "\n", encoding="utf-8")
    temporary.replace(path)
    return made


def forget(pid: int) -> None:
    """Remove the file that leads to the server of a process; another's stays."""
    with _alone() as path, contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        if json.loads(path.read_text(encoding="utf-8"))["pid"] == pid:
            path.unlink()


def stop() -> KeptServer | None:
    """End the kept server and return what it was; None where there was none."""
    found = kept_server()
    process = found.process() if found else None
    if found is None or process is None:
        return None
    forget(found.pid)
    with contextlib.suppress(psutil.NoSuchProcess):
        process.terminate()
        try:
            process.wait(PATIENCE)
        except psutil.TimeoutExpired:
            process.kill()
    return found

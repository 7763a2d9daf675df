"""Prefect's server: a quiet one for a single run, a real one to serve deployments at."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from schemas.errors import PipelineError

if TYPE_CHECKING:
    from schemas.settings import Runner

API_URL = "PREFECT_API_URL"
TIMEOUT = 90.0
"""Seconds until the server must answer: it takes 4, on a loaded machine more than Prefect's own 20."""
# Settings of Prefect's server for a run that nobody watches. Where Prefect starts a server by itself, it imports it
# into the flow's process too, which costs 2 s and 100 MB; this one is a process of its own.
ENVIRONMENT = {
    "PREFECT_UI_ENABLED": "0",
    # Block types are for people who use them. Unmemoized: the memo would import every integration that is installed,
    # Dask among them, and then make the next real server believe that all block types were registered.
    "PREFECT_API_BLOCKS_REGISTER_ON_START": "0",
    "PREFECT_MEMOIZE_BLOCK_AUTO_REGISTRATION": "0",
    # Task runs and their states come as events; one by one, each is a transaction of its own.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    # Nobody looks at the feed of raw events of a server that has no pages, and automations belong to one that stays.
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "0",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "0",
    "PREFECT_SERVER_EVENTS_STREAM_OUT_ENABLED": "0",
    "PREFECT_SERVER_LOGS_STREAM_OUT_ENABLED": "0",
    # Those that wait for schedules, late runs, cancellations, workers and leases have none to wait for.
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "0",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "0",
    "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_ENABLED": "0",
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "0",
    "PREFECT_SERVER_SERVICES_FOREMAN_ENABLED": "0",
    "PREFECT_SERVER_SERVICES_REPOSSESSOR_ENABLED": "0",
    "PREFECT_SERVER_SERVICES_CLEANUP_RECONCILER_ENABLED": "0",
    # Prefect's queues rest on py-key-value, which has each of its modules checked at run time: 0.3 CPU s to import.
    "PY_KEY_VALUE_DISABLE_BEARTYPE": "true",
}
# Not `python -m uvicorn`: that puts the working folder first among the places of modules, -P or not.
# What is imported stays: Python's collector would look through it again and again, a tenth of the server's start.
PROGRAM = """
import gc, sys
gc.disable()
import uvicorn
from prefect.server.api.server import create_app
app = create_app()
gc.freeze()
gc.enable()
gc.set_threshold(100_000)
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", lifespan="on")
"""


def prefect_home() -> Path:
    """Return Prefect's home folder, there or not; Prefect itself need not be imported for it."""
    return Path(os.environ.get("PREFECT_HOME") or "~/.prefect").expanduser()


def is_configured() -> bool:
    """Whether a server is there already: named by the environment, or by a profile of Prefect's."""
    if os.environ.get(API_URL):
        return True
    try:
        return API_URL in (prefect_home() / "profiles.toml").read_text(encoding="utf-8")
    except OSError:
        return False


def answers(url: str) -> bool:
    """Whether a Prefect server answers at the address of an API."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=5)
    try:
        connection.request("GET", f"{parts.path.rstrip('/')}/health")
        reply = connection.getresponse()
        return reply.status == http.client.OK and reply.read().strip() == b"true"
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def answers_in_time(url: str, ended: Callable[[], bool]) -> bool:
    """Wait for a server that comes up, and return whether it answers; it does not where it ended or took too long."""
    limit = time.monotonic() + TIMEOUT
    while time.monotonic() < limit and not ended():
        if answers(url):
            return True
        time.sleep(0.05)
    return False


def no_server(url: str, why: str, then: str) -> PipelineError:
    """Return the error that says that nobody answers at a configured address, and what to do.

    Args:
        url: of the API.
        why: what came instead of an answer.
        then: what happens where none is configured.
    """
    from tasks.sources.remote import public_name

    return PipelineError(
        f"No Prefect server answers at {public_name(url)} ({why}): start it with `prefect server start`, or unset "
        f"PREFECT_API_URL (`prefect config unset PREFECT_API_URL`) and {then}."
    )


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def port_is_free(port: int) -> bool:
    """Whether a server can listen on a port of this machine."""
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Server:
    """A server that is coming up; the guard of this process ends it once the process has ended.

    Args:
        command: what starts it, after Python.
        port: where it will listen, on this machine alone.
        settings: environment variables of its own.
    """

    def __init__(self, command: Sequence[str], port: int, settings: Mapping[str, str]) -> None:
        self.port = port
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115  # closed with this process
        # A session of its own: a terminal's Ctrl-C must not end it before the run.
        self.process = subprocess.Popen(  # noqa: S603  # words of ours alone
            [sys.executable, "-P", *command],
            env=os.environ | settings,
            stdout=subprocess.DEVNULL,
            stderr=self.errors,
            start_new_session=True,
        )

    @property
    def url(self) -> str:
        """Return the address of its API."""
        return f"http://127.0.0.1:{self.port}/api"

    def ended(self) -> bool:
        """Whether its process is gone."""
        return self.process.poll() is not None

    def wait(self) -> None:
        """Wait until it answers. Raise PipelineError where it does not."""
        if answers_in_time(self.url, self.ended):
            return
        self.errors.seek(0)
        lines = self.errors.read().decode(errors="replace").strip().splitlines() or ["it gave no reason"]
        raise PipelineError(
            f"Prefect's server did not start ({lines[-1]}): run again, or start one with "
            "`prefect server start` and set PREFECT_API_URL."
        )


def start_server(runner: Runner) -> Server | None:
    """Start a server for this process and name it in the environment; None where one is configured or must be.

    Prefect must not be imported yet. A cluster's workers would have to reach the server, so they need a real one.
    """
    if is_configured() or runner.kind != "local":
        return None
    port = free_port()
    server = Server(["-c", PROGRAM, str(port)], port, ENVIRONMENT)
    os.environ[API_URL] = server.url
    return server


def server_to_serve_at(configured: str | None, port: int) -> str:
    """Return the address of the server that deployments are served at; a real one is started where none answers.

    Args:
        configured: the address that Prefect is configured with, if any.
        port: where a server listens by Prefect's settings.

    Raises:
        PipelineError: the configured server does not answer, or another program has the port.
    """
    if configured is not None:
        if not answers(configured):
            raise no_server(configured, "it was asked for its health", "one is started here")
        return configured
    url = f"http://127.0.0.1:{port}/api"
    if answers(url):
        return url
    if not port_is_free(port):
        raise PipelineError(
            f"Port {port} is in use by a program that is no Prefect server: end it, or choose another port with "
            "`PREFECT_SERVER_API_PORT=4300 make serve`."
        )
    # Its pages call the API by the address that their own page came from only where they are told it.
    pages = {"PREFECT_UI_API_URL": url}
    server = Server(["-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)], port, pages)
    server.wait()
    return server.url

"""Prefect's temporary server, started before Prefect itself is imported, so that both come up at once."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemas.errors import PipelineError
from schemas.settings import Runner, Section

API_URL = "PREFECT_API_URL"
TIMEOUT = 90.0
"""Seconds until the server must answer: it takes 4, on a loaded machine more than Prefect's own 20."""
PATIENCE = 3.0
"""Seconds that it has to end by itself, and Prefect before that to tell it the rest."""
# As Prefect starts its own (prefect.server.api.server: SubprocessASGIServer), but from outside: there, the client
# imports the whole server as well, which costs it 2 s and 100 MB.
ENVIRONMENT = {
    "PREFECT__SERVER_EPHEMERAL": "1",
    "PREFECT_UI_ENABLED": "0",
    # Block types are for people who use them. Unmemoized: the memo would import every integration that is installed,
    # Dask among them, and then tell the next real server that all block types were registered.
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
}


def is_configured() -> bool:
    """Whether runs are told to a server that is there already: by the environment, or a profile of Prefect's."""
    if os.environ.get(API_URL):
        return True
    home = Path(os.environ.get("PREFECT_HOME") or "~/.prefect").expanduser()
    try:
        return API_URL in (home / "profiles.toml").read_text(encoding="utf-8")
    except OSError:
        return False


class Server:
    """A temporary server that is coming up."""

    def __init__(self) -> None:
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            self.port = int(held.getsockname()[1])
        command = [sys.executable, "-m", "flows.temporary", str(self.port)]
        # What it says when Ctrl-C ends it is nobody's business; what keeps it from starting is. A session of its own: a
        # terminal's Ctrl-C must not end it before the run.
        self.said = tempfile.TemporaryFile()  # noqa: SIM115  # closed when it is stopped
        self.process = subprocess.Popen(  # noqa: S603  # words of ours alone
            command,
            env=os.environ | ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=self.said,
            start_new_session=True,
        )

    @property
    def url(self) -> str:
        """Return the address of its API."""
        return f"http://127.0.0.1:{self.port}/api"

    def wait(self) -> None:
        """Wait until it answers. Raises PipelineError where it does not."""
        limit = time.monotonic() + TIMEOUT
        while time.monotonic() < limit and self.process.poll() is None:
            if self._answers():
                return
            time.sleep(0.05)
        self.said.seek(0)
        lines = self.said.read().decode(errors="replace").strip().splitlines() or ["it said nothing"]
        raise PipelineError(
            f"Prefect's temporary server did not start ({lines[-1]}): run again, or start one with "
            "`prefect server start` and set PREFECT_API_URL."
        )

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/api/health")
            return connection.getresponse().status == http.client.OK
        except OSError:
            return False
        finally:
            connection.close()

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.said.close()


@contextmanager
def temporary_server(runner: Section) -> Iterator[Server | None]:
    """Start a server for this process, and end it; null where one is configured, or a cluster would have to reach it.

    Prefect must not be imported yet.
    """
    if is_configured() or (isinstance(runner, Runner) and runner.kind != "local"):
        yield None
        return
    server = Server()
    os.environ[API_URL] = server.url
    try:
        yield server
    finally:
        _drain()
        del os.environ[API_URL]
        server.stop()


def _drain() -> None:
    """Send what Prefect still has to tell: once the server is gone, it would try for minutes, event by event."""
    events = sys.modules.get("prefect.events.worker")
    if events is not None:
        events.EventsWorker.drain_all(timeout=PATIENCE, at_exit=False)

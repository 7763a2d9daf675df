"""Watches the Prefect server of a run: its end is noticed within seconds, where Prefect alone tries for minutes."""

from __future__ import annotations

import os
import socket
import tempfile
import time
import urllib.request
from urllib.parse import urlsplit

from flows.cli.stop import ServerLostError
from flows.kept_server import KeptServer
from flows.server import API_URL, Server, no_server, prefect_home
from schemas.errors import PipelineError
from tasks.sources.remote import public_name

PATIENCE = 5.0
"""Seconds that a server may refuse every connection before the run ends: one that is started anew takes 4."""
TIMEOUT = 2.0
"""Seconds in which a connection must be made."""
OWN = "the run starts one of its own"


def check_home() -> None:
    """Raise PipelineError where Prefect cannot write its home folder."""
    home = prefect_home()
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as error:
        raise PipelineError(
            f"Prefect cannot write to its folder {home} ({error.strerror or error}): set PREFECT_HOME to one that is "
            "yours to write."
        ) from error


def check_named() -> None:
    """Raise PipelineError where the environment names a server to which no connection can be made."""
    url = os.environ.get(API_URL)
    if url and not accepts(url):
        raise no_server(url, "no connection can be made", OWN)


def check_answers(url: str) -> None:
    """Raise PipelineError unless a Prefect server answers at an address, asked as Prefect would ask it."""
    from prefect.client.orchestration import get_client

    if not accepts(url):
        raise no_server(url, "no connection can be made", OWN)
    with get_client(sync_client=True) as client:
        error = client.api_healthcheck()
    if error is not None:
        raise no_server(url, (str(error).splitlines() or [type(error).__name__])[0], OWN)


def accepts(url: str) -> bool:
    """Whether a connection to the host of an address can be made; behind a proxy this is not asked."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    if parts.scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(host):
        return True
    try:
        with socket.create_connection((host, port), TIMEOUT):
            return True
    except OSError:
        return False


class ServerWatch:
    """Looks now and then whether the server of a run is there.

    Args:
        server: the run's own, or the one kept for later runs; None = the one that Prefect is configured with.
        url: of the API.
    """

    def __init__(self, server: Server | KeptServer | None, url: str) -> None:
        self.server, self.url = server, url
        self.answered = time.monotonic()

    def check(self, patience: float = PATIENCE) -> None:
        """Raise ServerLostError where the server has ended, or has refused connections for so many seconds."""
        if self.server is not None:
            if self.server.ended():
                raise ServerLostError("Prefect's server ended amid the run: the same command goes on where it stopped.")
        elif accepts(self.url):
            self.answered = time.monotonic()
        elif time.monotonic() - self.answered >= patience:
            raise ServerLostError(
                f"The Prefect server at {public_name(self.url)} answers no more: start it again, or unset "
                "PREFECT_API_URL; the same command then goes on where it stopped."
            )

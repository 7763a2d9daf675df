"""Serves finished models: an engine as a child each, behind one port that keeps the ids as they were trained."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.settings.serve import Serve
from tasks.serving.errors import ServingError
from tasks.serving.guard import KEY, check_key
from tasks.serving.model import Model, find_run, read

Notify = Callable[[str], None]
POLL = 0.2
LETS_GO = 5.0
"""Seconds that answers under way have to end when the server stops."""


@dataclass(frozen=True)
class Serving:
    """A server that answers.

    Args:
        url: without a path.
        models: that it serves.
        died: returns one sentence once an engine has ended by itself.
    """

    url: str
    models: tuple[Model, ...]
    died: Callable[[], str | None]

    def wait(self) -> None:
        """Wait until the process is asked to stop. Raise ServingError where an engine ends by itself."""
        pause = threading.Event()
        while (sentence := self.died()) is None:
            pause.wait(POLL)
        raise ServingError(sentence)


def find_models(root: Path, runs: Sequence[str]) -> tuple[Model, ...]:
    """Return checked models: those named, or the newest. Raise ServingError."""
    folders = dict.fromkeys(find_run(root, name) for name in runs or (None,))
    return tuple(read(folder) for folder in folders)


@contextlib.contextmanager
def serving(models: Sequence[Model], settings: Serve, notify: Notify = lambda _: None) -> Iterator[Serving]:
    """Serve models while the context lasts.

    Args:
        models: to serve, the first by default.
        settings: of engines and server.
        notify: is told what happens, a sentence each.

    Raises:
        ServingError: the port is taken, an engine is missing or does not start, or the server would be open to all.
    """
    from tasks.serving.process import EngineProcess

    key = os.environ.get(KEY) or None
    check_key(settings, key)
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(listen(settings))
        engines = {model.run: stack.enter_context(EngineProcess(model, settings)) for model in models}
        for run, engine in engines.items():
            notify(f"{run}: {settings.engine} starts, its log is {engine.log}")
        for engine in engines.values():
            engine.wait_until_ready()
        stack.enter_context(_answering(models[0].root, listener, engines, settings, key))
        host, port = listener.getsockname()[:2]
        url = f"http://{f'[{host}]' if ':' in host else host}:{port}"

        def died() -> str | None:
            return next((sentence for engine in engines.values() if (sentence := engine.died())), None)

        yield Serving(url, tuple(models), died)


def listen(settings: Serve) -> socket.socket:
    """Return a socket on the port of the settings. Raise ServingError where it is taken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        raise ServingError(
            f"{settings.host}:{settings.port} cannot be listened on ({error.strerror}): --port 0 takes any free port."
        ) from error


@contextlib.contextmanager
def _answering(
    root: Path, listener: socket.socket, engines: dict[str, Any], settings: Serve, key: str | None
) -> Iterator[None]:
    """Answer requests in a thread while the context lasts."""
    import httpx
    import uvicorn

    from tasks.serving.app import make_app

    # No time-out: an engine on a CPU may think for minutes before its first word.
    client = httpx.AsyncClient(
        trust_env=False, timeout=httpx.Timeout(None, connect=5), limits=httpx.Limits(max_connections=None)
    )
    config = uvicorn.Config(
        make_app(root, engines, settings, client, key),
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=int(LETS_GO),
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), name="server", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(LETS_GO + 1)

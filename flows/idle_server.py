"""Runs Prefect's server until nobody has asked it anything for a while: `python -m flows.idle_server PORT SECONDS`."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from flows.kept_server import forget
from tasks.runtime.workers import YOUNG

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

LAST_CALL = 2.0
"""Seconds between the file's removal and the end: a run that found it just before has asked by then."""


class Watched:
    """An ASGI application that knows for how long nobody has asked it anything.

    Args:
        app: the application. What it asks itself, as Prefect's services do, does not come through here.
    """

    def __init__(self, app: App) -> None:
        self.app, self.open, self.asked = app, 0, time.monotonic()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, or hold a socket of events for as long as it is open."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        self.open += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.open, self.asked = self.open - 1, time.monotonic()

    def idle(self) -> float:
        """Return the seconds since the last request ended; 0 while one is open."""
        return 0.0 if self.open else time.monotonic() - self.asked


def wait_until_idle(app: Watched, seconds: float) -> None:
    """Return once nobody has asked for so long, nor asks while the file that leads here is gone."""
    while True:
        time.sleep(max(0.05, min(5.0, seconds - app.idle())))
        if app.idle() >= seconds:
            forget(os.getpid())
            time.sleep(LAST_CALL)
            if app.idle() >= seconds:
                return


def main() -> None:
    """Serve at a port of this machine, and end after so many seconds without a request."""
    gc.disable()  # as in flows/server.py
    import uvicorn
    from prefect.server.api.server import create_app

    port, seconds = int(sys.argv[1]), float(sys.argv[2])
    app = Watched(create_app())
    gc.freeze()
    gc.enable()
    gc.set_threshold(YOUNG)
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="on")
    config.timeout_graceful_shutdown = 3
    server = uvicorn.Server(config)

    def end() -> None:
        while not server.started:
            time.sleep(0.1)
        app.asked = time.monotonic()
        wait_until_idle(app, seconds)
        server.should_exit = True

    threading.Thread(target=end, daemon=True).start()
    try:
        server.run()
    finally:
        forget(os.getpid())


if __name__ == "__main__":
    main()

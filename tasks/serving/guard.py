"""Lets in who may ask: the Host header must be ours, the key right, and a body JSON, which no foreign page can send."""

from __future__ import annotations

import hmac
import socket
from collections.abc import Iterable
from ipaddress import ip_address
from typing import TYPE_CHECKING

from schemas.settings.serve import Serve
from tasks.judging.endpoint import is_loopback
from tasks.serving.errors import RequestError, ServingError
from tasks.serving.replies import error_reply

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

KEY = "SHAREGPT_SERVE_KEY"
"""Environment variable of the key: on a command line every user of the machine would see it."""
SHORTEST = 16
OPEN = frozenset({"/", "/health"})
"""Paths that need no key: the page, which asks for it, and the sign of life."""
BIGGEST = 1_000_000
"""Bytes of a request: a context of 2,048 tokens is some 10 KB, a whole conversation of hours below 1 MB."""


def check_key(settings: Serve, key: str | None) -> None:
    """Raise ServingError where the server would be open to others without a key worth the name."""
    if key is None and not is_loopback(settings.host):
        raise ServingError(
            f"serve.host = {settings.host} lets others in: set {KEY} to a key of at least {SHORTEST} characters, which "
            "whoever asks must send, or leave the host at 127.0.0.1."
        )
    if key is not None and len(key) < SHORTEST:
        raise ServingError(
            f"{KEY} has {len(key)} characters: give at least {SHORTEST}, such as `openssl rand -hex 16`."
        )


class Guard:
    """ASGI middleware.

    Args:
        app: what is behind it.
        settings: host and names.
        key: that requests must bear; None = none.
    """

    def __init__(self, app: ASGIApp, settings: Serve, key: str | None) -> None:
        self.app, self.key = app, key.encode() if key else None
        names = ("localhost", settings.host, socket.gethostname(), *settings.hosts)
        self.names = frozenset(name.lower() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what may not pass; hand on the rest."""
        if scope["type"] == "http":
            try:
                self.check(scope["method"], scope["path"], scope["headers"])
            except RequestError as error:
                await error_reply(error)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def check(self, method: str, path: str, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Raise RequestError for a request that may not pass."""
        given = dict(headers)
        host = host_name(given.get(b"host", b"").decode("latin-1"))
        if host not in self.names and not is_address(host):
            # A page that made its own name point here would be let in by the browser (DNS rebinding), not by us.
            raise RequestError(
                421, "wrong_host", f"This server is not called {host!r}: add it to serve.hosts if it is."
            )
        if self.key is not None and path not in OPEN:
            kind, _, word = given.get(b"authorization", b"").partition(b" ")
            if kind.lower() != b"bearer" or not hmac.compare_digest(word.strip(), self.key):
                raise RequestError(
                    401, "wrong_key", "The key is missing or wrong: send it as Authorization: Bearer KEY."
                )
        if method == "POST":
            kind = given.get(b"content-type", b"").partition(b";")[0].strip().lower()
            if kind != b"application/json":
                raise RequestError(415, "no_json", "The body must be application/json.")
            size = given.get(b"content-length", b"")
            if not size.isdigit():
                raise RequestError(411, "no_length", "The request must say its Content-Length.")
            if int(size) > BIGGEST:
                raise RequestError(413, "too_big", f"A request may have {BIGGEST:,} bytes, this one has {int(size):,}.")


def host_name(header: str) -> str:
    """Return the name in a Host header, without port and brackets, in lower case."""
    name = header.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.rpartition(":")[0] if name.count(":") == 1 else name


def is_address(name: str) -> bool:
    """Whether a name is a number: no name can be made to point elsewhere where none is asked for."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True

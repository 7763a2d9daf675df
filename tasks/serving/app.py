"""The application: its paths, and the guard before them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.settings.serve import Serve
from tasks.serving.api import Api
from tasks.serving.arena import Arena
from tasks.serving.errors import RequestError
from tasks.serving.guard import Guard
from tasks.serving.page import page
from tasks.serving.process import EngineProcess
from tasks.serving.replies import error_reply
from tasks.serving.vote_files import VoteFiles

if TYPE_CHECKING:
    import httpx
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp


def make_app(
    root: Path, engines: Mapping[str, EngineProcess], settings: Serve, client: httpx.AsyncClient, key: str | None
) -> ASGIApp:
    """Return the application over running engines.

    Args:
        root: the data root, which takes the votes.
        engines: by run.
        settings: of the server.
        client: that asks the engines.
        key: that requests must bear; None = none.
    """
    from starlette.applications import Starlette
    from starlette.routing import Route

    api = Api(engines, settings, client)
    arena = Arena(api, VoteFiles(root, settings.votes_in_file))

    async def health(_: Request) -> Response:
        from starlette.responses import JSONResponse

        dead = [sentence for engine in engines.values() if (sentence := engine.ended())]
        return JSONResponse({"status": "; ".join(dead) or "ok"}, status_code=503 if dead else 200)

    async def refused(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestError)
        return error_reply(error)

    async def missing(request: Request, _: Exception) -> Response:
        return error_reply(RequestError(404, "no_path", f"There is nothing at {request.method} {request.url.path}."))

    handlers: dict[Any, Any] = {RequestError: refused, 404: missing, 405: missing}
    routes = [
        Route("/", page),
        Route("/health", health),
        Route("/v1/models", api.models_list),
        Route("/v1/chat/completions", api.chat, methods=["POST"]),
        Route("/v1/chat/prompt", api.prompt, methods=["POST"]),
        Route("/arena/begin", arena.begin, methods=["POST"]),
        Route("/arena/ask", arena.ask, methods=["POST"]),
        Route("/arena/vote", arena.vote, methods=["POST"]),
    ]
    return Guard(Starlette(routes=routes, exception_handlers=handlers), settings, key)

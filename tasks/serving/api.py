"""The server's own pages: OpenAI's chat completions over an engine that is given ids."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any

from schemas.settings.serve import Serve
from tasks.serving.answer import AnswerText
from tasks.serving.engines import Options
from tasks.serving.errors import EngineError, RequestError
from tasks.serving.model import Model
from tasks.serving.process import POLL, EngineProcess
from tasks.serving.replies import DONE, OWNER, Shapes, error_body, event
from tasks.serving.request import ChatRequest, choose_model, fit, parse
from tasks.tokens.token_bytes import SPECIAL

if TYPE_CHECKING:
    import httpx
    from starlette.requests import Request
    from starlette.responses import Response


class Answering:
    """One answer under way.

    Args:
        engine: that computes it.
        client: that asks the engine.
        ids: of the prompt.
        options: how it is drawn.
        strings: texts that end it.
    """

    def __init__(
        self, engine: EngineProcess, client: httpx.AsyncClient, ids: list[int], options: Options, strings: list[str]
    ) -> None:
        self._engine, self._pieces = engine, engine.generate(client, ids, options)
        self.text = AnswerText(engine.model.writer, engine.model.stops, strings)
        self.prompt, self._most = len(ids), options.max_tokens

    async def pieces(self) -> AsyncIterator[str]:
        """Yield the text as it comes. Raise EngineError where the engine breaks off."""
        try:
            async for ids in self._pieces:
                piece = self.text.feed(ids)
                if piece:
                    yield piece
                if self.text.ended:
                    break
        finally:
            await self._pieces.aclose()  # type: ignore[attr-defined]  # it is a generator; the engine stops computing
        if not self.text.ended and self.text.count < self._most:
            await asyncio.sleep(POLL)  # so that a death shows
            raise EngineError(
                self._engine.ended() or "the engine ended the answer before its end and before max_tokens"
            )
        rest = self.text.finish()
        if rest:
            yield rest

    @property
    def finish(self) -> str:
        """Return why it ended, in OpenAI's words."""
        return "stop" if self.text.ended else "length"


class Api:
    """The paths of /v1, for one or several models.

    Args:
        engines: by the run that each serves.
        settings: defaults of an answer.
        client: that asks the engines.
    """

    def __init__(self, engines: Mapping[str, EngineProcess], settings: Serve, client: httpx.AsyncClient) -> None:
        self.engines, self.settings, self.client = engines, settings, client
        self.models: dict[str, Model] = {run: engine.model for run, engine in engines.items()}
        self._turn = asyncio.Semaphore(settings.at_once)

    def begin(self, model: Model, asked: ChatRequest) -> tuple[Answering, int]:
        """Return the answer to a request, and how many rounds were left out of its prompt. Raise RequestError."""
        if self._turn.locked():
            raise RequestError(503, "busy", f"{self.settings.at_once} requests wait already: ask again in a moment.")
        ids, out, options = fit(model, asked, self.settings)
        strings = asked.stop if isinstance(asked.stop, list) else []
        return Answering(self.engines[model.run], self.client, ids, options, strings), out

    async def limited(self, answering: Answering) -> AsyncIterator[str]:
        """Yield an answer's pieces while it counts as under way."""
        async with self._turn:
            async for piece in answering.pieces():
                yield piece

    async def models_list(self, _: Request) -> Response:
        """Answer GET /v1/models."""
        from starlette.responses import JSONResponse

        data = [
            {"id": run, "object": "model", "created": 0, "owned_by": OWNER, "max_model_len": model.context}
            for run, model in self.models.items()
        ]
        return JSONResponse({"object": "list", "data": data})

    async def prompt(self, request: Request) -> Response:
        """Answer POST /v1/chat/prompt: the ids that the model would be shown, what each spells, and which had loss."""
        from starlette.responses import JSONResponse

        asked = parse(ChatRequest, await read_json(request))
        model = choose_model(self.models, asked.model)
        ids, out, _ = fit(model, asked, self.settings)
        loss = model.writer.loss(asked.plain(), out)
        table = model.writer.encoder.tokenizer.token_bytes.table
        pieces = [table[number].as_py().removeprefix(SPECIAL).decode("utf-8", "replace") for number in ids]
        shown = {"ids": ids, "pieces": pieces, "loss": loss, "rounds_left_out": out, "context": model.context}
        return JSONResponse(shown)

    async def chat(self, request: Request) -> Response:
        """Answer POST /v1/chat/completions."""
        from starlette.responses import JSONResponse, StreamingResponse

        asked = parse(ChatRequest, await read_json(request))
        model = choose_model(self.models, asked.model)
        answering, out = self.begin(model, asked)
        shapes = Shapes(f"chatcmpl-{uuid.uuid4().hex}", model.run, out)
        if asked.stream:
            return StreamingResponse(self._stream(answering, shapes, asked.counted()), media_type="text/event-stream")
        try:
            text = "".join([piece async for piece in self.limited(answering)])
        except EngineError as error:
            raise RequestError(502, "engine", str(error)) from error
        return JSONResponse(shapes.whole(text, answering.finish, answering.prompt, answering.text.count))

    async def _stream(self, answering: Answering, shapes: Shapes, counted: bool) -> AsyncIterator[str]:
        """Yield an answer as server-sent events; where the engine breaks off, the last one is an error."""
        yield event(shapes.chunk({"role": "assistant", "content": ""}))
        try:
            async for piece in self.limited(answering):
                yield event(shapes.chunk({"content": piece}))
        except EngineError as error:
            yield event(error_body(str(error), "engine", "server_error"))
            return
        yield event(shapes.chunk({}, answering.finish))
        if counted:
            yield event(shapes.counted(answering.prompt, answering.text.count))
        yield DONE


async def read_json(request: Request) -> Any:
    """Return a request's body. Raise RequestError where it is no JSON."""
    try:
        return json.loads(await request.body())
    except ValueError as error:
        raise RequestError(400, "no_json", f"The body is no JSON: {error}.") from error

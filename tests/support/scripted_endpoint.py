"""A scripted OpenAI-compatible endpoint: what it answers, and how it fails, is a function of the test."""

import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

Script = Callable[["Call"], object]


@dataclass
class Call:
    """One request, as it arrived.

    Args:
        headers: as sent.
        body: the request.
        prompt: its last message.
        tries: how often this very prompt has arrived, this time included.
    """

    headers: dict[str, str]
    body: dict
    prompt: str
    tries: int


@dataclass
class Say:
    """A reply in words."""

    text: str | None
    finish: str = "stop"
    refusal: str | None = None
    usage: dict | None = field(default_factory=lambda: {"prompt_tokens": 900, "completion_tokens": 200})


@dataclass
class Fault:
    """A failure: a status with an error, a hang, a cut connection, or a body that is no completion."""

    status: int = 500
    code: str = ""
    message: str = "scripted"
    headers: dict = field(default_factory=dict)
    hang: float = 0.0
    cut: bool = False
    body: str = ""


class Scripted:
    """The endpoint while it is open: `url`, and every call that it got."""

    def __init__(self, script: Script) -> None:
        self.script, self.calls, self.counts = script, [], {}

    def __enter__(self) -> "Scripted":
        ready = threading.Event()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._serve, args=(ready,), daemon=True)
        self.thread.start()
        assert ready.wait(20)
        self.url = f"http://127.0.0.1:{self.port}/v1"
        return self

    def __exit__(self, *_) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    def _serve(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self.loop)
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        self.loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", 0)
        self.loop.run_until_complete(site.start())
        self.port = site._server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()
        self.loop.run_until_complete(runner.cleanup())
        self.loop.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = json.loads(await request.text())
        prompt = body["messages"][-1]["content"]
        self.counts[prompt] = self.counts.get(prompt, 0) + 1
        call = Call(dict(request.headers), body, prompt, self.counts[prompt])
        self.calls.append(call)
        action = self.script(call)
        if isinstance(action, str):
            action = Say(action)
        if isinstance(action, Say):
            return web.json_response(completion(action, body["model"]), headers={"x-request-id": f"r{len(self.calls)}"})
        if action.hang:
            await asyncio.sleep(action.hang)
        if action.cut:
            request.transport.abort()
            return web.Response()
        if action.body:
            return web.Response(text=action.body, content_type="application/json")
        error = {"error": {"message": action.message, "code": action.code, "type": action.code}}
        return web.json_response(error, status=action.status, headers=action.headers)


def completion(say: Say, model: str) -> dict:
    """Return a chat completion as servers write it."""
    message = {"role": "assistant", "content": say.text, "refusal": say.refusal}
    found = {
        "id": "c",
        "object": "chat.completion",
        "created": 0,
        "model": f"{model}-0328",
        "system_fingerprint": "fp_scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": say.finish}],
    }
    return found | ({"usage": say.usage} if say.usage else {})

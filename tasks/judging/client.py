"""One OpenAI-compatible endpoint through the `openai` client, which sends it no key but its own."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import MutableMapping
from dataclasses import asdict, dataclass
from typing import Any

from schemas.errors import PipelineError, SettingsError
from schemas.settings.judge import OPENAI, Asking
from tasks.judging.endpoint import Endpoint, key_of

HEADERS = {
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "host",
    "user-agent",
}
"""Headers that any endpoint gets; the client would add others from the environment."""
QUOTA = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active")
TOO_LONG = (
    "context_length",
    "maximum context length",
    "context window",
    "too long",
    "too many tokens",
    "prompt is too large",
)
FILTERED = ("content_filter", "content_policy", "responsible_ai")
STOPPING = {401, 402, 403, 404}
UNFIT = {400, 413, 422}
LONGEST = 300
"""Characters of a server's own words in an error."""


class EndpointError(PipelineError):
    """An endpoint that will not answer whatever is asked next: the run stops."""


@dataclass(frozen=True)
class Reply:
    """What came of one request.

    Args:
        fate: answered | refused | too_long | failed.
        text: the reply; for a cut one, what there is of it.
        detail: why there is no reply, without any key.
        finish_reason, model, fingerprint, request_id: as the endpoint says.
        prompt_tokens, completion_tokens: as the endpoint counts; None where it does not say.
        seconds: from the first try to the last byte, waits included.
        attempts: tries, the successful one included.
        at: when it came, seconds since 1970.
    """

    fate: str
    text: str = ""
    detail: str = ""
    finish_reason: str | None = None
    model: str | None = None
    fingerprint: str | None = None
    request_id: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    seconds: float = 0.0
    attempts: int = 1
    at: float = 0.0

    def entry(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self)


class Client:
    """An endpoint that is open for requests, from the first one on; an async context manager."""

    def __init__(self, endpoint: Endpoint, asking: Asking) -> None:
        self.endpoint, self.asking = endpoint, asking
        self.key = key_of(endpoint)
        self.client: Any = None

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.client is not None:
            await self.client.close()

    async def ask(self, messages: list[dict[str, str]], temperature: float, max_tokens: int) -> Reply:
        """Return what one request came to, retries included.

        Raises EndpointError where no request will ever succeed: a wrong key, address or model, no quota left.
        """
        self.client = self.client or _make_client(self.endpoint, self.asking, self.key)
        import openai

        began = time.monotonic()
        body: dict[str, Any] = {"model": self.endpoint.model, "messages": messages}
        try:
            raw = await self.client.chat.completions.with_raw_response.create(
                **body, temperature=temperature, max_tokens=max_tokens
            )
            found = _read(raw.http_response.text) | {"attempts": raw.retries_taken + 1}
            request_id = raw.headers.get("x-request-id")
        except openai.APIStatusError as error:
            found = self._failed(error.status_code, f"{error.code or ''} {error.message}")
            found["attempts"], request_id = _tries(error), error.request_id
        except openai.APIConnectionError as error:
            what = "no reply in time" if isinstance(error, openai.APITimeoutError) else "the connection failed"
            cause = f" ({type(error.__cause__).__name__})" if error.__cause__ else ""
            found = {"fate": "failed", "detail": f"{what}{cause}", "attempts": _tries(error)}
            request_id = None
        seconds = round(time.monotonic() - began, 3)
        found = {name: self._clean(value) for name, value in found.items()}
        return Reply(**found, request_id=request_id, seconds=seconds, at=round(time.time(), 3))

    def _failed(self, status: int, words: str) -> dict[str, Any]:
        """Return the fate of a refused request, or raise EndpointError."""
        low, message = words.lower(), self._clean(words.strip())[:LONGEST]
        where = f"{self.endpoint.name} at {self.endpoint.url}"
        if status == 401:
            raise EndpointError(f"{where} takes no request without a valid key (401): set {self.endpoint.variable}.")
        if status == 429 and any(word in low for word in QUOTA):
            raise EndpointError(f"{where} has no quota left ({message}): top it up; then the same command goes on.")
        if status in UNFIT and any(word in low for word in TOO_LONG):
            return {"fate": "too_long", "detail": f"{status}: {message}"}
        if status in UNFIT and any(word in low for word in FILTERED):
            return {"fate": "refused", "detail": f"{status}: {message}"}
        if status in STOPPING | UNFIT or 300 <= status < 400:
            raise EndpointError(
                f"{where} refuses the request ({status}: {message}): check the address, the key and the model's name "
                f"there ({self.endpoint.model}; URL#MODEL gives another)."
            )
        return {"fate": "failed", "detail": f"{status}: {message}"}

    def _clean(self, value: Any) -> Any:
        """Return a text without the key, which a server may repeat, and without half characters."""
        if not isinstance(value, str):
            return value
        whole = value.encode("utf-8", "replace").decode()
        return whole.replace(self.key, "[key]") if self.key else whole


def _tries(error: Any) -> int:
    """Return how many tries there were, the last included."""
    return int(error.request.headers.get("x-stainless-retry-count", 0)) + 1


def _read(body: str) -> dict[str, Any]:
    """Return what a 200 holds; `failed` where it is no chat completion."""
    try:
        answer = json.loads(body)
        choice = answer["choices"][0]
        message, finish = choice["message"], choice.get("finish_reason")
        text, refusal = message.get("content") or "", message.get("refusal")
        if not isinstance(text, str):
            raise TypeError("its content is no text")
        usage = answer.get("usage") or {}
        reply = {
            "text": text,
            "finish_reason": finish,
            "model": answer.get("model"),
            "fingerprint": answer.get("system_fingerprint"),
            "prompt_tokens": usage.get("prompt_tokens"),
            "completion_tokens": usage.get("completion_tokens"),
        }
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        return {"fate": "failed", "detail": f"the reply is no chat completion ({type(error).__name__})"}
    if refusal or finish == "content_filter":
        return reply | {"fate": "refused", "detail": str(refusal or finish)[:LONGEST]}
    if finish == "length":
        return reply | {"fate": "too_long", "detail": "cut at max_tokens"}
    return reply | {"fate": "answered"}


def load_openai() -> Any:
    """Return the module of OpenAI's client. Raises SettingsError where the extra is missing."""
    try:
        import openai
    except ImportError as error:
        raise SettingsError(
            "Models are asked through the extra `judge`: pip install 'sharegpt-clean[judge]'."
        ) from error
    return openai


def keep_own(headers: MutableMapping[str, str], endpoint: Endpoint, key: str | None) -> None:
    """Leave out of a request every header that is not its endpoint's: the client adds what the environment names."""
    for name in list(headers):
        ours = name in HEADERS or name.startswith("x-stainless-")
        if not ours and not (endpoint.url == OPENAI and name.startswith("openai-")):
            del headers[name]
    if key is None:
        headers.pop("authorization", None)
    else:
        headers["authorization"] = f"Bearer {key}"


def _make_client(endpoint: Endpoint, asking: Asking, key: str | None) -> Any:
    """Return the client. Raises SettingsError where the extra is missing."""
    load_openai()
    import httpx2
    import openai

    async def only_own(request: httpx2.Request) -> None:
        keep_own(request.headers, endpoint, key)

    async def no_retry(response: httpx2.Response) -> None:
        """Tell the client not to try again where the quota is used up: it takes that for a rate limit."""
        if response.status_code == 429:
            words = (await response.aread()).decode("utf-8", "replace")
            if any(word in words for word in QUOTA):
                response.headers["x-should-retry"] = "false"

    class Http(openai.DefaultAsyncHttpxClient):  # type: ignore[misc]  # types are those without the extra
        async def send(self, *arguments: Any, **named: Any) -> Any:
            """Send within the time of one try: httpx's own limit begins anew with every byte."""
            try:
                async with asyncio.timeout(asking.timeout):
                    return await super().send(*arguments, **named)
            except TimeoutError as error:
                raise httpx2.ReadTimeout("one try took too long") from error

    http = Http(
        event_hooks={"request": [only_own], "response": [no_retry]},
        follow_redirects=False,  # a key goes to its own address
        timeout=asking.timeout,
    )
    # Any text for a key where there is none: the client would look for one in the environment.
    return openai.AsyncOpenAI(
        api_key=key or "none",
        base_url=endpoint.url,
        max_retries=asking.retries,
        timeout=asking.timeout,
        http_client=http,
    )

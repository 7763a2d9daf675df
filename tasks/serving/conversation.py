"""A conversation with a served model through OpenAI's client: its history, and what of it the model sees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tasks.judging.client import keep_own, load_openai
from tasks.judging.endpoint import Endpoint
from tasks.serving.errors import ServingError
from tasks.serving.prompt import Message
from tasks.serving.replies import OWNER

WORDS = 300
"""Characters of a server's own words in an error."""


@dataclass
class Counts:
    """What the last answer came to.

    Args:
        used: tokens of prompt and answer; None where the server does not count.
        left_out: oldest rounds that the model was not shown.
        finish: stop, length, or None where it was broken off.
    """

    used: int | None = None
    left_out: int = 0
    finish: str | None = None


@dataclass(frozen=True)
class Served:
    """A model at an address.

    Args:
        name: by which it is asked for.
        context: most tokens; None where the server does not say.
        ours: whether the server is one of ours, which may be asked for more than OpenAI's fields.
    """

    name: str
    context: int | None
    ours: bool


@dataclass
class Conversation:
    """Messages with one model; a question without an answer is no part of them.

    Args:
        endpoint: where to ask.
        key: to send there.
        temperature, max_tokens: of answers; None = the server's own.
    """

    endpoint: Endpoint
    key: str | None
    temperature: float | None = None
    max_tokens: int | None = None
    system: str | None = None
    turns: list[Message] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)

    def __post_init__(self) -> None:
        openai = load_openai()
        http = openai.DefaultHttpxClient(
            event_hooks={"request": [lambda request: keep_own(request.headers, self.endpoint, self.key)]},
            follow_redirects=False,  # a key goes to its own address
            trust_env=not self.endpoint.is_local(),  # no proxy leads to this machine
        )
        # Retrying would show the beginning of an answer twice; a first token on a CPU may take minutes.
        self.client: Any = openai.OpenAI(
            base_url=self.endpoint.url, api_key=self.key or "none", max_retries=0, timeout=None, http_client=http
        )
        self.served = self._find()

    def _find(self) -> Served:
        """Return the model that the address names, or the first it has. Raise ServingError."""
        listed = self._call(lambda: self.client.models.list().data)
        names = [one.id for one in listed]
        name = self.endpoint.model or (names[0] if names else "")
        if name not in names:
            raise ServingError(f"{self.endpoint.url} has no model {name!r}: it has {', '.join(names) or 'none'}.")
        chosen = listed[names.index(name)]
        return Served(name, getattr(chosen, "max_model_len", None), chosen.owned_by == OWNER)

    def messages(self) -> list[Message]:
        """Return the conversation so far, system message and all."""
        return ([{"role": "system", "content": self.system}] if self.system else []) + self.turns

    def ask(self, question: str) -> Iterator[str]:
        """Yield the pieces of an answer; once it is whole, question and answer are part of the conversation.

        Raises:
            ServingError: the server refused, or broke off.
        """
        asked: Message = {"role": "user", "content": question}
        self.counts, pieces = Counts(), []
        chosen = {"temperature": self.temperature, "max_tokens": self.max_tokens}
        more: dict[str, Any] = {"extra_body": {"when_full": "leave_out_oldest"}} if self.served.ours else {}
        more |= {name: value for name, value in chosen.items() if value is not None}
        with self._call(
            lambda: self.client.chat.completions.create(
                model=self.served.name,
                messages=[*self.messages(), asked],
                stream=True,
                stream_options={"include_usage": True},
                **more,
            )
        ) as stream:
            chunks = iter(stream)
            while (chunk := self._call(lambda: next(chunks, None), lost="broke off.")) is not None:
                piece = self._take(chunk)
                if piece:
                    pieces.append(piece)
                    yield piece
        self.turns += [asked, {"role": "assistant", "content": "".join(pieces)}]

    def _take(self, chunk: Any) -> str:
        """Return the text of a piece, and keep what it counts."""
        self.counts.left_out = getattr(chunk, "rounds_left_out", None) or self.counts.left_out
        if chunk.usage is not None:
            self.counts.used = chunk.usage.total_tokens
        if not chunk.choices:
            return ""
        self.counts.finish = chunk.choices[0].finish_reason or self.counts.finish
        return chunk.choices[0].delta.content or ""

    def _call(self, function: Any, lost: str = "does not answer: is `sharegpt serve-model` running?") -> Any:
        """Return what a call to the server gives. Raise ServingError with the server's own words.

        Args:
            function: the call.
            lost: what is said where the connection fails.
        """
        openai = load_openai()

        try:
            return function()
        except openai.APIStatusError as error:
            body = error.body if isinstance(error.body, dict) else {}
            raise ServingError(f"{self.endpoint.url}: {str(body.get('message') or error.message)[:WORDS]}") from error
        except openai.APIConnectionError as error:
            raise ServingError(f"{self.endpoint.url} {lost}") from error
        except openai.APIError as error:
            raise ServingError(f"{self.endpoint.url}: {error.message[:WORDS]}") from error

    def reset(self) -> None:
        """Forget the conversation; the system message stays."""
        self.turns, self.counts = [], Counts()

    def prompt(self, question: str) -> dict[str, Any]:
        """Return the ids, pieces and spans with loss of what the model would be shown. Raise ServingError."""
        if not self.served.ours:
            raise ServingError(f"{self.endpoint.url} is none of ours, and does not say what it shows the model.")
        body = {"model": self.served.name, "when_full": "leave_out_oldest"}
        body["messages"] = [*self.messages(), {"role": "user", "content": question}]  # type: ignore[assignment]
        found: dict[str, Any] = self._call(lambda: self.client.post("/chat/prompt", body=body, cast_to=object))
        return found

    def save(self, path: Path) -> None:
        """Write the conversation as JSON, to a file that is not there yet. Raise ServingError."""
        whole = {"model": self.served.name, "messages": self.messages()}
        try:
            with path.open("x", encoding="utf-8") as file:
                json.dump(whole, file, indent=1, ensure_ascii=False)
                file.write("\n")
        except OSError as error:
            raise ServingError(f"{path} cannot be written ({error.strerror}): give another name.") from error

"""Reads what a client asks for: OpenAI's fields, checked; what we cannot do is refused, never passed over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, ValidationError, field_validator

from schemas.settings.serve import Serve
from tasks.serving.engines import Options
from tasks.serving.errors import RequestError
from tasks.serving.model import Model
from tasks.serving.prompt import Message, leave_out_oldest

MOST_STOPS = 4
"""Stop strings of a request, as OpenAI."""
Shape = TypeVar("Shape", bound=BaseModel)


class Part(BaseModel):
    """A piece of a message."""

    model_config = ConfigDict(extra="forbid")
    type: Literal["text"]
    text: StrictStr


class ChatMessage(BaseModel):
    """A message as clients write it."""

    model_config = ConfigDict(extra="ignore")
    role: Literal["system", "user", "assistant"]
    content: StrictStr | list[Part]

    def plain(self) -> Message:
        """Return role and text."""
        content = self.content if isinstance(self.content, str) else "".join(part.text for part in self.content)
        return {"role": self.role, "content": content}


class StreamOptions(BaseModel):
    """What a stream is to hold."""

    model_config = ConfigDict(extra="ignore")
    include_usage: StrictBool = False


class ChatRequest(BaseModel):
    """The body of /v1/chat/completions. `when_full` is ours: what happens where the context is full."""

    model_config = ConfigDict(extra="forbid")

    model: StrictStr | None = None
    messages: list[ChatMessage] = Field(min_length=1)
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, gt=0, le=1)
    max_tokens: StrictInt | None = Field(None, ge=1)
    max_completion_tokens: StrictInt | None = Field(None, ge=1)
    seed: StrictInt | None = Field(None, ge=0, lt=2**31)
    stop: StrictStr | list[StrictStr] | None = None
    stream: StrictBool | None = False
    stream_options: StreamOptions | None = None
    when_full: Literal["refuse", "leave_out_oldest"] = "refuse"
    # What many clients send although it changes nothing.
    n: Literal[1] | None = None
    user: StrictStr | None = None
    presence_penalty: Literal[0] | None = None
    frequency_penalty: Literal[0] | None = None
    logprobs: Literal[False] | None = None

    @field_validator("stop")
    @classmethod
    def _stops(cls, given: str | list[str] | None) -> list[str] | None:
        """Take one stop string for a list of one."""
        words = [given] if isinstance(given, str) else given
        if words is not None and (len(words) > MOST_STOPS or not all(words)):
            raise ValueError(f"at most {MOST_STOPS} strings, none of them empty")
        return words

    def plain(self) -> list[Message]:
        """Return the messages."""
        return [message.plain() for message in self.messages]

    def counted(self) -> bool:
        """Whether a stream is to end with its counts."""
        return self.stream_options is not None and self.stream_options.include_usage


def parse(shape: type[Shape], body: Any) -> Shape:
    """Return a body in its shape. Raise RequestError with the first thing that is wrong."""
    try:
        return shape.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the body"
        words = "is not supported here" if first["type"] == "extra_forbidden" else f"is not right: {first['msg']}"
        raise RequestError(400, "bad_request", f"{where} {words}.") from error


def choose_model(models: Mapping[str, Model], name: str | None) -> Model:
    """Return the model that a request names, the first where it names none. Raise RequestError."""
    if name is None:
        return next(iter(models.values()))
    if name not in models:
        known = ", ".join(models)
        raise RequestError(404, "no_model", f"There is no model {name!r} here: there is {known}.")
    return models[name]


def fit(model: Model, asked: ChatRequest, settings: Serve) -> tuple[list[int], int, Options]:
    """Return a prompt's ids, how many rounds were left out of it, and how the answer is to be drawn.

    Raises:
        RequestError: the messages are no conversation, or do not fit the context.
    """
    wanted = asked.max_completion_tokens or asked.max_tokens or settings.max_tokens
    messages, out = asked.plain(), 0
    if asked.when_full == "leave_out_oldest":
        ids, out = leave_out_oldest(model.writer, messages, model.context - min(settings.room, wanted))
    else:
        ids = model.writer.ids(messages)
    if len(ids) >= model.context:
        what = "The last question alone" if out or len(messages) == 1 else "The prompt"
        raise RequestError(
            400,
            "context_length_exceeded",
            f"{what} has {len(ids):,} tokens, the model was trained on {model.context:,}, answer included: shorten it"
            + (
                ", or ask with when_full=leave_out_oldest."
                if asked.when_full == "refuse" and len(messages) > 2
                else "."
            ),
        )
    temperature = settings.temperature if asked.temperature is None else float(asked.temperature)
    most = min(wanted, model.context - len(ids))
    return ids, out, Options(most, temperature, asked.top_p, asked.seed)

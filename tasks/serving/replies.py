"""What the server answers, in OpenAI's shapes."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from tasks.serving.errors import RequestError

if TYPE_CHECKING:
    from starlette.responses import JSONResponse

OWNER = "sharegpt-clean"
"""By which `sharegpt chat` knows that it may ask for more than OpenAI's fields."""
DONE = "data: [DONE]\n\n"


def error_body(sentence: str, code: str, kind: str = "invalid_request_error") -> dict[str, Any]:
    """Return an error as OpenAI's clients read it."""
    return {"error": {"message": sentence, "type": kind, "code": code, "param": None}}


def error_reply(error: RequestError) -> JSONResponse:
    """Return the response to a request that cannot be answered."""
    from starlette.responses import JSONResponse

    kind = "server_error" if error.status >= 500 else "invalid_request_error"
    return JSONResponse(error_body(error.sentence, error.code, kind), status_code=error.status)


def event(value: dict[str, Any]) -> str:
    """Return one server-sent event."""
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"


def usage(prompt: int, answer: int) -> dict[str, int]:
    """Return counts of tokens."""
    return {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer}


class Shapes:
    """The bodies that belong to one answer.

    Args:
        name: of the request.
        model: that answers.
        left_out: how many of the oldest rounds the model does not see.
    """

    def __init__(self, name: str, model: str, left_out: int) -> None:
        self.about = {"id": name, "created": int(time.time()), "model": model}
        self.more = {"rounds_left_out": left_out} if left_out else {}

    def chunk(self, delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
        """Return an event of a stream."""
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return self.about | {"object": "chat.completion.chunk", "choices": [choice]} | self.more

    def counted(self, prompt: int, answer: int) -> dict[str, Any]:
        """Return the last event of a stream that was to be counted."""
        return self.about | {"object": "chat.completion.chunk", "choices": [], "usage": usage(prompt, answer)}

    def whole(self, text: str, finish: str, prompt: int, answer: int) -> dict[str, Any]:
        """Return a whole answer."""
        message = {"role": "assistant", "content": text, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
        body = {"object": "chat.completion", "choices": [choice], "usage": usage(prompt, answer)}
        return self.about | body | self.more

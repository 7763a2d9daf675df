"""How fast a served model answers: the time to its first token, and tokens a second after it."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tasks.serving.errors import ServingError
from tasks.serving.guard import KEY
from tasks.serving.model import Model


@dataclass(frozen=True)
class Measured:
    """What one answer took.

    Args:
        first: seconds to the first piece of text.
        tokens: of the answer.
        seconds: from the first piece to the last.
    """

    first: float
    tokens: int
    seconds: float


def measure(url: str, model: Model, rounds: int, most: int) -> list[Measured]:
    """Return what answers to the model's own first prompt take, through the server, one after another.

    Args:
        url: of the server.
        model: that is asked.
        rounds: how many are measured; one more comes first, and is not.
        most: tokens of an answer.

    Raises:
        ServingError: the engine broke off.
    """
    body = {"model": model.run, "messages": model.proof["messages"], "temperature": 0, "max_tokens": most}
    body |= {"stream": True, "stream_options": {"include_usage": True}}
    return [_answer(url, body) for _ in range(rounds + 1)][1:]


def _answer(url: str, body: dict[str, Any]) -> Measured:
    import httpx

    key = os.environ.get(KEY)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    times, tokens = [], 0
    timeout = httpx.Timeout(None, connect=5)
    begun = time.perf_counter()
    with (
        httpx.Client(base_url=url, headers=headers, timeout=timeout, trust_env=False) as client,
        client.stream("POST", "/v1/chat/completions", json=body) as answer,
    ):
        for line in answer.iter_lines():
            if not line.startswith("data: {"):
                continue
            chunk = json.loads(line.removeprefix("data: "))
            if "error" in chunk:
                raise ServingError(chunk["error"]["message"])
            if chunk["choices"] and chunk["choices"][0]["delta"].get("content"):
                times.append(time.perf_counter())
            tokens = chunk.get("usage", {}).get("completion_tokens", tokens)
    if not times:
        raise ServingError("The model ended its answer at once: there is nothing to measure.")
    return Measured(times[0] - begun, tokens, times[-1] - times[0])


def summary(timings: Sequence[Measured]) -> dict[str, float]:
    """Return the medians: seconds to the first token, and tokens a second after it."""
    rates = [one.tokens / one.seconds for one in timings if one.seconds > 0]
    return {
        "first_token_seconds": statistics.median(one.first for one in timings),
        "tokens_per_second": statistics.median(rates) if rates else 0.0,
        "answers": len(timings),
        "tokens": sum(one.tokens for one in timings),
    }

"""What can go wrong where a model is served: at the start, in an engine, or in a request."""

from __future__ import annotations

from schemas.errors import PipelineError


class ServingError(PipelineError):
    """A model cannot be served, or no longer; the sentence says why and what to do."""


class EngineError(Exception):
    """An engine broke off or refused; the sentence is shown to whoever asked."""


class RequestError(Exception):
    """A request cannot be answered.

    Args:
        status: of HTTP.
        code: a word that programs can compare.
        sentence: for a person.
    """

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.code, self.sentence = status, code, sentence

"""What worker processes load while Prefect comes up; importing this module itself loads nothing."""

from __future__ import annotations

import contextlib
import importlib


def warm_reading() -> None:
    """Load in a worker what counts and ingests, half of what the stages need."""
    from tasks.runtime.workers import spared_collector

    with spared_collector():
        importlib.import_module("tasks.ingest")


def warm_stages(tokenizer: str, template: str) -> None:
    """Load in a worker what its first parts need: the stages and the encoder. What fails here fails again later."""
    from schemas.errors import PipelineError
    from tasks.runtime.workers import spared_collector

    with spared_collector(), contextlib.suppress(PipelineError):
        importlib.import_module("flows.order")
        importlib.import_module("tasks.tokens.chat_encoder").load_chat_encoder(tokenizer, template)

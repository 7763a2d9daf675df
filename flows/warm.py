"""What worker processes load while Prefect comes up; importing this module itself loads nothing."""

from __future__ import annotations

import contextlib
import importlib


def warm(tokenizer: str, template: str) -> None:
    """Load in a worker what its first parts need: the stages and the encoder. What fails here fails again later."""
    from schemas.errors import PipelineError
    from tasks.tokens.chat_encoder import load_chat_encoder

    importlib.import_module("flows.order")
    with contextlib.suppress(PipelineError):
        load_chat_encoder(tokenizer, template)

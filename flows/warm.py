"""What a worker loads while Prefect starts: the modules of its stages and the tokenizer, and DuckDB not."""

from __future__ import annotations

import contextlib

from schemas.errors import PipelineError
from tasks import convert, cut_windows, deduplicate, filter_language, filter_quality, ingest  # noqa: F401  # to be there
from tasks.tokens.chat_encoder import load_codec


def warm(tokenizer: str, template: str) -> None:
    """Load in a worker what its first parts need; what fails here fails again in the run."""
    with contextlib.suppress(PipelineError):
        load_codec(tokenizer, template)

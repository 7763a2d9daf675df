"""The digests of the files that settings name: a tokenizer, a template, benchmarks."""

from __future__ import annotations

import hashlib
from pathlib import Path

from schemas.settings import Settings
from tasks.decontamination.benchmark_files import digest
from tasks.tokens.tokenizer import load_tokenizer


def input_digests(settings: Settings) -> dict[str, str]:
    """Return the digests of what the settings name, by section. Raise PipelineError where one cannot be had."""
    tokens = settings.tokens
    return {
        "tokens": f"{load_tokenizer(tokens.tokenizer).digest}:{file_digest(tokens.template)}",
        "decontamination": digest(settings.decontamination),
    }


def file_digest(name: str) -> str:
    """Return the digest of a file's bytes; of the name where there is no such file (a built-in)."""
    path = Path(name)
    return hashlib.sha256(path.read_bytes() if path.is_file() else name.encode()).hexdigest()

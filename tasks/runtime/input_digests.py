"""The digests of the files that settings name: a tokenizer, a template, benchmarks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from schemas.settings import Concern, Decontamination, Tokens
from tasks.decontamination.benchmark_files import digest
from tasks.tokens.tokenizer import load_tokenizer


def identities(settings: Mapping[str, Concern]) -> dict[str, str]:
    """Give the identity of every concern that names files. Raises PipelineError where one cannot be had."""
    found: dict[str, str] = {}
    for name, concern in settings.items():
        if isinstance(concern, Tokens):
            found[name] = f"{load_tokenizer(concern.tokenizer).digest}:{file_digest(concern.template)}"
        if isinstance(concern, Decontamination):
            found[name] = digest(concern)
    return found


def file_digest(name: str) -> str:
    """Give the digest of a file's bytes; of the name where there is no such file (a built-in)."""
    path = Path(name)
    return hashlib.sha256(path.read_bytes() if path.is_file() else name.encode()).hexdigest()

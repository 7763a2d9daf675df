"""The digests of the files that settings name: a tokenizer, a template, benchmarks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from schemas.settings import Decontamination, Section, Tokens
from tasks.decontamination.benchmark_files import digest
from tasks.tokens.tokenizer import load_tokenizer


def input_digests(settings: Mapping[str, Section]) -> dict[str, str]:
    """Return the identity of every section that names files. Raises PipelineError where one cannot be had."""
    found: dict[str, str] = {}
    for name, section in settings.items():
        if isinstance(section, Tokens):
            found[name] = f"{load_tokenizer(section.tokenizer).digest}:{file_digest(section.template)}"
        if isinstance(section, Decontamination):
            found[name] = digest(section)
    return found


def file_digest(name: str) -> str:
    """Return the digest of a file's bytes; of the name where there is no such file (a built-in)."""
    path = Path(name)
    return hashlib.sha256(path.read_bytes() if path.is_file() else name.encode()).hexdigest()

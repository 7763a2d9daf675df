"""Digests of values and of files: what tells one version of a thing from another."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path


def combine(*parts: object) -> str:
    """Return one digest of several values that JSON can hold."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:32]


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""Small files of a run written so that a kill leaves the old or the new one, and hashes of big ones."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from schemas.errors import PipelineError

TEMPORARY = ".tmp-"
HASHERS = 4
"""Files hashed at once: hashing leaves Python's lock, and a checkpoint of a 7B has some ten big files."""


class TrainingError(PipelineError):
    """A run cannot start, go on or be published; the sentence says why and what to do."""


def write_json(path: Path, value: Any) -> None:
    """Write a JSON file under a temporary name, flush it to disk and rename it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")
    with temporary.open("w", encoding="utf-8") as handle:
        json.dump(value, handle, indent=1, sort_keys=True, ensure_ascii=False)
        handle.write("\n")
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(path)


def read_json(path: Path) -> Any:
    """Return what a JSON file holds; None where there is none or it is not whole."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def files_below(folder: Path, leave: Iterable[str] = ()) -> list[Path]:
    """List the files below a folder by name, but for the names to leave out and temporary ones."""
    left = set(leave)
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.name not in left and not path.name.startswith(TEMPORARY)
    )


def sha256(path: Path, *, flush: bool = False) -> str:
    """Return a file's SHA-256; with `flush` its bytes are on the disk before it returns."""
    with path.open("rb") as handle:
        if flush:
            os.fsync(handle.fileno())
        return hashlib.file_digest(handle, "sha256").hexdigest()


def listed(folder: Path, leave: Iterable[str] = (), *, flush: bool = False) -> list[dict[str, Any]]:
    """Return name, bytes and sha256 of every file below a folder, by name."""
    paths = files_below(folder, leave)
    with ThreadPoolExecutor(HASHERS) as pool:
        hashes = list(pool.map(lambda path: sha256(path, flush=flush), paths))
    return [
        {"name": path.relative_to(folder).as_posix(), "bytes": path.stat().st_size, "sha256": digest}
        for path, digest in zip(paths, hashes, strict=True)
    ]


def differs(folder: Path, entries: Iterable[dict[str, Any]]) -> str | None:
    """Return what is wrong with the files of a list, in a few words; None where all are there with their bytes."""
    entries = list(entries)
    for entry in entries:
        path = folder / entry["name"]
        if not path.is_file():
            return f"{entry['name']} is missing"
        if path.stat().st_size != entry["bytes"]:
            return f"{entry['name']} has {path.stat().st_size} bytes instead of {entry['bytes']}"
    with ThreadPoolExecutor(HASHERS) as pool:
        hashes = pool.map(lambda entry: sha256(folder / entry["name"]), entries)
        wrong = next((entry for entry, digest in zip(entries, hashes, strict=True) if digest != entry["sha256"]), None)
    return f"{wrong['name']} has other bytes" if wrong else None

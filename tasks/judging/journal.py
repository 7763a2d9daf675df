"""Replies on disk the moment they come: one JSON object a line, flushed, found again by key."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any

from schemas.errors import SourceError

Entry = dict[str, Any]


class Journal:
    """An append-only file of replies, each under its key; of two with one key the later one counts.

    A line is on disk before `add` returns, so a killed process loses nothing that it was told. A last line that was
    cut by the kill is taken off when the file is opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: dict[str, Entry] = {}

    def __enter__(self) -> Journal:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = not self.path.exists()
        self.file = self.path.open("ab+")
        if fresh:
            _sync_folder(self.path.parent)
        self._read()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()

    def add(self, key: str, entry: Entry) -> None:
        """Write an entry and wait until the disk has it."""
        self.file.write(json.dumps({"key": key, **entry}, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        self.file.flush()
        os.fsync(self.file.fileno())
        self.entries[key] = entry

    def _read(self) -> None:
        """Read what is there. Raises SourceError for a line that nobody can have cut."""
        self.file.seek(0)
        whole = 0
        for number, line in enumerate(self.file, start=1):
            if not line.endswith(b"\n"):
                self.file.truncate(whole)
                break
            whole += len(line)
            try:
                entry = json.loads(line)
                self.entries[entry.pop("key")] = entry
            except (ValueError, KeyError, AttributeError, TypeError) as error:
                raise SourceError(
                    f"{self.path}, line {number} is no reply ({error}): delete the line; it is then asked for again."
                ) from error


def _sync_folder(folder: Path) -> None:
    """Make a new file's name last: without this a power cut may lose the file with all its lines."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

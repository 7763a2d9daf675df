"""The hash files of a data root: one line a file that was written, added and never changed.

Several lines may speak of one file; a line that was cut or damaged speaks of none.
"""

from __future__ import annotations

import fcntl
import os
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path

import msgspec

FILE = ".hashes"
GONE = -1
"""Stands for the bytes of a file that was removed on purpose."""


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """What was written: the file's name below the folder, its bytes, its time in ns, and the xxh3-128 of its bytes."""

    name: str
    bytes: int
    time: int
    hash: str


class HashFile:
    """The lines of one hash file, read on from where the last look ended."""

    def __init__(self, path: Path) -> None:
        self.path, self.file, self.read, self.lines = path, 0, 0, 0
        self.entries: dict[str, list[Entry]] = {}
        self.lock = threading.Lock()

    def of(self, name: str) -> list[Entry]:
        """Return what was written under a name."""
        with self.lock:
            self._read_on()
            return self.entries.get(name, [])

    def all(self) -> dict[str, list[Entry]]:
        """Return everything that was written, by name."""
        with self.lock:
            self._read_on()
            return dict(self.entries)

    def _read_on(self) -> None:
        try:
            with self.path.open("rb") as file:
                now = os.fstat(file.fileno())
                if now.st_ino != self.file or now.st_size < self.read:
                    self.file, self.read, self.lines, self.entries = now.st_ino, 0, 0, {}
                file.seek(self.read)
                data = file.read()
        except OSError:
            self.file, self.read, self.lines, self.entries = 0, 0, 0, {}
            return
        whole = data[: data.rfind(b"\n") + 1]
        self.read += len(whole)
        for line in whole.splitlines():
            self.lines += 1
            with suppress(msgspec.DecodeError, UnicodeDecodeError):  # a line that was damaged speaks of no file
                entry = msgspec.json.decode(line, type=Entry)
                if entry.bytes == GONE:
                    self.entries.pop(entry.name, None)
                else:
                    self.entries.setdefault(entry.name, []).append(entry)


_adding = threading.Lock()
"""Held while a line is added: closing a file anywhere in a process opens its lock."""


@cache
def hash_file(home: Path) -> HashFile:
    """Return what this process has read of the hash file of a folder."""
    return HashFile(home / FILE)


def add(home: Path, entry: Entry) -> None:
    """Add a line to the hash file of a folder."""
    with _adding, open(home / FILE, "ab", buffering=0, opener=_private) as file:  # Path has no opener
        # Appending is one step on a local disk; on a network's, it is where the file is locked.
        with suppress(OSError):
            fcntl.lockf(file, fcntl.LOCK_EX)
        # One write, so that lines of several processes do not mix; the break in front ends a line that was cut.
        file.write(b"\n" + msgspec.json.encode(entry) + b"\n")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)

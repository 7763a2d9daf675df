"""What the files of a data root hold: one small file per stage folder says of each its size, its time and its hash.

A line is added before a file gets its name, so no kill leaves a file without one. Several lines may speak of one file:
it is sound where it matches any of them, and the digest in its footer says whether it is the one that is wanted.
What no line speaks of proves nothing, and is made anew.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import StrEnum
from functools import cache
from pathlib import Path

import msgspec
import xxhash

from schemas.errors import DamagedError
from schemas.tables import STAGES
from tasks.store.hash_lines import FILE, GONE, Entry, add, hash_file

FOLDERS = tuple(stage.folder for stage in STAGES)
TEMPORARY = ".tmp-"
"""How the names of files and folders begin that are not whole yet."""
CHUNK = 1 << 20
STARTED = time.time_ns()
"""When this process began: what was written since needs no second look before it is read."""


class State(StrEnum):
    """What became of a file since it was written; the value is what `verify` says of it."""

    SOUND = "is what was written"
    CHANGED = "has been changed: it is not what was written"
    MISSING = "is missing"
    UNKNOWN = "is not known to be what was written: its line in .hashes is lost"


def home_of(path: Path) -> Path | None:
    """Return the folder whose hash file speaks of a file: its stage's, or the data root; None for any other file."""
    for root in path.parents:
        if any((root / folder).is_dir() for folder in FOLDERS):
            inner = path.relative_to(root).parts
            if any(part.startswith(TEMPORARY) for part in inner):
                return None
            return root if len(inner) == 1 else root / inner[0] if inner[0] in FOLDERS else None
    return None


def content_hash(path: Path) -> str:
    """Return the xxh3-128 of a file's bytes."""
    digest = xxhash.xxh3_128()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def remember(path: Path, written: Path | None = None, digest: str | None = None) -> None:
    """Add a line on what a file holds.

    Args:
        path: of the file.
        written: where its bytes are now, before it gets its name.
        digest: the hash of the bytes, where it is known.
    """
    home = home_of(path)
    if home is None:
        return
    found = written or path
    stat = found.stat()
    name = path.relative_to(home).as_posix()
    add(home, Entry(name, stat.st_size, stat.st_mtime_ns, digest or content_hash(found)))


def forget(path: Path) -> None:
    """Add a line that a file is removed on purpose: nobody misses it."""
    home = home_of(path)
    if home is not None:
        add(home, Entry(path.relative_to(home).as_posix(), GONE, 0, ""))


def forget_below(folder: Path) -> None:
    """Add a line for each file of a folder that was removed on purpose, unless its hash file went with it."""
    home = home_of(folder / FILE)
    if home is None or home == folder:
        return
    for name in hash_file(home).all():
        if (home / name).is_relative_to(folder):
            add(home, Entry(name, GONE, 0, ""))


def _lines_on(path: Path) -> list[Entry]:
    """Return the lines that speak of a file, the newest last."""
    home = home_of(path)
    return hash_file(home).of(path.relative_to(home).as_posix()) if home else []


def is_known(path: Path) -> bool:
    """Whether a line speaks of a file, there or not."""
    return bool(_lines_on(path))


def was_written(path: Path, content: bytes) -> bool:
    """Whether these bytes are what a file got last."""
    known = _lines_on(path)
    return bool(known) and known[-1].hash == xxhash.xxh3_128(content).hexdigest()


def state_of(path: Path, *, read: bool = False) -> State:
    """Return whether a file is what was written.

    Size and time are trusted where they are as they were; where they differ (a copied data root), the bytes are read,
    and their new time is remembered.

    Args:
        path: of the file.
        read: whether to read the bytes in any case.
    """
    try:
        stat = path.stat()
    except OSError:
        return State.MISSING
    known = _lines_on(path)
    if not known:
        return State.UNKNOWN
    same_time = any((entry.bytes, entry.time) == (stat.st_size, stat.st_mtime_ns) for entry in known)
    if same_time and not read:
        return State.SOUND
    if not any(entry.bytes == stat.st_size for entry in known):
        return State.CHANGED
    digest = content_hash(path)
    if not any(entry.hash == digest for entry in known):
        return State.CHANGED
    if not same_time:
        with suppress(OSError):  # a data root that is only read stays as it is
            remember(path, digest=digest)
    return State.SOUND


@cache
def _checked() -> set[tuple[Path, int]]:
    """Return which files this process has read and found sound."""
    return set()


def check_before_reading(path: Path) -> None:
    """Raise DamagedError where a file is not what was written; its bytes are read once in a process."""
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise DamagedError(str(path)) from error
    if changed < STARTED and (path, changed) not in _checked():
        if state_of(path, read=True) not in (State.SOUND, State.UNKNOWN):
            raise DamagedError(str(path))
        _checked().add((path, changed))


def homes(root: Path) -> list[Path]:
    """Return the folders of a data root that have a hash file, the root among them."""
    return [home for home in (root, *(root / folder for folder in FOLDERS)) if (home / FILE).is_file()]


def known_files(root: Path) -> Iterator[Path]:
    """Yield every file of a data root that its hash files speak of, there or not."""
    for home in homes(root):
        yield from (home / name for name in sorted(hash_file(home).all()))


def changed_files(
    root: Path, wanted: Callable[[Path], bool] | None = None, *, read: bool = False
) -> Iterator[tuple[Path, State]]:
    """Yield every wanted file of a data root that is gone or is not what was written, and which of the two.

    Args:
        root: the data root.
        wanted: whether a file is asked about; None = every one is.
        read: whether to read the bytes of every file, or those alone whose size or time differ.
    """
    for path in filter(wanted, known_files(root)):
        state = state_of(path, read=read)
        if state in (State.CHANGED, State.MISSING):
            yield path, state


def tidy_hashes(root: Path) -> None:
    """Write the hash files anew where they hold lines of no use: files that are gone, and earlier contents.

    Only the holder of the data root's lock may call this, after a run that found or made everything it needs.
    """
    for home in homes(root):
        held = hash_file(home)
        known = held.all()
        kept: list[Entry] = []
        gone = False
        for name, entries in sorted(known.items()):
            try:
                stat = (home / name).stat()
            except OSError:
                gone = True
                continue
            now = [one for one in entries if (one.bytes, one.time) == (stat.st_size, stat.st_mtime_ns)]
            kept += now[-1:] or entries
        if gone or held.lines > 2 * len(kept):
            temporary = home / f"{TEMPORARY}{os.getpid()}-hashes"
            temporary.write_bytes(b"".join(msgspec.json.encode(entry) + b"\n" for entry in kept))
            temporary.replace(home / FILE)

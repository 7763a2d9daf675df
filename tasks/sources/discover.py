"""Which files a source names, what they are called in row ids, and how to know one again."""

from __future__ import annotations

import errno
import glob
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, pairwise
from pathlib import Path
from typing import Any

from schemas.errors import SourceError
from tasks.privacy.places import name_templates
from tasks.privacy.visible import visible
from tasks.sources.remote import MEND, filesystem, is_remote, public_name, three_tries
from tasks.store.sql_text import printable

_DATA = re.compile(r"\.(json|jsonl|ndjson|parquet|gz|zst|bz2|xz|zip|tar|tgz|tbz2|txz)$", re.IGNORECASE)
_ASIDE = re.compile(r"\.expected\.|^readme", re.IGNORECASE)
# What fsspec's filesystems call what tells versions apart, the surest first.
_VERSIONS = (
    "ETag etag checksum Content-MD5 md5Hash blob_id generation LastModified Last-Modified last_modified mtime created"
)

KINDS = {
    stat.S_ISFIFO: "a pipe",
    stat.S_ISSOCK: "a socket",
    stat.S_ISCHR: "a device",
    stat.S_ISBLK: "a device",
    stat.S_ISDIR: "a folder",
}


@dataclass(frozen=True)
class Source:
    """One input file.

    Args:
        name: what it is called in every row_id: below the folder given, or the URL; never an absolute local path,
            nor anything personal or secret that the file's name holds.
        origin: where it is: an absolute local path, or the URL with all its parts.
        identity: of this version of it, by size and time or a server's tag; empty = not known, so it is read again.
        changed: when a local file last changed, in seconds since 1970.
        size: bytes of a remote file, packed as it is, where known.
    """

    name: str
    origin: str
    identity: str
    changed: float = 0.0
    size: int | None = None

    @property
    def remote(self) -> bool:
        """Whether it must be fetched first."""
        return is_remote(self.origin)


def discover(source: str | list[str], known: Mapping[str, str] | None = None) -> list[Source]:
    """Return the files that a file, folder, glob, URL or list of those names, in order of name.

    Args:
        source: what was given.
        known: redacted names that files got before, by origin (`tasks.sources.origins.known_names`).

    Raises:
        SourceError: nothing is there, or two files have the same name.
    """
    given = [source] if isinstance(source, str) else list(source)
    if not all(given):
        raise SourceError(f"An empty name is no source: {MEND}.")
    if not given:
        raise SourceError(f"No source was given: {MEND}.")
    unsaid = next((item for item in given if printable(item) != item), None)
    if unsaid is not None:
        raise SourceError(f"{printable(unsaid)}: this name is not UTF-8: rename it, or give the folder it lies in.")
    local = [item.removeprefix("file://") for item in given if not is_remote(item)]
    found = {item.origin: item for url in given if is_remote(url) for item in _remote(url)}
    files = {file: None for item in local for file in _local(item)}
    base = _base(local, list(files))
    found |= {str(file): _stamped(file, base) for file in files}
    named = _redacted(sorted(found.values(), key=lambda item: (item.name, item.origin)), known or {})
    sources = sorted(named, key=lambda item: (item.name, item.origin))
    for one, other in pairwise(sources):
        if one.name == other.name:
            raise SourceError(f"Two files would both be called {one.name} in the row ids: give one of them alone.")
    return sources


def _redacted(sources: list[Source], known: Mapping[str, str]) -> list[Source]:
    """Return the sources under names without anything personal or secret, numbered where they would be alike."""
    before = [known.get(public_origin(source)) for source in sources]
    names = redacted_names([source.name for source in sources], before, known.values())
    return [replace(source, name=name) for source, name in zip(sources, names, strict=True)]


def redacted_names(names: Sequence[str], before: Sequence[str | None], used: Iterable[str] = ()) -> list[str]:
    """Return names without anything personal or secret, numbered where they would be alike.

    Args:
        names: as they are.
        before: what each was called before, where its name had to be redacted then.
        used: names that no other may get.
    """
    taken = set(used)
    named: list[str] = []
    for name, template, held in zip(names, name_templates(names), before, strict=True):
        if template is None:
            named.append(visible(name))
            continue
        fresh = (template.format(*[number] * template.count("{}")) for number in count(1))
        named.append(visible(held or next(name for name in fresh if name not in taken)))
        taken.add(named[-1])
    return named


def public_origin(source: Source) -> str:
    """Return where a source is, without what is secret in a URL."""
    return public_name(source.origin) if source.remote else source.origin


def _base(given: list[str], files: list[Path]) -> Path:
    """Return the folder below which local files are named."""
    if len(given) == 1 and Path(given[0]).expanduser().is_dir():
        return _absolute(given[0])
    return Path(os.path.commonpath([file.parent for file in files])) if files else Path()


def _local(item: str) -> list[Path]:
    """Return the files of a local path or glob."""
    path = _absolute(item)
    try:
        if path.is_dir():
            files = [file for file in _files_below(path) if is_data_name(file.relative_to(path).as_posix())]
            what = f"The folder {item} holds no JSON, JSON Lines, Parquet, compressed or archive file"
        elif glob.has_magic(item) and not os.path.lexists(path):
            files = [file for file in map(_absolute, glob.iglob(_pattern(path), recursive=True)) if not file.is_dir()]  # noqa: PTH207  # Path.glob takes no absolute pattern
            files = [file for file in files if is_data_name(file.name)]
            what = f"No data file matches {item}"
        else:
            files, what = [path], ""
    except OSError as error:
        raise SourceError(f"{item} cannot be read ({error.strerror}): check that you may read it.") from error
    if not files:
        raise SourceError(f"{what}: {MEND}.")
    for file in files:
        _check_file(file, item if file == path else str(file))
    return files


def _files_below(folder: Path) -> Iterator[Path]:
    """Yield everything below a folder that is no folder. Raises OSError where a folder cannot be read."""

    def refuse(error: OSError) -> None:
        raise error

    for here, _, names in os.walk(folder, onerror=refuse):
        yield from (Path(here, name) for name in names)


def _pattern(path: Path) -> str:
    """Return a glob whose leading folders are taken literally, as far as they exist as they are spelled."""
    folder = next(folder for folder in path.parents if folder.is_dir())
    return os.path.join(glob.escape(str(folder)), path.relative_to(folder))  # noqa: PTH118  # a pattern is no path


def _check_file(path: Path, given: str) -> None:
    """Raise SourceError with what is there instead, unless a path is a file."""
    try:
        mode = path.stat().st_mode
    except ValueError as error:  # a NUL within
        raise SourceError(f"{given} cannot be a path ({error}): {MEND}.") from error
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise SourceError(f"{given} is a link that leads back to itself: {MEND}.") from error
        if path.is_symlink():
            raise SourceError(f"{given} is a link to {path.readlink()}, which does not exist: {MEND}.") from error
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            raise SourceError(f"{given} does not exist: {MEND}.") from error
        raise SourceError(f"{given} cannot be read ({error.strerror}): check that you may read it.") from error
    if not stat.S_ISREG(mode):
        kind = next((name for is_kind, name in KINDS.items() if is_kind(mode)), "no file")
        raise SourceError(f"{given} is {kind}, and rows are read from files, more than once: save it as a file first.")


def _absolute(item: str) -> Path:
    """Return the absolute path, links left as they are."""
    return Path(os.path.abspath(Path(item).expanduser()))  # noqa: PTH100  # Path.absolute keeps `..`


def is_data_name(name: str) -> bool:
    """Whether a file found in a folder is data: not hidden, not a side file."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return bool(_DATA.search(name)) and not hidden and not _ASIDE.search(parts[-1])


def _stamped(file: Path, base: Path) -> Source:
    """Return a local file as a source."""
    try:
        now = file.stat()
    except OSError as error:
        raise SourceError(f"{file.name} cannot be read ({error.strerror}): check that it is there.") from error
    identity = f"{now.st_size}:{now.st_mtime_ns}:{now.st_ctime_ns}:{now.st_ino}"
    return Source(printable(file.relative_to(base).as_posix()), str(file), identity, max(now.st_mtime, now.st_ctime))


def _remote(url: str) -> Iterator[Source]:
    """Return the files of a URL."""
    system, path = filesystem(url)
    web = url.startswith(("http://", "https://"))
    name = public_name(url)

    def look() -> list[tuple[str, Any]]:
        system.invalidate_cache()
        if web:
            return [(url, system.info(path))]
        if glob.has_magic(path) and not system.exists(path):
            found = system.glob(path, detail=True)
        elif system.isdir(path):
            found = system.find(path, detail=True)
        else:
            return [(url, system.info(path))]
        files = {file: info for file, info in found.items() if info["type"] == "file" and is_data_name(Path(file).name)}
        return [(system.unstrip_protocol(file), info) for file, info in sorted(files.items())]

    found = three_tries(look, name)
    if not found:
        raise SourceError(f"{name} holds no data file: {MEND}.")
    for place, info in found:
        version = next((str(info[field]) for field in _VERSIONS.split() if info.get(field)), "")
        size = info.get("size")
        yield Source(name if place == url else place, place, f"{size}:{version}" if version else "", size=size)

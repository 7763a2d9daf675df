"""Plain UTF-8 files to read: a file itself, or what it holds, fetched and unpacked once, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from schemas.errors import SourceError
from schemas.settings import Input
from tasks.sources.charsets import UTF8, is_utf8, transcode, wide_utf
from tasks.sources.discover import Source, redacted_names
from tasks.sources.packed import CHUNK, LOOK, ZIP, Member, Unpacker, packing, peek
from tasks.sources.remote import filesystem, three_tries


@dataclass(frozen=True)
class LocalFile:
    """A plain file: what it is called in row ids, where it is, and the charset that it was read in."""

    name: str
    path: str
    charset: str = UTF8


def local_files(source: Source, spool: Path, reading: Input) -> list[LocalFile]:
    """Return the plain files of a source: itself where it is local and plain, else copies in the spool.

    Raises:
        SourceError: it cannot be read, is damaged or encrypted, packed twice, or unpacks to too much.
    """
    if source.remote:
        return three_tries(lambda: _copies(source, spool, reading), source.name)
    path = Path(source.origin)
    try:
        with path.open("rb") as stream:
            head = stream.read(LOOK)
        foreign = not packing(head) and _foreign(path, head, reading)
    except OSError as error:
        raise SourceError(f"{source.name} cannot be read ({error.strerror}): check that it is there.") from error
    if packing(head) or wide_utf(head) or foreign:
        return _copies(source, spool, reading)
    return [LocalFile(source.name, str(path))]


def _foreign(path: Path, head: bytes, reading: Input) -> bool:
    """Whether a file is text in the charset that a setting names, and not in UTF-8."""
    return reading.encoding not in ("auto", UTF8) and not head.startswith(b"PAR1") and not is_utf8(path)


def _copies(source: Source, spool: Path, reading: Input) -> list[LocalFile]:
    """Fetch and unpack a file into the spool, unless this version of it is there; its index is written last."""
    key = hashlib.sha256(os.fsencode(f"{source.origin}\n{source.identity}\n{reading.encoding}")).hexdigest()[:16]
    index = spool / f"{key}.index"
    held = _held(index) if source.identity else None
    if held is not None:
        return held
    spool.mkdir(mode=0o700, parents=True, exist_ok=True)
    names: dict[str, None] = {}
    copies: list[tuple[Path, str]] = []
    for number, member in enumerate(_members(source, spool, reading)):
        name = "/".join(part for part in member.name.split("/") if part not in ("", "."))
        if name in names:
            raise SourceError(f"{source.name} holds two files called {name}: pack it again with one of them.")
        names[name] = None
        path = spool / f"{key}-{number:04d}.raw"
        copies.append((path, _write(member.chunks, path, reading)))
    named = ("/".join(filter(None, (source.name, name))) for name in redacted_names(list(names), [None] * len(names)))
    files = [LocalFile(name, str(path), charset) for name, (path, charset) in zip(named, copies, strict=True)]
    _whole(index, lambda partial: partial.write_text(json.dumps([asdict(file) for file in files]), encoding="utf-8"))
    return files


def _held(index: Path) -> list[LocalFile] | None:
    """Return the copies that an index names where all are there."""
    try:
        files = [LocalFile(**held) for held in json.loads(index.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return None
    return files if all(Path(file.path).exists() for file in files) else None


def _members(source: Source, spool: Path, reading: Input) -> Iterator[Member]:
    """Yield the members of a source."""
    if not source.remote:
        path = Path(source.origin)
        unpacker = Unpacker(source.name, reading.max_expansion, path.stat().st_size)
        with path.open("rb") as stream:
            if stream.read(len(ZIP)) == ZIP:
                yield from unpacker.zip_members(path)
                return
            stream.seek(0)
            yield from unpacker.members(iter(lambda: stream.read(CHUNK), b""))
        return
    unpacker = Unpacker(source.name, reading.max_expansion, source.size or 0)
    head, chunks = peek(fetch(source))
    if not head.startswith(ZIP):
        yield from unpacker.members(chunks)
        return
    with tempfile.NamedTemporaryFile(dir=spool, suffix=".partial") as copy:  # a zip archive is read from its end
        for chunk in chunks:
            copy.write(chunk)
        copy.flush()
        yield from unpacker.zip_members(Path(copy.name))


def fetch(source: Source) -> Iterator[bytes]:
    """Yield a remote file's bytes; raise OSError if they are not as many as announced."""
    system, path = filesystem(source.origin)
    # One request for the whole file: many servers of the web cannot send parts.
    options = {"block_size": 0} if source.origin.startswith("http") else {"block_size": 8 * CHUNK}
    with system.open(path, "rb", cache_type="readahead", **options) as stream:
        got = 0
        while chunk := stream.read(CHUNK):
            got += len(chunk)
            yield chunk
    if source.size is not None and got != source.size:
        raise OSError(f"{got} bytes came, {source.size} were announced")


def _write(chunks: Iterator[bytes], path: Path, reading: Input) -> str:
    """Write a member's bytes, in UTF-8 where they are text; return the charset that they were in."""
    charset = UTF8

    def plain(partial: Path) -> None:
        with partial.open("wb") as out:
            for chunk in chunks:
                out.write(chunk)

    _whole(path, plain)
    with path.open("rb") as stream:
        head = stream.read(LOOK)
    wide = wide_utf(head)
    if wide or _foreign(path, head, reading):
        charset = wide or reading.encoding
        _whole(path, lambda partial: transcode(path, partial, charset))
    return charset


def _whole(path: Path, write: Callable[[Path], Any]) -> None:
    """Write a file under a temporary name, and rename it when it is whole."""
    handle, partial = tempfile.mkstemp(dir=path.parent, suffix=".partial")
    os.close(handle)
    try:
        write(Path(partial))
        Path(partial).replace(path)
    finally:
        Path(partial).unlink(missing_ok=True)


def drop_copies(spool: Path) -> None:
    """Remove the copies; what is known of the files stays, and a part that must be remade fetches its file again."""
    for pattern in ("*.raw", "*.index", "*.partial"):
        for path in spool.glob(pattern):
            path.unlink(missing_ok=True)

"""A local, uncompressed copy of what is remote or compressed: fetched once, streaming, whole or not at all."""

from __future__ import annotations

import hashlib
import itertools
import os
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import zstandard

from schemas.errors import SourceError
from tasks.sources.discover import Source
from tasks.sources.remote import filesystem, three_tries

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_CHUNK = 1 << 20


def local_copy(source: Source, spool: Path) -> Path:
    """Return where the file's bytes can be read: itself where it is local and plain, else a copy in `spool`."""
    if source.remote:
        return _copy(source, spool)
    path = Path(source.origin)
    try:
        with path.open("rb") as stream:
            packed = _packed(stream.read(4))
    except OSError as error:
        raise SourceError(f"{source.name} cannot be read ({error.strerror}): check that it is there.") from error
    return _copy(source, spool) if packed else path


def _copy(source: Source, spool: Path) -> Path:
    """Fetch and unpack the file into the spool unless this version of it is there."""
    key = hashlib.sha256(os.fsencode(f"{source.origin}\n{source.identity}")).hexdigest()[:16]
    path = spool / f"{key}.raw"
    if path.exists() and source.identity:
        return path
    spool.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=spool, suffix=".partial")
    os.close(handle)
    try:
        if source.remote:
            three_tries(lambda: _fetch(source, Path(partial)), source.name)
        else:
            with Path(source.origin).open("rb") as stream:
                _unpack(_chunks(stream, None), Path(partial), source.name)
        Path(partial).replace(path)
    finally:
        Path(partial).unlink(missing_ok=True)
    return path


def _fetch(source: Source, target: Path) -> None:
    """Copy a remote file to `target`, unpacked."""
    system, path = filesystem(source.origin)
    # One request for the whole file: many servers of the web cannot send parts.
    options = {"block_size": 0} if source.origin.startswith("http") else {"block_size": 8 * _CHUNK}
    with system.open(path, "rb", cache_type="readahead", **options) as stream:
        _unpack(_chunks(stream, source.size), target, source.name)


def _chunks(stream: Any, size: int | None) -> Iterator[bytes]:
    """Yield a stream's bytes; raise OSError if they are not as many as announced."""
    got = 0
    while chunk := stream.read(_CHUNK):
        got += len(chunk)
        yield chunk
    if size is not None and got != size:
        raise OSError(f"{got} bytes came, {size} were announced")


def _unpack(chunks: Iterator[bytes], target: Path, name: str) -> None:
    """Write the plain bytes of packed ones to `target`."""
    with target.open("wb") as out:
        start = next(chunks, b"")
        kind = _packed(start)
        try:
            for plain in _plain(kind, start, chunks):
                out.write(plain)
        except (zlib.error, zstandard.ZstdError) as error:
            raise SourceError(f"{name} is a damaged {kind} file ({error}): fetch or pack it again.") from error


def _plain(kind: str, start: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack chunk by chunk, through members and frames that follow each other."""
    if not kind:
        yield start
        yield from chunks
        return
    error = zlib.error if kind == "gzip" else zstandard.ZstdError
    unpacker = None
    for chunk in itertools.chain([start], chunks):
        rest = chunk
        while rest:
            unpacker = unpacker or _unpacker(kind)
            yield unpacker.decompress(rest)
            rest = unpacker.unused_data
            if unpacker.eof:
                # Zero bytes may pad the end of a gzip file.
                rest, unpacker = (rest.lstrip(b"\0") if kind == "gzip" else rest), None
    if unpacker is not None:
        raise error("it ends too early")


def _unpacker(kind: str) -> Any:
    """Return an object that unpacks one gzip member or one zstd frame."""
    return zlib.decompressobj(wbits=31) if kind == "gzip" else zstandard.ZstdDecompressor().decompressobj()


def _packed(start: bytes) -> str:
    """Name the compression that a file's first bytes show; empty = none."""
    return "gzip" if start.startswith(GZIP) else "zstd" if start.startswith(ZSTD) else ""


def drop_copies(spool: Path) -> None:
    """Remove the copies; what is known of the files stays, and a part that must be remade fetches its file again."""
    for pattern in ("*.raw", "*.partial"):
        for path in spool.glob(pattern):
            path.unlink(missing_ok=True)

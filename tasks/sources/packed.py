"""Unpacks what is compressed, and the members of zip and tar archives, as streams: nothing is extracted."""

from __future__ import annotations

import bz2
import io
import itertools
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import zstandard

from schemas.errors import SourceError
from tasks.sources.discover import is_data_name

CHUNK = 1 << 20
_BITE = 64 * 1024  # packed bytes unpacked at a time: a bomb unpacks to 1,000 times as many
ZIP = b"PK\x03\x04"
_MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", ZIP: "zip"}
_TAR = b"ustar"
_TAR_AT = 257
LOOK = 512
"""First bytes by which a packed file is known."""
_ERRORS = (zlib.error, zstandard.ZstdError, lzma.LZMAError, OSError, ValueError, EOFError)


class Member(NamedTuple):
    """A file in an archive, or what a compressed file holds: its name (none for the latter) and its bytes."""

    name: str
    chunks: Iterator[bytes]


def packing(head: bytes) -> str:
    """Return how a file that begins like this is packed: a compression, zip or tar; empty where it is not."""
    if head[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR:
        return "tar"
    return next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), "")


class Unpacker:
    """Unpacks one file.

    Args:
        name: of the file, for errors.
        max_expansion: bytes it may unpack to for each of its own.
        size: its own bytes; 0 = as many as were read.
    """

    def __init__(self, name: str, max_expansion: float, size: int = 0) -> None:
        self.name, self._most, self._size = name, max_expansion, size
        self._read = self._written = 0

    def members(self, chunks: Iterator[bytes]) -> Iterator[Member]:
        """Yield what a stream holds, each member to be read before the next is asked for.

        Raises:
            SourceError: it is damaged, packed twice, or unpacks to too much.
        """
        head, chunks = peek(chunks)
        kind = packing(head)
        if kind in ("", "tar", "zip"):
            plain = chunks
        else:
            head, plain = peek(self._readable(kind, self._plain(kind, self._counted(chunks))))
        if packing(head) == "tar":
            yield from self._tar(self._readable("tar", plain))
        else:
            yield Member("", self._once(head, plain) if kind else plain)

    def zip_members(self, path: Path) -> Iterator[Member]:
        """Yield the members of a zip archive."""
        try:
            with zipfile.ZipFile(path) as archive:
                self._read = path.stat().st_size
                files = [info for info in archive.infolist() if not info.is_dir() and is_data_name(info.filename)]
                for info in self._some(files, [info.filename for info in archive.infolist()]):
                    if info.flag_bits & 1:
                        raise SourceError(f"{self.name} is encrypted: unpack it with its password first.")
                    with archive.open(info) as stream:
                        head, chunks = peek(iter(lambda: stream.read(CHUNK), b""))  # read before the next
                        yield Member(info.filename, self._once(head, self._readable("zip", chunks)))
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise SourceError(f"{self.name} is a zip archive that cannot be read ({error}): pack it again.") from error

    def _some(self, files: list[Any], every: list[str]) -> list[Any]:
        """Return the data files of an archive. Raise SourceError where it has none."""
        if files:
            return files
        held = ", ".join(every[:5]) + (" …" if len(every) > 5 else "")  # as many as a line shows
        raise SourceError(f"{self.name} holds no JSON, JSON Lines or Parquet file, but {held or 'nothing'}.")

    def _tar(self, chunks: Iterator[bytes]) -> Iterator[Member]:
        every: list[str] = []
        found = False
        try:
            with tarfile.open(fileobj=_Stream(chunks), mode="r|") as archive:
                for info in archive:
                    every.append(info.name)
                    stream = archive.extractfile(info) if info.isreg() and is_data_name(info.name) else None
                    if stream is not None:
                        found = True
                        head, rest = peek(iter(lambda: stream.read(CHUNK), b""))  # noqa: B023  # read before the next
                        yield Member(info.name, self._once(head, rest))
        except tarfile.TarError as error:
            raise SourceError(f"{self.name} is a damaged tar archive ({error}): fetch or pack it again.") from error
        self._some([found] if found else [], every)

    def _once(self, head: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the bytes of a member, which must not be packed itself, and not grow without bound."""
        inner = packing(head)
        if inner:
            raise SourceError(f"{self.name} holds a file that is packed again ({inner}): unpack it once first.")
        for chunk in chunks:
            self._written += len(chunk)
            if self._written > self._most * (self._size or self._read):
                raise SourceError(
                    f"{self.name} unpacks to more than {self._most:g} times its size: "
                    "if that is right, run again with --set input.max_expansion=1000."
                )
            yield chunk

    def _counted(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            for at in range(0, len(chunk), _BITE):
                bite = chunk[at : at + _BITE]
                self._read += len(bite)
                yield bite

    def _readable(self, kind: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Yield chunks; raise SourceError where what they come from is damaged."""
        try:
            yield from chunks
        except _ERRORS as error:
            raise SourceError(f"{self.name} is a damaged {kind} file ({error}): fetch or pack it again.") from error

    def _plain(self, kind: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Unpack chunk by chunk, through members and frames that follow each other."""
        unpacker = None
        for chunk in chunks:
            rest = chunk
            while rest:
                unpacker = unpacker or _decompressor(kind)
                yield unpacker.decompress(rest)
                rest = unpacker.unused_data
                if unpacker.eof:
                    # Zero bytes may pad the end.
                    rest, unpacker = (rest.lstrip(b"\0") if kind != "zstd" else rest), None
        if unpacker is not None:
            raise ValueError("it ends too early")


def peek(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return the first bytes of a stream, and the whole stream."""
    taken: list[bytes] = []
    while sum(map(len, taken)) < LOOK and (chunk := next(chunks, None)) is not None:
        taken.append(chunk)
    return b"".join(taken)[:LOOK], itertools.chain(taken, chunks)


def _decompressor(kind: str) -> Any:
    """Return an object that unpacks one member, frame or stream."""
    if kind == "gzip":
        return zlib.decompressobj(wbits=31)
    if kind == "zstd":
        return zstandard.ZstdDecompressor().decompressobj()
    return bz2.BZ2Decompressor() if kind == "bzip2" else lzma.LZMADecompressor()


class _Stream(io.RawIOBase):
    """Chunks as the file that tarfile reads."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._left = chunks, b""

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, as many as asked for unless the stream ends."""
        taken: list[bytes] = [self._left]
        have = len(self._left)
        while have < size and (chunk := next(self._chunks, None)) is not None:
            taken.append(chunk)
            have += len(chunk)
        whole = b"".join(taken)
        self._left = whole[size:]
        return whole[:size]

"""The charset of a file: UTF-8, -16 and -32 are read, others are named, and read where a setting says so."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import charset_normalizer
import pyarrow as pa
import pyarrow.compute as pc

from schemas.errors import SourceError

UTF8 = "utf-8"
_CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NULS = (
    (re.compile(rb"[\[{\s]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[\[{\s]"), "utf-32-be"),
    (re.compile(rb"[\[{\s]\0"), "utf-16-le"),
    (re.compile(rb"\0[\[{\s]"), "utf-16-be"),
)
_OTHERS = {
    "gb18030": "GBK",
    "cp932": "Shift-JIS",
    "cp949": "EUC-KR",
    "big5": "Big5",
    "euc_jp": "EUC-JP",
    "cp1251": "Windows-1251",
    "koi8_r": "KOI8-R",
    "cp1252": "Windows-1252",
}
"""What people's files are in where they are not Unicode."""
_ESCAPED = re.compile("[\udc80-\udcff]")
_HIGH = re.compile(rb"[\x80-\xff]")
_ALONE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_MOSTLY_ALONE = 0.6  # share of bytes beyond ASCII that stand alone: accents and quotes of a western text
_SAMPLE = 64 * 1024


class Utf8Count(NamedTuple):
    """Characters beyond ASCII of a stretch, and bytes in it that are no UTF-8."""

    wide: int = 0
    bad: int = 0


ALL_UTF8 = Utf8Count()
"""Of a stretch that is UTF-8 throughout, whose wide characters nobody counts."""


def wide_utf(head: bytes) -> str | None:
    """Return the charset of a file that begins like UTF-16 or UTF-32; None where it does not."""
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    return marked or next((name for begins, name in _NULS if begins.match(head)), None)


def count_utf8(data: memoryview) -> Utf8Count:
    """Count what is no UTF-8; of valid data, which is the rule, nothing is counted."""
    whole = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), 1, [None, pa.array([0, len(data)], pa.int64()).buffers()[1], pa.py_buffer(data)]
    )
    try:
        pc.cast(whole, pa.large_string())
    except pa.ArrowInvalid:
        return _counted(bytes(data[at : at + _CHUNK]) for at in range(0, len(data), _CHUNK))
    return ALL_UTF8


def _counted(chunks: Iterable[bytes]) -> Utf8Count:
    decoder = codecs.getincrementaldecoder(UTF8)(errors="surrogateescape")
    wide = bad = 0
    for chunk in chunks:
        text = decoder.decode(chunk)
        beyond = len(text) - len(text.encode("ascii", "ignore"))
        escaped = len(text) - len(_ESCAPED.sub("", text))
        wide, bad = wide + beyond - escaped, bad + escaped
    return Utf8Count(wide, bad)


def is_utf8(path: Path) -> bool:
    """Whether a whole file is UTF-8."""
    decoder = codecs.getincrementaldecoder(UTF8)()
    with path.open("rb") as stream:
        try:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def transcode(source: Path, target: Path, charset: str) -> None:
    """Write a file again in UTF-8; what its charset does not know becomes U+FFFD."""
    decoder = codecs.getincrementaldecoder(charset)(errors="replace")
    with source.open("rb") as stream, target.open("wb") as out:
        while chunk := stream.read(_CHUNK):
            out.write(decoder.decode(chunk).encode(errors="replace"))
        out.write(decoder.decode(b"", final=True).encode(errors="replace"))


def not_utf8(name: str, path: Path) -> SourceError:
    """Return the error for a file that is in another charset, named where it can be told."""
    charset = looks_like(_lines_beyond(path))
    known = f"it looks like {_OTHERS[charset]}: " if charset in _OTHERS else ""
    word = charset or "CHARSET"
    return SourceError(
        f"{name} is not UTF-8, {known}read it with --set input.encoding={word} "
        f"(with {UTF8} what cannot be read becomes U+FFFD)."
    )


def looks_like(sample: bytes) -> str | None:
    """Return the charset that a text which is no UTF-8 looks like; None where nothing fits."""
    if len(_ALONE.findall(sample)) >= _MOSTLY_ALONE * len(_HIGH.findall(sample)):
        return "cp1252"
    best = charset_normalizer.from_bytes(sample, cp_isolation=list(_OTHERS)).best()
    return best.encoding if best is not None else None


def _lines_beyond(path: Path) -> bytes:
    """Return the first lines of a file that hold bytes beyond ASCII."""
    found = b"".join(_until(_SAMPLE, (line for line in _lines(path) if not line.isascii())))
    return found[:_SAMPLE]


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while line := stream.readline(_SAMPLE):
            yield line


def _until(size: int, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield pieces until they have that many bytes."""
    for piece in pieces:
        yield piece
        size -= len(piece)
        if size <= 0:
            return

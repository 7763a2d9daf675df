"""Reads the benchmark files that must not be trained on, and says what they are by digest."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

import fsspec
import msgspec
import polars as pl

from schemas.errors import SettingsError, SourceError
from schemas.settings import Decontamination
from schemas.shipped import or_shipped
from tasks.decontamination.contamination import Index, Item, build

_ENDINGS = (".gz", ".zst", ".bz2", ".xz")


def digest(settings: Decontamination) -> str:
    """Return the digest of the benchmark files' bytes and columns; empty where there are none.

    Raises:
        SourceError: a file cannot be read.
    """
    if not settings.files:
        return ""
    digest = hashlib.sha256()
    for entry in settings.files:
        name, column = _parts(entry, settings)
        digest.update(f"{_benchmark(name)}\0{column}\0".encode() + hashlib.sha256(_bytes(name)).digest())
    return digest.hexdigest()[:32]


def benchmarks(settings: Decontamination) -> Index | None:
    """Return the index of the benchmark files, made once in a process and again where a file changed; None = no files.

    Raises:
        SourceError: a file cannot be read, or has no item at all.
        SettingsError: a file has no such column.
    """
    return (
        _index(settings, tuple(_stamp(_parts(entry, settings)[0]) for entry in settings.files))
        if settings.files
        else None
    )


@lru_cache(maxsize=1)
def _index(settings: Decontamination, _stamps: tuple[str, ...]) -> Index:
    return build((item for entry in settings.files for item in _items(*_parts(entry, settings))), settings)


def _parts(entry: str, settings: Decontamination) -> tuple[str, str]:
    name, _, column = entry.partition("::")
    return or_shipped(name), column or settings.column


def _benchmark(name: str) -> str:
    """Return a benchmark's name: the file's, without its folder and endings."""
    file = PurePosixPath(name.replace("\\", "/")).name
    for ending in (*_ENDINGS, ".jsonl", ".ndjson", ".json", ".parquet", ".txt"):
        file = file.removesuffix(ending)
    return file


def _stamp(name: str) -> str:
    try:
        filesystem, path = fsspec.core.url_to_fs(name)
        return str(filesystem.ukey(path))
    except Exception as error:  # each filesystem of fsspec has errors of its own
        raise SourceError(
            f"The benchmark file {name} cannot be read ({error}): check decontamination.files."
        ) from error


def _bytes(name: str) -> bytes:
    try:
        with fsspec.open(name, "rb", compression="infer") as file:
            return bytes(file.read())
    except Exception as error:  # each filesystem of fsspec has errors of its own
        raise SourceError(
            f"The benchmark file {name} cannot be read ({error}): check decontamination.files."
        ) from error


def _items(name: str, column: str) -> Iterator[Item]:
    benchmark, found = _benchmark(name), 0
    for number, text in enumerate(_texts(name, column)):
        if text.strip():
            found += 1
            yield Item(benchmark, str(number), text)
    if not found:
        raise SourceError(f"The benchmark file {name} holds no item: check decontamination.files.")


def _texts(name: str, column: str) -> Iterator[str]:
    """Yield the items of a file: a column of Parquet or JSONL, or the lines of a text."""
    data, plain = _bytes(name), name
    for ending in _ENDINGS:
        plain = plain.removesuffix(ending)
    if plain.endswith(".parquet"):
        frame = pl.read_parquet(io.BytesIO(data))
        if column not in frame.columns:
            raise _no_column(name, column, frame.columns)
        yield from (_text(value) for value in frame[column])
    elif plain.endswith((".jsonl", ".ndjson", ".json")):
        yield from (_text(_field(name, column, value)) for value in _values(name, data))
    else:
        yield from data.decode("utf-8", "replace").split("\n")


def _values(name: str, data: bytes) -> Iterator[Any]:
    """Yield the values of JSON lines, or of one JSON array."""
    try:
        if data.lstrip()[:1] == b"[":
            yield from msgspec.json.decode(data)
        else:
            yield from (msgspec.json.decode(line) for line in data.split(b"\n") if line.strip())
    except msgspec.DecodeError as error:
        raise SourceError(f"The benchmark file {name} is not JSON ({error}): check decontamination.files.") from error


def _field(name: str, column: str, value: Any) -> Any:
    if isinstance(value, str):
        return value
    if not isinstance(value, dict) or column not in value:
        raise _no_column(name, column, list(value) if isinstance(value, dict) else [])
    return value[column]


def _text(value: Any) -> str:
    """Return a field as text: what is no text, such as a list of choices, as its JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else msgspec.json.encode(value, enc_hook=list).decode()


def _no_column(name: str, column: str, known: list[str]) -> SettingsError:
    return SettingsError(
        f"The benchmark file {name} has no column {column!r}, it has {', '.join(known) or 'none'}: "
        f"name one as {name}::column, or set decontamination.column."
    )

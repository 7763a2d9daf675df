"""SQL text for DuckDB: strings, paths that mean themselves, types, and the scan of a contract's files."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from schemas.contract import Contract

WILDCARD = re.compile(r"[*?\[]")


def quote(text: object) -> str:
    """Return an SQL string literal."""
    return "'" + str(text).replace("'", "''") + "'"


def is_readable(path: Path) -> bool:
    """Whether DuckDB can be given a path: a backslash it takes for a slash, and bytes that are not UTF-8 not at all."""
    return printable(path) == str(path) and "\\" not in str(path)


def printable(path: object) -> str:
    r"""Return a path as text: bytes of it that are not UTF-8 are spelled, such as `\xff`."""
    return os.fsencode(str(path)).decode("utf-8", "backslashreplace")


def literal(path: Path) -> str:
    """Return a path as DuckDB's file functions read it literally, its own wildcards escaped."""
    return WILDCARD.sub(r"[\g<0>]", str(path))


def files_below(folder: Path, pattern: str) -> str:
    """Return an SQL expression for the files of a folder: a pattern behind the folder's literal path."""
    return quote(f"{literal(folder)}/{pattern}")


def read_parquet(files: str) -> str:
    """Return the scan of Parquet files; a folder called `reason=x` makes no column of their rows."""
    return f"read_parquet({files}, hive_partitioning = false)"


def sql_type(type_: pa.DataType) -> str:
    """Return DuckDB's name of an Arrow type."""
    if pa.types.is_list(type_):
        return sql_type(type_.value_type) + "[]"
    if pa.types.is_struct(type_):
        return "STRUCT(" + ", ".join(f'"{field.name}" {sql_type(field.type)}' for field in type_) + ")"
    plain = {"string": "VARCHAR", "int64": "BIGINT", "int32": "INTEGER", "int8": "TINYINT", "double": "DOUBLE"}
    return (plain | {"bool": "BOOLEAN", "uint64": "UBIGINT", "float": "FLOAT"})[str(type_)]


def empty(contract: type[Contract]) -> str:
    """Return a typed SELECT of no rows."""
    columns = [f'NULL::{sql_type(column.type)} AS "{name}"' for name, column in contract.columns().items()]
    return f"SELECT {', '.join(columns)} WHERE false"


def scan(contract: type[Contract], found: Sequence[Path], folder: Path, pattern: str) -> str:
    """Return a SELECT of a contract's columns from a folder's files, typed and empty where none was found."""
    if not found:
        return empty(contract)
    columns = ", ".join(f'"{name}"' for name in contract.columns())
    return f"SELECT {columns} FROM {read_parquet(files_below(folder, pattern))}"

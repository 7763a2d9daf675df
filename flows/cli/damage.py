"""Says which file is damaged, and what mends it, where a command cannot read something below its data root."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flows.cli import DATA
from schemas.errors import PipelineError
from schemas.tables import STAGES
from tasks.store.hashes import changed_files
from tasks.store.parts import part_files
from tasks.store.versions import published


def naming_damage(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command that names the damaged file where it fails over one; other failures stay what they are."""

    @functools.wraps(command)
    def wrapper(*words: Any, **options: Any) -> None:
        import duckdb
        import pyarrow as pa

        try:
            command(*words, **options)
        except (PipelineError, duckdb.Error, pa.ArrowException, OSError) as error:
            cause = (error.__cause__ or error) if isinstance(error, PipelineError) else error
            if not isinstance(cause, (duckdb.Error, pa.ArrowException, OSError)) or isinstance(cause, _not_files()):
                raise
            if isinstance(error, PipelineError) and isinstance(cause, duckdb.PermissionException):
                raise
            if isinstance(error, duckdb.PermissionException):  # the views name another data root
                data = options.get("data", DATA)
                mend = f"if {data} was moved or copied, `sharegpt tables --rebuild --data {data}` writes its views anew"
                raise PipelineError(f"A file beyond the data root was asked for: {mend}.") from error
            sentence = damage(Path(options.get("data", DATA)).resolve())
            if not sentence and (isinstance(error, PipelineError) or getattr(error, "errno", None)):
                raise
            raise PipelineError(sentence or f"{_first_line(error)}: `sharegpt verify` says what is damaged.") from error

    return wrapper


def damage(root: Path) -> str:
    """Return a sentence on the first file below a data root that is gone or was changed; empty where there is none.

    Sizes and times are looked at, and bytes where those differ.
    """
    mend = "`sharegpt verify --repair` makes it anew, as does `sharegpt run` with its source and settings"
    for path, state in changed_files(root):
        return f"{path} {state}: {mend}."
    there = {stage: bool(part_files(root, stage)) for stage in STAGES[:-1]}
    for stage, holds in there.items():
        if not holds and any(there.values()):
            return f"{root / stage.folder} is missing, or holds no part: {mend}."
    if not any(there.values()) and published(root):
        return f"The stages below {root} were removed: `sharegpt run` with its source and settings makes them anew."
    return ""


def _not_files() -> tuple[type[Exception], ...]:
    """Return what has another cause than a file: a query's words, its bounds, and the reader of our output."""
    import duckdb

    words = (duckdb.ParserException, duckdb.SyntaxException, duckdb.BinderException, duckdb.CatalogException)
    return (*words, duckdb.ConversionException, duckdb.OutOfMemoryException, duckdb.InterruptException, BrokenPipeError)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]

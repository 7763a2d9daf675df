"""`sharegpt tables`: the data dictionary, from the contracts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import duckdb
import typer

from flows.cli import DATA, DataOption, say
from flows.cli.table import console, make_table
from schemas.errors import PipelineError
from tasks.runtime.config_file import guess
from tasks.store.catalogue import comment
from tasks.store.catalogue import rebuild as rebuild_catalogue
from tasks.store.root import make_root
from tasks.store.view_sql import views


def described(root: Path) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Return every view's name, sentence and columns (name, type, sentence)."""
    found = []
    with duckdb.connect() as connection:
        for name, (contract, body) in views(root, None).items():
            connection.execute(f'CREATE VIEW "{name}" AS {body}')
            columns = []
            for column, kind, *_ in connection.execute(f'DESCRIBE "{name}"').fetchall():
                columns.append((column, kind, comment(contract, column)))
            found.append((name, contract.note(), columns))
    return found


def tables(
    view: Annotated[str | None, typer.Argument(help="One view; without it, all.")] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Write the catalogue anew, after a move.")] = False,
    data: DataOption = DATA,
) -> None:
    """Print the data dictionary: every view, every column, a sentence each.

    Example: sharegpt tables rejections
    """
    if rebuild:
        if not data.is_dir():
            raise PipelineError(f"{data} is no folder: --data names the data root.")
        say(f"wrote {rebuild_catalogue(make_root(data))}")
    # The dictionary comes from the contracts alone, so it needs no data.
    found = described(Path("/nonexistent"))
    known = [name for name, *_ in found]
    if view is not None and view not in known:
        raise PipelineError(f"There is no view {view!r}; there are {', '.join(known)}.{guess(view, known)}")
    out = console()
    for name, note, columns in found:
        if view in (None, name):
            out.print(make_table(("column", "type", "meaning"), columns, f"{name}: {note}"))
            out.print()

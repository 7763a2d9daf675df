"""Four functions for Python: clean a source, query the catalogue, trace a row, load samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.dataset as ds

from schemas.enums import Split
from schemas.errors import PipelineError
from schemas.settings import Settings
from schemas.shipped import with_shipped
from tasks.runtime.config_file import check_fields, make_settings
from tasks.runtime.remote_root import share
from tasks.store.root import root_of
from tasks.store.versions import CURRENT, Published, find_version

__all__ = ["clean", "load", "query", "trace"]

Source = str | Path | list[str] | list[Path]


def clean(
    source: Source,
    data: str | Path = "data",
    *,
    sample: int | None = None,
    accept: bool = False,
    **sections: dict[str, Any],
) -> Published:
    """Run the pipeline as `sharegpt run` does, and return what was published.

    Args:
        source: files, folders, globs or URLs.
        data: the data root, a folder or s3://…
        sample: only so many rows, under `<data>/preview`.
        accept: whether a result that keeps far fewer rows than the current version of this source is published.
        sections: settings by section, such as `tokens={"context": 1024}`.

    Raises:
        PipelineError: in one sentence what is wrong, and the mend.
    """
    from flows.cli.run import nothing_to_do
    from flows.cli.run_flow import run_flow

    settings: Settings = make_settings(check_fields(sections, "clean"))
    given, root = _words(source), _root(data)
    root_of(root, sample)  # which refuses what is no number of rows
    done = nothing_to_do(given, root, sample, settings)
    if done is None:
        done = run_flow(given, root, sample, settings, accept=accept, kept=False)
    elif not sample:
        share(root)
    return done


def query(statement: str, data: str | Path = "data") -> pl.DataFrame:
    """Return the rows of one SELECT over the catalogue; `sharegpt tables` lists the views.

    Raises:
        PipelineError: it is no SELECT, or cannot be answered.
    """
    from flows.cli.query import open_catalogue
    from tasks.store.statements import check_statement, one_line

    if not isinstance(statement, str):
        raise PipelineError(f'query takes a text, such as "FROM funnel", and not {statement!r}.')
    with open_catalogue(_root(data)) as connection:
        try:
            return _frame(connection.sql(check_statement(connection, statement)))
        except duckdb.Error as error:
            raise PipelineError(one_line(error)) from error


def trace(row_id: str, data: str | Path = "data") -> dict[str, list[dict[str, Any]]]:
    """Return what each stage holds of a row, by view: `ingested` to `deduplicated`, `windows`, `rows` and `fates`.

    Raises:
        PipelineError: no row has that id.
    """
    from flows.cli.query import open_catalogue
    from schemas.tables import STAGES

    if not isinstance(row_id, str):
        raise PipelineError(f"trace takes a row_id, which is a text, and not {row_id!r}.")
    views = [*(stage.view for stage in STAGES[:-1]), "rows", "fates"]
    found: dict[str, list[dict[str, Any]]] = {}
    with open_catalogue(_root(data)) as connection:
        for view in views:
            found[view] = _frame(connection.sql(f'FROM "{view}" WHERE row_id = ?', params=[row_id])).to_dicts()
    if not found["rows"]:
        raise PipelineError(f"No row is called {row_id!r}: `SELECT row_id FROM rows` lists them.")
    return found


def load(data: str | Path = "data", version: str = CURRENT, split: str = "train") -> ds.Dataset:
    """Return the samples of a published version as a pyarrow Dataset, read when they are asked for.

    Args:
        data: the data root.
        version: its name, how it begins, or `current`.
        split: train or validation.

    Raises:
        PipelineError: there is no such version, or no such split.
    """
    if split not in list(Split):
        raise PipelineError(f"There is no split {split!r}; there are {', '.join(Split)}.")
    folder = find_version(_root(data), version).path / split
    return ds.dataset(sorted(str(path) for path in folder.glob("*.parquet")))


def _words(source: Source) -> list[str]:
    """Return a source as the command line has it. Raise PipelineError where it is no text, no path and no list."""
    given = list(source) if isinstance(source, list | tuple) else [source]
    if not all(isinstance(word, str | Path) for word in given):
        raise PipelineError(f"A source is a text, a path, or a list of those, and not {source!r}.")
    return with_shipped([str(word) for word in given])


def _root(data: str | Path) -> Path:
    """Return the folder of a data root. Raise PipelineError where it can be none."""
    from flows.cli import data_folder

    if not isinstance(data, str | Path):
        raise PipelineError(f"A data root is a text or a path, and not {data!r}.")
    return data_folder(data)


def _frame(result: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    """Return the rows of a result; columns of one name are numbered."""
    from flows.cli.query import told_apart

    table = result.to_arrow_table()
    return pl.DataFrame(table.rename_columns(told_apart(table.column_names)))

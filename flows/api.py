"""Four functions for Python: clean a source, query the catalogue, trace a row, load samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.dataset as ds

from schemas.settings import Settings
from schemas.shipped import with_shipped
from tasks.runtime.config_file import check_fields, make_settings
from tasks.runtime.remote_root import local_root, share
from tasks.store.versions import CURRENT, Published, find_version

__all__ = ["clean", "load", "query", "trace"]


def clean(
    source: str | list[str],
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
    given, root = with_shipped(source), local_root(data)
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
    from schemas.errors import PipelineError
    from tasks.store.statements import check_statement

    with open_catalogue(local_root(data)) as connection:
        try:
            return _frame(connection.sql(check_statement(connection, statement)))
        except duckdb.Error as error:
            raise PipelineError(f"{type(error).__name__}: {error}") from error


def trace(row_id: str, data: str | Path = "data") -> dict[str, list[dict[str, Any]]]:
    """Return what each stage holds of a row, by view: `ingested` to `deduplicated`, `windows`, `rows` and `fates`.

    Raises:
        PipelineError: no row has that id.
    """
    from flows.cli.query import open_catalogue
    from schemas.errors import PipelineError
    from schemas.tables import STAGES

    views = [*(stage.view for stage in STAGES[:-1]), "rows", "fates"]
    found: dict[str, list[dict[str, Any]]] = {}
    with open_catalogue(local_root(data)) as connection:
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
        PipelineError: there is no such version.
    """
    folder = find_version(local_root(data), version).path / split
    return ds.dataset(sorted(str(path) for path in folder.glob("*.parquet")))


def _frame(result: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    """Return the rows of a result."""
    return pl.DataFrame(result.to_arrow_table())

"""Refuses a result that is empty, or far smaller than the current version of the same source."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa

from schemas.counts import Counts
from schemas.errors import RefusedError
from schemas.reasons import SENTENCES
from schemas.views import Refused, Rejections
from tasks.runtime.run_context import RunContext
from tasks.store.catalogue import connect
from tasks.store.hashes import TEMPORARY
from tasks.store.parts import write_table
from tasks.store.versions import latest, read_manifest, refused_folder, versions_folder
from tasks.store.view_sql import answer_sql

FILES_NAMED = 3
"""Most files whose fields the sentence of a refusal names."""


class Verdict(NamedTuple):
    """Why a result must not become current, whether --accept makes it so all the same, and what is said of a good one.

    Args:
        why: it is refused; empty where it is not.
        note: on a result that is not refused; empty where there is nothing to say.
        acceptable: whether a person may accept it.
    """

    why: str = ""
    note: str = ""
    acceptable: bool = False


def judge_result(context: RunContext, version: str, kept: int, read: int) -> Verdict:
    """Return whether a result may become current.

    Args:
        context: the run.
        version: the name that the result has, or would have.
        kept: raw rows that are in samples.
        read: raw rows that were read.
    """
    if not kept:
        return Verdict(f"no row of {read:,} survived")
    current = latest(context.root)
    manifest = read_manifest(versions_folder(context.root) / current) if current and current != version else None
    if manifest is None:
        return Verdict()
    before, of = manifest.survived()
    fewer = kept * of < context.config.settings.shards.min_kept_share * before * read
    was = f"{kept:,} of {read:,} rows are kept, {before:,} of {of:,} in version {current}"
    if not context.source.continues(manifest):
        return Verdict(note=f"{was}, until now the current one, which was made from other files and stays where it is.")
    if fewer and context.source.accept:
        return Verdict(note=f"{was}, until now the current one: accepted.")
    return Verdict(f"only {was}, the current one", acceptable=True) if fewer else Verdict()


def refuse(context: RunContext, verdict: Verdict, ledger: Path) -> RefusedError:
    """Lay down what the rows were dropped for, and return the error that says so.

    Args:
        context: the run.
        verdict: on the result.
        ledger: folder of the result's fates and rows; one under a temporary name becomes the refused run's.
    """
    folder = refused_folder(context.root)
    with connect(context.root, ledger, shards=False) as connection:
        reasons = connection.sql(answer_sql(Rejections)).to_arrow_table()
        fields = _first_fields(connection)
    shutil.rmtree(folder, ignore_errors=True)
    if ledger.name.startswith(TEMPORARY):
        ledger.replace(folder)
    write_table(folder / f"{Refused.view}.parquet", Refused, [(reasons, Counts())], ledger.name)
    mend = ", --accept (parameter accept) publishes it" if verdict.acceptable else ""
    more = f'`sharegpt sql "FROM refused"` says more{mend}'
    return RefusedError(f"Nothing is published: {verdict.why}{_main_reason(reasons)}{fields}; {more}.")


def _main_reason(reasons: pa.Table) -> str:
    """Return what most rows were dropped for."""
    for first in reasons.slice(0, 1).to_pylist():
        words = f"{first['reason']} (such as {first['example']}: {SENTENCES[first['reason']].rstrip('.')})"
        many = first["conversations"]
        return f"; {many:,} {'was' if many == 1 else 'were'} dropped for {words}"
    return ""


def _first_fields(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the fields of the first row of each file, files of the same ones together."""
    found = connection.execute(
        "SELECT first_keys, min(source), count(*) FROM inputs WHERE len(first_keys) > 0 GROUP BY ALL ORDER BY 3 DESC, 2"
    ).fetchall()
    shown = [
        f"{', '.join(keys)} ({source}{f' and {files - 1:,} more' if files > 1 else ''})"
        for keys, source, files in found[:FILES_NAMED]
    ]
    return f"; the first rows have the fields {'; '.join(shown)}" if shown else ""


def clear_refusal(root: Path) -> None:
    """Remove what is left of a refused run: the newest one is good."""
    shutil.rmtree(refused_folder(root), ignore_errors=True)


def ledger_folder(root: Path) -> Path:
    """Return an empty folder, under a temporary name, for the ledger of a result that is refused."""
    folder = versions_folder(root) / f"{TEMPORARY}{os.getpid()}-{Refused.view}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder

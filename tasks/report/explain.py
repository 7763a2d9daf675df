"""Writes what people read of a version beside its shards: the report and the data card."""

from __future__ import annotations

from pathlib import Path

import duckdb

from schemas.manifest import Manifest
from tasks.report.build import write_report
from tasks.report.card import write_card
from tasks.report.examples import Examples


def explain(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    manifest: Manifest,
    previous: Path | None,
    shown: Examples,
) -> None:
    """Write report.html and README.md.

    Args:
        connection: every view, over the version.
        folder: of the version; its shards and ledger are there already.
        manifest: of the version, which need not list the files beside the shards.
        previous: folder of the version before, if there is one.
        shown: the examples.
    """
    write_report(connection, folder, manifest, previous, shown)
    write_card(connection, folder, manifest)

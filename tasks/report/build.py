"""Writes report.html: asks the views of one version, and hands plain rows to the page."""

from __future__ import annotations

from pathlib import Path

import duckdb
from msgspec import structs

from schemas.manifest import Manifest
from tasks.report import sections
from tasks.report.compare import compare
from tasks.report.examples import Examples, query
from tasks.report.render import Page, render
from tasks.report.settings_table import listed
from tasks.store.versions import read_manifest

FILE = "report.html"


def write_report(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    manifest: Manifest,
    previous: Path | None,
    shown: Examples,
) -> None:
    """Write the report of a version into its folder; the same version after the same one gives the same bytes.

    Args:
        connection: every view, over the version.
        folder: of the version; its ledger is there already.
        manifest: of the version, which need not list its files.
        previous: folder of the version before, if there is one.
        shown: the examples.
    """
    page = make_page(connection, folder, manifest, previous, shown)
    (folder / FILE).write_text(render(page), encoding="utf-8")


def make_page(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    manifest: Manifest,
    previous: Path | None,
    shown: Examples,
) -> Page:
    """Ask for everything that the page shows but the examples."""
    settings = manifest.settings
    reasons, repairs = shown
    was = read_manifest(previous) if previous else None
    changes = compare(previous, folder, was, manifest) if previous and was else None
    tokens = settings["tokens"]
    lead = (
        f"Tokenizer {tokens['tokenizer']}, template {tokens['template']}, context {tokens['context']:,}: the shards "
        "fit only models that use this tokenizer."
    )
    return Page(
        version=manifest.version,
        tiles=sections.tiles(manifest),
        lead=lead,
        funnel=[*sections.funnel(query(connection, "FROM funnel")), sections.weights(connection)],
        overview=sections.overview(query(connection, "FROM rejections")),
        reasons=[gallery for gallery in reasons if gallery.stage != "deduplicated"],
        twins=[gallery for gallery in reasons if gallery.stage == "deduplicated"],
        repairs=repairs,
        languages=sections.languages(connection),
        lengths=sections.lengths(connection, tokens["context"]),
        duplicates=sections.duplicates(connection, settings["deduplication"]["threshold"]),
        privacy=sections.privacy(connection),
        packing=sections.packing(connection, tokens["context"]),
        changes=sections.changed(changes) if changes else [],
        before=changes.old if changes else "",
        settings=listed(settings),
        digests=structs.asdict(manifest.digests),
    )

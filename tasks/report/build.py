"""Writes what people read beside the shards of a version: report.html and the data card."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from msgspec import structs

from schemas.manifest import Manifest
from tasks.report import sections
from tasks.report.card import write_card
from tasks.report.compare import compare
from tasks.report.examples import Examples, fetch_examples
from tasks.report.page_tables import page_tables
from tasks.report.render import Page, Plot, Table, render_page
from tasks.report.settings_table import list_settings
from tasks.store.versions import read_manifest

FILE = "report.html"


class Prepared(NamedTuple):
    """What the report shows of the stages and the ledger: its examples, and some of its sections by name."""

    examples: Examples
    sections: dict[str, list[Plot | Table]]


def prepare_pages(connection: duckdb.DuckDBPyConnection, root: Path, settings: dict[str, Any]) -> Prepared:
    """Return what needs no shards, so that it can be made while they are written.

    Args:
        connection: all views of the version; its shards need not be there yet.
        root: the data root, whose stages are the version's.
        settings: every section, as plain values.
    """
    return Prepared(
        fetch_examples(connection, root, settings["privacy"]),
        {
            "labels": sections.labels(connection),
            "duplicates": sections.duplicates(connection, settings["deduplication"]["threshold"]),
            "privacy": sections.privacy(connection),
        },
    )


def write_pages(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    manifest: Manifest,
    previous: Path | None,
    prepared: Prepared,
) -> str:
    """Write report.html and README.md, and return the report's tables as Markdown.

    The same version after the same previous one gives the same bytes.

    Args:
        connection: every view, over the version.
        folder: of the version; its shards and ledger are there already.
        manifest: of the version, which need not list the files beside the shards.
        previous: folder of the version before, if there is one.
        prepared: what was made before there were shards.
    """
    page = make_page(connection, folder, manifest, previous, prepared)
    (folder / FILE).write_text(render_page(page), encoding="utf-8")
    write_card(connection, folder, manifest)
    return page_tables(page)


def make_page(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    manifest: Manifest,
    previous: Path | None,
    prepared: Prepared,
) -> Page:
    """Return all that the report shows, queried from the version's views."""
    settings, examples = manifest.settings, prepared.examples
    previous_manifest = read_manifest(previous) if previous else None
    changes = compare(previous, folder, previous_manifest, manifest) if previous and previous_manifest else None
    tokens = settings["tokens"]
    lead = (
        f"Tokenizer {tokens['tokenizer']}, template {tokens['template']}, context {tokens['context']:,}: the shards "
        "fit only models that use this tokenizer."
    )
    return Page(
        version=manifest.version,
        tiles=sections.tiles(manifest),
        lead=lead,
        head=sections.head(manifest),
        funnel=[*sections.funnel(list(map(structs.asdict, manifest.funnel))), sections.token_funnel(connection)],
        overview=sections.overview(list(map(structs.asdict, manifest.rejections))),
        reasons=[group for group in examples.reasons if group.stage != "deduplicated"],
        copies=[group for group in examples.reasons if group.stage == "deduplicated"],
        repairs=examples.repairs,
        languages=sections.languages(connection),
        lengths=[*sections.lengths(connection, tokens["context"]), sections.splits(connection)],
        packing=sections.packing(connection, tokens["context"]),
        changes=sections.changed(changes) if changes else [],
        previous=changes.old if changes else "",
        settings=list_settings(settings),
        digests=structs.asdict(manifest.digests),
        **prepared.sections,
    )

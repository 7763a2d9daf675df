"""Writes the data card beside the shards: asks the views and the files of one version."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import duckdb
import pyarrow.parquet as pq

from schemas.contract import Contract
from schemas.ledger import Fates, Rows
from schemas.manifest import Manifest
from schemas.reasons import Reason
from schemas.tables import Shards
from schemas.views import Packs
from tasks.report.card_page import Config, Split, render_card
from tasks.report.settings_table import listed

FILE = "README.md"
DEFAULT = "default"
FUNNEL = ("stage", "conversations_in", "conversations_kept", "conversations_dropped", "turns_kept", "turns_dropped")

SOURCES = r"""
    SELECT regexp_replace(row_id, ':\d+$', '') AS source, count(*), count(*) FILTER (fate = 'sample')
    FROM rows GROUP BY source ORDER BY source
"""
LANGUAGES = """
    SELECT language FROM shards WHERE language IS NOT NULL AND language <> 'unknown'
    GROUP BY language ORDER BY count(*) DESC, language
"""
FINDS = """
    SELECT kind, count(*), count(DISTINCT row_id) FROM pii GROUP BY kind ORDER BY count(*) DESC, kind
"""


def write_card(connection: duckdb.DuckDBPyConnection, folder: Path, manifest: Manifest) -> None:
    """Write the card of a version into its folder.

    Args:
        connection: every view, over the version.
        folder: of the version; its shards and ledger are there already.
        manifest: of the version, which need not list its files.
    """
    languages = [language for (language,) in connection.execute(LANGUAGES).fetchall()]
    settings = manifest.settings
    sentences = {reason.value: reason.sentence for reason in Reason}
    facts = {
        "version": manifest.version,
        "rows": manifest.rows,
        "n_tokens": manifest.tokens,
        "n_label_tokens": manifest.label_tokens,
        "tokens": settings["tokens"],
        "columns": [(name, column.note) for name, column in Shards.columns().items()],
        "sources": connection.execute(SOURCES).fetchall(),
        "funnel": [[getattr(row, column) for column in FUNNEL] for row in manifest.funnel],
        "rejections": [
            (row.reason, sentences[row.reason], row.conversations, row.turns) for row in manifest.rejections
        ],
        "chosen": [setting for setting in listed(settings) if not setting.default],
        "policy": settings["privacy"]["policy"],
        "finds": connection.execute(FINDS).fetchall(),
        "benchmarks": [PurePosixPath(name).name for name in settings["decontamination"]["files"]],
    }
    (folder / FILE).write_text(render_card(configs(folder), languages, facts), encoding="utf-8")


def configs(folder: Path) -> list[Config]:
    """Return the tables of a version: the samples, and the ledger beside them."""
    splits = [split(folder, name, f"{name}/*.parquet") for name in ("train", "validation")]
    beside: list[type[Contract]] = [Fates, Rows, Packs]
    tables = [
        Config(one.view, one.schema(), [split(folder, "train", f"{one.view}.parquet")])
        for one in beside
        if (folder / f"{one.view}.parquet").is_file()
    ]
    return [Config(DEFAULT, Shards.schema(), [one for one in splits if one.rows]), *tables]


def split(folder: Path, name: str, pattern: str) -> Split:
    """Measure the files of a pattern."""
    files = sorted(folder.glob(pattern))
    footers = [pq.read_metadata(file) for file in files]
    groups = [footer.row_group(place) for footer in footers for place in range(footer.num_row_groups)]
    return Split(
        name=name,
        path=pattern,
        rows=sum(footer.num_rows for footer in footers),
        size=sum(file.stat().st_size for file in files),
        memory=sum(group.total_byte_size for group in groups),
    )

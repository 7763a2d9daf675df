"""The data card: a README beside the shards, with the front matter by which `datasets` loads the folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from huggingface_hub import DatasetCardData

from schemas.contract import Contract
from schemas.enums import Split
from schemas.ledger import Fates, Rows
from schemas.manifest import Manifest
from schemas.reasons import SENTENCES
from schemas.tables import Shards
from schemas.views import Packs
from tasks.report.render import environment
from tasks.report.settings_table import list_settings

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
PERSONAL_DATA = """
    SELECT kind, count(*), count(DISTINCT row_id) FROM pii GROUP BY kind ORDER BY count(*) DESC, kind
"""
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
"""The hub's categories of a data set's size, by their upper bound."""
NUMBERS = {"int8": "int8", "int32": "int32", "int64": "int64", "double": "float64", "bool": "bool", "string": "string"}


@dataclass(frozen=True)
class SplitFiles:
    """The files of one split.

    Args:
        name: train or validation; for a table beside the samples, its only split.
        path: pattern of its files below the card's folder.
        rows: in all files.
        size: bytes of all files.
        memory: bytes of all files, uncompressed.
    """

    name: str
    path: str
    rows: int
    size: int
    memory: int


@dataclass(frozen=True)
class Config:
    """One table that can be loaded by name: its columns and its splits."""

    name: str
    schema: pa.Schema
    splits: Sequence[SplitFiles]


def write_card(connection: duckdb.DuckDBPyConnection, folder: Path, manifest: Manifest) -> None:
    """Write the card of a version into its folder.

    Args:
        connection: every view, over the version.
        folder: of the version; its shards and ledger are there already.
        manifest: of the version, which need not list its files.
    """
    languages = [language for (language,) in connection.execute(LANGUAGES).fetchall()]
    settings = manifest.settings
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
            (row.reason, SENTENCES[row.reason], row.conversations, row.turns) for row in manifest.rejections
        ],
        "chosen": [setting for setting in list_settings(settings) if not setting.default],
        "policy": settings["privacy"]["policy"],
        "finds": connection.execute(PERSONAL_DATA).fetchall(),
        "benchmarks": [PurePosixPath(name).name for name in settings["decontamination"]["files"]],
    }
    (folder / FILE).write_text(render_card(configs(folder), languages, facts), encoding="utf-8")


def configs(folder: Path) -> list[Config]:
    """Return the tables of a version: the samples, and the ledger beside them."""
    splits = [split(folder, name, f"{name}/*.parquet") for name in Split]
    beside: list[type[Contract]] = [Fates, Rows, Packs]
    tables = [
        Config(one.view, one.schema(), [split(folder, Split.TRAIN, f"{one.view}.parquet")])
        for one in beside
        if (folder / f"{one.view}.parquet").is_file()
    ]
    return [Config(DEFAULT, Shards.schema(), [one for one in splits if one.rows]), *tables]


def split(folder: Path, name: Split, pattern: str) -> SplitFiles:
    """Return a split with the size of its files.

    Args:
        folder: of the version.
        name: of the split.
        pattern: of its files below the folder.
    """
    files = sorted(folder.glob(pattern))
    footers = [pq.read_metadata(file) for file in files]
    groups = [footer.row_group(place) for footer in footers for place in range(footer.num_row_groups)]
    return SplitFiles(
        name=name.value,
        path=pattern,
        rows=sum(footer.num_rows for footer in footers),
        size=sum(file.stat().st_size for file in files),
        memory=sum(group.total_byte_size for group in groups),
    )


def feature(name: str, type_: pa.DataType) -> dict[str, Any]:
    """Return an Arrow column as the hub's front matter describes it."""
    if pa.types.is_list(type_):
        inner = type_.value_type
        if pa.types.is_struct(inner):
            return {"name": name, "list": [feature(field.name, field.type) for field in inner]}
        return {"name": name, "sequence": NUMBERS[str(inner)]}
    return {"name": name, "dtype": NUMBERS[str(type_)]}


def dataset_info(config: Config) -> dict[str, Any]:
    """Return a table's features and sizes as the hub's front matter describes them."""
    return {
        "config_name": config.name,
        "features": [feature(field.name, field.type) for field in config.schema],
        "splits": [{"name": one.name, "num_bytes": one.memory, "num_examples": one.rows} for one in config.splits],
        "download_size": sum(one.size for one in config.splits),
        "dataset_size": sum(one.memory for one in config.splits),
    }


def size_of(rows: int) -> str:
    """Return the hub's category for a number of rows."""
    return next((word for bound, word in SIZES if rows < bound), "1M<n<10M" if rows < 10_000_000 else "n>10M")


def front_matter(configs: Sequence[Config], languages: Sequence[str]) -> str:
    """Return the front matter as YAML.

    Args:
        configs: the tables, the samples first.
        languages: ISO codes, the most frequent first; only those of two letters are written.
    """
    codes = list(dict.fromkeys(code.partition("-")[0] for code in languages))
    filled = [config for config in configs if config.splits]
    card = DatasetCardData(
        pretty_name="ShareGPT conversations, cleaned",
        license="other",
        language=[code for code in codes if len(code) == 2] or None,
        task_categories=["text-generation"],
        size_categories=[size_of(sum(split.rows for split in configs[0].splits))],
        tags=["conversational", "sharegpt", "sharegpt-clean"],
        configs=[
            {"config_name": one.name, "data_files": [{"split": s.name, "path": s.path} for s in one.splits]}
            for one in filled
        ],
        dataset_info=[dataset_info(config) for config in filled],
    )
    return str(card.to_yaml())


def cell(value: Any) -> str:
    """Return a value as a cell of a Markdown table, escaped so that it ends neither its cell nor its line."""
    text = f"{value:,}" if isinstance(value, int) else "" if value is None else str(value)
    text = " ".join(text.split())
    for character in "\\`*_[]<>|":
        text = text.replace(character, "\\" + character)
    return text


def name(value: Any) -> str:
    """Return a name as code in a Markdown table."""
    text = " ".join(str(value).split()).replace("|", "\\|")
    return f"`{text.replace('`', 'ˋ')}`" if text else ""


def line(values: Sequence[Any]) -> str:
    """Return a row of a Markdown table; its first value is a name."""
    return f"| {' | '.join([name(values[0]), *map(cell, values[1:])])} |"


def render_card(configs: Sequence[Config], languages: Sequence[str], facts: Mapping[str, Any]) -> str:
    """Return the whole card.

    Args:
        configs: the tables, the samples first.
        languages: of the kept conversations, the most frequent first.
        facts: what templates/card.md names.
    """
    # Markdown, not HTML: what could end a cell is escaped by `cell` and `name`.
    markdown = environment()
    markdown.filters |= {"line": line, "name": name}
    text = markdown.get_template("card.md").render(configs=configs, languages=languages, **facts)
    return f"---\n{front_matter(configs, languages).strip()}\n---\n\n{text.strip()}\n"

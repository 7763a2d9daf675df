"""The data card: a README that people read, with the front matter by which `datasets` loads the folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from huggingface_hub import DatasetCardData
from jinja2 import Environment, StrictUndefined

from tasks.report.card_text import TEXT

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
"""The hub's words for how many rows a set has, by their upper bound."""
NUMBERS = {"int8": "int8", "int32": "int32", "int64": "int64", "double": "float64", "bool": "bool", "string": "string"}


@dataclass(frozen=True)
class Split:
    """The files of one split.

    Args:
        name: train or validation; for a table beside the samples, its only split.
        path: pattern of its files below the card's folder.
        rows: in all files.
        size: bytes of all files.
        memory: their bytes uncompressed.
    """

    name: str
    path: str
    rows: int
    size: int
    memory: int


@dataclass(frozen=True)
class Config:
    """One table that can be loaded by name: its columns, and its splits that hold files."""

    name: str
    schema: pa.Schema
    splits: Sequence[Split]


def feature(name: str, type_: pa.DataType) -> dict[str, Any]:
    """Return an Arrow column as the hub's front matter writes it."""
    if pa.types.is_list(type_):
        inner = type_.value_type
        if pa.types.is_struct(inner):
            return {"name": name, "list": [feature(field.name, field.type) for field in inner]}
        return {"name": name, "sequence": NUMBERS[str(inner)]}
    return {"name": name, "dtype": NUMBERS[str(type_)]}


def described(config: Config) -> dict[str, Any]:
    """Return a table's features and sizes."""
    return {
        "config_name": config.name,
        "features": [feature(field.name, field.type) for field in config.schema],
        "splits": [{"name": one.name, "num_bytes": one.memory, "num_examples": one.rows} for one in config.splits],
        "download_size": sum(one.size for one in config.splits),
        "dataset_size": sum(one.memory for one in config.splits),
    }


def size_of(rows: int) -> str:
    """Return the hub's word for a number of rows."""
    return next((word for bound, word in SIZES if rows < bound), "1M<n<10M" if rows < 10_000_000 else "n>10M")


def front_matter(configs: Sequence[Config], languages: Sequence[str]) -> str:
    """Return the front matter as YAML.

    Args:
        configs: the tables, the samples first.
        languages: ISO codes, the commonest first; what is no code of two letters is left out.
    """
    codes = list(dict.fromkeys(code.partition("-")[0] for code in languages))
    filled = [config for config in configs if config.splits]
    card = DatasetCardData(
        pretty_name="ShareGPT conversations, cleaned",
        license="unknown",
        language=[code for code in codes if len(code) == 2] or None,
        task_categories=["text-generation"],
        size_categories=[size_of(sum(split.rows for split in configs[0].splits))],
        tags=["conversational", "sharegpt", "sharegpt-clean"],
        configs=[
            {"config_name": one.name, "data_files": [{"split": s.name, "path": s.path} for s in one.splits]}
            for one in filled
        ],
        dataset_info=[described(config) for config in filled],
    )
    return str(card.to_yaml())


def cell(value: Any) -> str:
    """Write a value into a Markdown table: it can neither end its cell nor its line."""
    text = f"{value:,}" if isinstance(value, int) else "" if value is None else str(value)
    text = " ".join(text.split())
    for character in "\\`*_[]<>|":
        text = text.replace(character, "\\" + character)
    return text


def name(value: Any) -> str:
    """Write a name as code in a Markdown table."""
    text = " ".join(str(value).split()).replace("|", "\\|")
    return f"`{text.replace('`', 'ˋ')}`" if text else ""


def line(values: Sequence[Any]) -> str:
    """Write a row of a Markdown table; its first value is a name."""
    return f"| {' | '.join([name(values[0]), *map(cell, values[1:])])} |"


def render_card(configs: Sequence[Config], languages: Sequence[str], facts: Mapping[str, Any]) -> str:
    """Return the whole card.

    Args:
        configs: the tables, the samples first.
        languages: of the kept conversations, the commonest first.
        facts: what the text names (tasks.report.card_text).
    """
    # Markdown, not HTML: what could end a cell is escaped by `cell` and `name`.
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)  # noqa: S701
    environment.filters |= {"line": line, "name": name}
    text = environment.from_string(TEXT).render(configs=configs, languages=languages, **facts)
    return f"---\n{front_matter(configs, languages).strip()}\n---\n\n{text.strip()}\n"

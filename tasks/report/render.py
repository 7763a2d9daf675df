"""Renders the templates of this package; everything that comes from the data is escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from tasks.privacy.visible import visible
from tasks.report.settings_table import Setting
from tasks.report.side_by_side import ExampleGroup

TEMPLATES = Path(__file__).with_name("templates")
BESIDE = 4
"""Most columns of a table that stands beside a plot."""


@dataclass(frozen=True)
class Plot:
    """A drawing with its title, the sentence below it, and whether it shows what was dropped."""

    title: str
    note: str
    svg: str
    dropped: bool = False

    def labelled(self) -> str:
        """Return the drawing with the plot's name, which a screen reader says."""
        return self.svg.replace('role="img"', f'role="img" aria-label="{escape(f"{self.title}: {self.note}")}"', 1)


@dataclass(frozen=True)
class Table:
    """A table with its title: the names of its columns and its rows; numbers stand on the right."""

    names: Sequence[str]
    rows: Sequence[Sequence[Any]]
    title: str = ""

    def numeric(self, column: int) -> bool:
        """Whether a column holds numbers, apart from its empty cells."""
        return any(isinstance(row[column], int | float) for row in self.rows)

    def narrow(self) -> bool:
        """Whether the table fits beside a plot."""
        return len(self.names) <= BESIDE


@dataclass(frozen=True)
class Page:
    """All that the report shows.

    Args:
        version: its name.
        tiles: a number and what it counts.
        lead: the sentence below the title.
        head: what the version is made of, each with its name.
        funnel, overview, languages, labels, lengths, duplicates, privacy, packing: plots and tables of a section.
        reasons: examples by reason, those of deduplication left out.
        copies: the examples of deduplication's reasons.
        repairs: examples by kind of repair.
        changes: tables of what changed; none where there is no version before.
        previous: the name of the version before.
        settings: every setting.
        digests: what the version is made from.
    """

    version: str
    tiles: Sequence[tuple[str, str]]
    lead: str
    head: Sequence[tuple[str, str]]
    funnel: Sequence[Plot | Table]
    overview: Sequence[Plot | Table]
    reasons: Sequence[ExampleGroup]
    copies: Sequence[ExampleGroup]
    repairs: Sequence[ExampleGroup]
    languages: Sequence[Plot | Table]
    labels: Sequence[Plot | Table]
    lengths: Sequence[Plot | Table]
    duplicates: Sequence[Plot | Table]
    privacy: Sequence[Plot | Table]
    packing: Sequence[Plot | Table]
    changes: Sequence[Table]
    previous: str
    settings: Sequence[Setting]
    digests: Mapping[str, str]


def format_cell(value: Any) -> str:
    """Return a cell's text: counts with separators, shares with two places, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def count_of(count: int, noun: str) -> str:
    """Return a count with its noun, singular for one."""
    return f"{count:,} {noun}" if count != 1 else f"1 {noun.removesuffix('s')}"


def shown(value: Any) -> Any:
    """Return what a template writes of a value: of a text, its controls shown, which a browser would drop or obey."""
    text = isinstance(value, str) and not isinstance(value, Markup)
    return visible(value.replace("\r\n", "\n")) if text else value


def source_hash(text: str) -> str:
    """Return the Content-Security-Policy source that allows exactly this text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def environment() -> Environment:
    """Return a Jinja environment over the templates: HTML is escaped, an unknown name raises."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"cell": format_cell, "visible": shown, "count_of": count_of}
    made.tests |= {"plot": lambda item: isinstance(item, Plot)}
    return made


def render_page(page: Page) -> str:
    """Return the report as one HTML file that fetches nothing and runs no script but its own, named by its hash."""
    css, script = (Markup((TEMPLATES / name).read_text(encoding="utf-8")) for name in ("report.css", "report.js"))  # noqa: S704  # files of ours, not data
    policy = f"default-src 'none'; style-src {source_hash(css)}; script-src {source_hash(script)}; base-uri 'none'"
    return environment().get_template("report.html").render(page=page, policy=policy, css=css, script=script)

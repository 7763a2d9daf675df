"""The report's page: what it shows, in the order it is read, with everything escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from tasks.report.layout import MACROS, PAGE
from tasks.report.settings_table import Setting
from tasks.report.side_by_side import Gallery
from tasks.report.style import CSS, SCRIPT

BESIDE = 4
"""Most columns of a table that stands beside a plot."""


@dataclass(frozen=True)
class Plot:
    """A drawing with its title, the sentence below it, and whether it shows what was dropped."""

    title: str
    note: str
    svg: str
    gone: bool = False


@dataclass(frozen=True)
class Table:
    """A table with its title: the names of its columns and its rows; numbers stand on the right."""

    names: Sequence[str]
    rows: Sequence[Sequence[Any]]
    title: str = ""

    def numeric(self, column: int) -> bool:
        """Whether a column holds numbers, whatever it has of nulls."""
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
        funnel, languages, lengths, duplicates, privacy, packing: plots and tables of a section.
        reasons: examples by word, those of the stages before dedup and after it.
        twins: those of dedup.
        repairs: examples by kind of change.
        changes: tables of what changed; none where there is no version before.
        before: the name of the version before.
        settings: every setting.
        digests: what the version is made by.
    """

    version: str
    tiles: Sequence[tuple[str, str]]
    lead: str
    funnel: Sequence[Plot | Table]
    overview: Sequence[Plot | Table]
    reasons: Sequence[Gallery]
    twins: Sequence[Gallery]
    repairs: Sequence[Gallery]
    languages: Sequence[Plot | Table]
    lengths: Sequence[Plot | Table]
    duplicates: Sequence[Plot | Table]
    privacy: Sequence[Plot | Table]
    packing: Sequence[Plot | Table]
    changes: Sequence[Table]
    before: str
    settings: Sequence[Setting]
    digests: Mapping[str, str]


def number(value: Any) -> str:
    """Write a cell: counts with separators, shares with two places, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def many(count: int, what: str) -> str:
    """Write a count with its noun."""
    return f"{count:,} {what}" if count != 1 else f"1 {what.removesuffix('s')}"


def plain(text: str) -> str:
    """Make the characters visible that a browser would drop or obey."""
    table = {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\t\n"} | {0x7F: "␡"}
    return text.replace("\r\n", "\n").translate(table)


def pinned(text: str) -> str:
    """Return the Content-Security-Policy source that allows exactly this text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def render(page: Page) -> str:
    """Return the page as one HTML file: no address is fetched, and no script runs but its own, named by its hash."""
    environment = Environment(
        loader=DictLoader({"page": PAGE, "macros": MACROS}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": number, "plain": plain, "many": many}
    environment.tests |= {"plot": lambda item: isinstance(item, Plot)}
    policy = f"default-src 'none'; style-src {pinned(CSS)}; script-src {pinned(SCRIPT)}; base-uri 'none'"
    template = environment.get_template("page")
    # Both are constants of this room, not data.
    own = {"css": Markup(CSS), "script": Markup(SCRIPT)}  # noqa: S704
    return template.render(page=page, policy=policy, **own)

"""The tables of the report as Markdown, for pages that cannot link to a file of this machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tasks.report.render import Page, Plot, Table, format_cell

MOST_ROWS = 40
"""Rows of a table that are shown; the report has them all."""


def page_tables(page: Page) -> str:
    """Return every table of the report in Markdown, below headings as the report has them."""
    parts: list[tuple[str, Sequence[Plot | Table]]] = [
        ("Numbers", [Table(("number", "of"), page.tiles)]),
        ("Funnel", page.funnel),
        ("Languages", page.languages),
        ("Lengths", page.lengths),
        ("Duplicates", page.duplicates),
        ("Personal data and benchmarks", page.privacy),
        ("Packing", page.packing),
        (f"Changed since {page.previous}", page.changes),
        ("Settings that were chosen", [_chosen(page)]),
    ]
    lines = [page.lead]
    for title, items in parts:
        tables = [item for item in items if isinstance(item, Table) and item.rows]
        if tables:
            lines += ["", f"## {title}"]
        for table in tables:
            lines += ["", *([f"**{table.title}**", ""] if table.title else []), *_lines(table)]
    return "\n".join(lines) + "\n"


def _chosen(page: Page) -> Table:
    """Return the settings that differ from their defaults."""
    rows = [(one.name, one.value) for one in page.settings if not one.default]
    return Table(("setting", "value"), rows)


def _lines(table: Table) -> list[str]:
    """Return a table line by line; numbers stand on the right."""
    rule = ["--:" if table.numeric(column) else "---" for column in range(len(table.names))]
    rows = [table.names, rule, *([_cell(value) for value in row] for row in table.rows[:MOST_ROWS])]
    more = len(table.rows) - MOST_ROWS
    return [f"| {' | '.join(row)} |" for row in rows] + ([f"\n… and {more:,} more."] if more > 0 else [])


def _cell(value: Any) -> str:
    return format_cell(value).replace("|", "\\|").replace("\n", " ")

"""Rows as a table for a terminal."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

SHORT = 24
"""Characters of a cell that is never broken over lines."""
LONGEST = 400
"""Characters of a cell in a terminal; the other formats give cells whole."""


def plain(value: Any) -> Any:
    """Return what JSON can hold for a value it cannot (dates, decimals, bytes)."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def cell(value: Any) -> str:
    """Return a value as one cell of text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict | tuple):
        return json.dumps(value, ensure_ascii=False, default=plain)
    return str(value)


def show_number(value: Any) -> str:
    """Return a cell's text: counts with thin separators are for reports, so plain here."""
    text = f"{value:.6g}" if isinstance(value, float) else cell(value)
    text = text.replace("\r", "␍").replace("\x1b", "␛")
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def console(stream: Any = None) -> Console:
    """Return a console as wide as the terminal, or as wide as needed where there is none."""
    out = stream or sys.stdout
    width = shutil.get_terminal_size((120, 24)).columns if out.isatty() else 200
    return Console(file=out, width=width, highlight=False, soft_wrap=False)


def make_table(names: Sequence[str], rows: Sequence[Sequence[Any]], title: str | None = None) -> Table:
    """Make a table; numbers stand on the right."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for index, name in enumerate(names):
        values = [row[index] for row in rows if row[index] is not None]
        numbers = bool(values) and all(isinstance(value, int | float) for value in values)
        short = all(len(str(value)) <= SHORT for value in values)
        table.add_column(Text(name), justify="right" if numbers else "left", overflow="fold", no_wrap=short)
    for row in rows:
        table.add_row(*(Text(show_number(value)) for value in row))
    return table


def print_table(names: Sequence[str], rows: Sequence[Sequence[Any]], title: str | None = None) -> None:
    """Print a table to stdout."""
    console().print(make_table(names, rows, title))

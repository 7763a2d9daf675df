"""What the summary of a run says of its files: those in which more was found than plain ShareGPT rows."""

from __future__ import annotations

from pathlib import Path

from schemas.inputs import Inputs
from tasks.sources.charsets import UTF8

MOST_FILES = 5
MOST_FIELDS = 6


def input_lines(root: Path) -> list[str]:
    """Return a line for each file of the newest run whose shape, charset or further fields a person should know.

    Args:
        root: the data root of a run that has just ended.
    """
    from flows.cli.query import open_catalogue

    with open_catalogue(root) as catalogue:
        files = catalogue.sql(f"SELECT source, shape, charset, fields FROM {Inputs.view}").fetchall()
    lines = [line for source, *found in files if (line := _line(source, *found))]
    more = len(lines) - MOST_FILES
    return lines[:MOST_FILES] + ([f'and {more:,} more: sharegpt sql "FROM inputs"'] if more > 0 else [])


def _line(source: str, shape: str | None, charset: str, fields: list[dict[str, object]]) -> str | None:
    """Return what a file holds; None where it is plain ShareGPT in UTF-8."""
    parts = [shape] if shape not in (None, "sharegpt") else []
    parts += [charset] if charset != UTF8 else []
    names = [str(field["name"]) for field in fields]
    if names:
        parts.append("fields beside the turns: " + ", ".join(names[:MOST_FIELDS]) + (" …" * (len(names) > MOST_FIELDS)))
    return f"{source}: {'; '.join(parts)}" if parts else None

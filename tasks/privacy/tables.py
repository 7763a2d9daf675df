"""Finds secrets in the columns of a table, Markdown's or comma-separated, by the name above the column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Literal

from tasks.privacy.names import KEY_WORDS, PASSWORD_WORDS, cased
from tasks.privacy.passwords import is_password
from tasks.privacy.randomness import is_random
from tasks.privacy.span import Span

_CELL_NAME = re.compile(r"[\w .\"'`*:-]{1,40}")
_CELL_MARKS = " \"'`*"
_LINE_CHARS = 240
_ROWS = 200
_CHARS_A_PIECE = 3.3  # as for values of names without a qualifier
_SHORTEST_KEY = 16


def tabled_passwords(text: str) -> Iterator[Span]:
    """Yield passwords below a header such as `password`."""
    return _tabled(text, "password", lambda value: " " not in value and is_password(value))


def tabled_keys(text: str, min_entropy: float) -> Iterator[Span]:
    """Yield random values below a header such as `api_key`.

    Args:
        text: one turn.
        min_entropy: bits a character a key needs.
    """
    return _tabled(
        text,
        "api_key",
        lambda value: len(value) >= _SHORTEST_KEY and is_random(value, min_entropy, _CHARS_A_PIECE),
    )


@cache
def _header(kind: str) -> re.Pattern[str]:
    words = PASSWORD_WORDS if kind == "password" else KEY_WORDS
    return re.compile(rf"(?:{cased(words)})[\"'`* ]{{0,3}}(?=[|,;\t\n])")


def _tabled(text: str, kind: Literal["password", "api_key"], is_secret: Callable[[str], bool]) -> Iterator[Span]:
    """Yield the secrets of each column that a header of the kind heads."""
    done = 0  # rows of a table are no headers
    for header in _header(kind).finditer(text):
        if header.start() < done:
            continue
        start = text.rfind("\n", 0, header.start()) + 1
        end = text.find("\n", header.end(), header.end() + _LINE_CHARS)
        line = text[start:end]
        part = next((sign for sign in "|\t;," if sign in line), None)
        if end < 0 or len(line) > _LINE_CHARS or part is None:
            continue
        cells = line.split(part)
        if all(_CELL_NAME.fullmatch(cell) for cell in cells if cell):
            column = text.count(part, start, header.start())
            rows, done = _rows(text, end, part, len(cells))
            for at, row in rows:
                cell = row[column]
                value = cell.strip(_CELL_MARKS)
                at += sum(len(one) + 1 for one in row[:column]) + len(cell) - len(cell.lstrip(_CELL_MARKS))
                if is_secret(value):
                    yield Span(kind, at, at + len(value), value, contextual=True)


def _rows(text: str, end: int, part: str, width: int) -> tuple[list[tuple[int, list[str]]], int]:
    """Return the rows that have as many cells as the header, each with its first character; and where they end."""
    rows: list[tuple[int, list[str]]] = []
    while len(rows) < _ROWS and end + 1 < len(text):
        start, line_end = end + 1, text.find("\n", end + 1)
        line_end = len(text) if line_end < 0 else line_end
        cells = text[start:line_end].split(part)
        if len(cells) != width:
            break
        rows.append((start, cells))
        end = line_end
    return rows, end

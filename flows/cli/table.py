"""Rows as a table for a terminal: a number is never cut, and what does not fit is turned on its side."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from flows.cli.messages import ReaderLeft
from tasks.privacy.visible import visible

GAP = 2
"""Blanks between two columns."""
SHORT, LEAST = 24, 12
"""Characters below which no column of text is narrowed: as long as breaking headings helps, and then."""
NAME = 60
"""Characters of a value without blanks up to which it is taken for a name, which goes on in a further line, uncut."""
LONGEST = 400
"""Characters of a cell in a table; rows turned on their side, and the other formats, give cells whole."""
UNBOUNDED = 100_000
"""The width of what is no terminal."""

NUMBER = re.compile(r"[-+]?[\d,]+(\.\d+)?(e[-+]?\d+)?( ?(%|[kMG]B))?")
LINE_END, TAB = "␊", "␉"


def plain(value: Any) -> Any:
    """Return what JSON can hold for a value it cannot (dates, decimals, bytes)."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def cell(value: Any) -> str:
    """Return a value as one cell of text: lists and structs as JSON, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict | tuple):
        return json.dumps(value, ensure_ascii=False, default=plain)
    return str(value)


def shown(value: Any) -> str:
    """Return a value as it is shown: floats to six digits, controls but line ends as pictures or escaped."""
    text = f"{value:.6g}" if isinstance(value, float) else cell(value)
    return visible(text).replace("\t", TAB)


def size(count: float) -> str:
    """Write a number of bytes: 0.4 kB, 12.3 MB."""
    unit, name = next(((unit, name) for unit, name in ((1e9, "GB"), (1e6, "MB")) if count >= unit), (1e3, "kB"))
    return f"{count / unit:,.1f} {name}"


class Screen(Console):
    """A console whose reader may leave (`| head`) without a failure."""

    def on_broken_pipe(self) -> None:
        """Say that nobody reads on; rich would exit with 1."""
        raise ReaderLeft


def console(stream: Any = None) -> Console:
    """Return a console as wide as the terminal, or as COLUMNS says; unbounded for a pipe or a file."""
    out = stream or sys.stdout
    bounded = out.isatty() or os.environ.get("COLUMNS")
    width = shutil.get_terminal_size((80, 24)).columns if bounded else UNBOUNDED
    return Screen(file=out, width=width, highlight=False, soft_wrap=False)


class Table:
    """Rows that are laid out when they are printed, in the width of the console.

    Args:
        names: of the columns.
        rows: their values.
        title: a line above.
        cut: whether long texts are cut, so that each row is one line; else they go on in further lines.
        width: most cells of a line; the console's if None.
    """

    def __init__(
        self, names: Sequence[str], rows: Sequence[Sequence[Any]], title: str | None, cut: bool, width: int | None
    ) -> None:
        self.names = [shown(name) for name in names]
        self.rows = [[shown(value) for value in row] for row in rows]
        self.title, self.cut, self.width = title, cut, width
        self.numeric = [
            bool(values := [row[place] for row in self.rows if row[place]])
            and all(NUMBER.fullmatch(value) is not None for value in values)
            for place in range(len(self.names))
        ]
        self.named = [
            all(len(row[place]) <= NAME and not re.search(r"\s", row[place]) for row in self.rows)
            for place in range(len(self.names))
        ]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines."""
        bound = self.width or options.max_width
        if self.title:
            yield Text(self.title, style="bold")
        for line, style in self.lines(bound):
            yield Text(line, style=style, no_wrap=True, overflow="ignore")

    def lines(self, bound: int) -> Iterator[tuple[str, str]]:
        """Yield the table's lines with their styles, none longer than a bound if that can be."""
        flat = [[short(text) for text in row] for row in self.rows]
        widths = self.fit(flat, bound)
        if widths is None or (len(flat) == 1 and self.cuts(flat[0], widths)):
            yield from ((line, "") for line in self.turned(bound))
            return
        head = [wrapped_name(name, width) for name, width in zip(self.names, widths, strict=True)]
        yield from ((line, "bold") for line in self.row(head, widths))
        for row in flat:
            pieces = [
                [text] if numeric else folded(text, width) if named or not self.cut else [clipped(text, width)]
                for text, width, numeric, named in zip(row, widths, self.numeric, self.named, strict=True)
            ]
            yield from ((line, "") for line in self.row(pieces, widths))

    def cuts(self, row: list[str], widths: list[int]) -> bool:
        """Whether a cell of a row would be cut."""
        cells = zip(row, widths, self.named, strict=True)
        return self.cut and any(cell_len(text) > width and not named for text, width, named in cells)

    def row(self, pieces: list[list[str]], widths: list[int]) -> Iterator[str]:
        """Yield the lines of one row, each of whose cells has one or more."""
        for number in range(max((len(piece) for piece in pieces), default=0)):
            cells = [piece[number] if number < len(piece) else "" for piece in pieces]
            aligned = [
                " " * (width - cell_len(text)) + text if numeric else text + " " * (width - cell_len(text))
                for text, width, numeric in zip(cells, widths, self.numeric, strict=True)
            ]
            yield (" " * GAP).join(aligned).rstrip()

    def fit(self, rows: list[list[str]], bound: int) -> list[int] | None:
        """Return the width of each column; None where the table does not fit, however narrow its texts are."""
        columns = list(zip(*rows, strict=True)) or [()] * len(self.names)
        needed = [max((cell_len(text) for text in column), default=0) for column in columns]
        numbers = [max((cell_len(text) for text in column if NUMBER.fullmatch(text)), default=0) for column in columns]
        pieces = [
            max((cell_len(piece) for text in column for piece in pieces_of(text)), default=0) if named else 0
            for column, named in zip(columns, self.named, strict=True)
        ]
        broken = [max(parts(name), key=cell_len).rstrip() for name in self.names]
        for names, narrowest in ((self.names, SHORT), (broken, SHORT), (broken, LEAST)):
            widths = [max(width, cell_len(name)) for width, name in zip(needed, names, strict=True)]
            least = [
                min(width, max(piece or narrowest, number, cell_len(name)))
                for width, piece, number, name in zip(widths, pieces, numbers, names, strict=True)
            ]
            if narrow(widths, least, bound - GAP * (len(widths) - 1)):
                return widths
        return None

    def turned(self, bound: int) -> Iterator[str]:
        """Yield every row as lines of a name and a whole value."""
        margin = max((cell_len(name) for name in self.names), default=0) + GAP
        for number, row in enumerate(self.rows):
            if len(self.rows) > 1:
                yield f"── {number + 1} " + "─" * max(0, min(bound, 40) - len(str(number + 1)) - 4)
            for name, text in zip(self.names, row, strict=True):
                if bound - margin < LEAST:  # no room beside the longest name: below each
                    yield from chop_cells(name, bound)
                    yield from (piece for line in text.split("\n") for piece in folded(line, bound))
                    continue
                pieces = [piece for line in text.split("\n") for piece in folded(line, bound - margin)]
                for place, piece in enumerate(pieces):
                    yield (set_cell_size("" if place else name, margin) + piece).rstrip()


def narrow(widths: list[int], least: list[int], bound: int) -> bool:
    """Narrow the widest columns until all fit into a bound; return whether they do."""
    while sum(widths) > bound:
        place = max(range(len(widths)), key=lambda place: (widths[place] > least[place], widths[place]))
        if widths[place] <= least[place]:
            return False
        widths[place] -= 1
    return True


def short(text: str) -> str:
    """Return a cell of a table: one line of not too many characters."""
    text = text.replace("\n", LINE_END)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def clipped(text: str, width: int) -> str:
    """Return a text cut to a width, with a mark where something is missing; a number is left out rather than cut."""
    if cell_len(text) <= width:
        return text
    held = set_cell_size(text, width - 1).rstrip()
    if text[len(held) : len(held) + 1].isdigit():
        held = re.sub(r"[-+]?\d[\d,.]*$", "", held)
    return held + "…"


def folded(text: str, width: int) -> list[str]:
    """Return a text in lines of a width, broken between words where that can be, else between the parts of a name."""
    lines = list[str]()
    for line in textwrap.wrap(text, max(1, width), break_long_words=False, break_on_hyphens=False) or [""]:
        for piece in pieces_of(line) if cell_len(line) > width else [line]:
            if lines and piece is not line and cell_len(lines[-1] + piece) <= width:
                lines[-1] += piece
            else:
                lines += chop_cells(piece, width) if cell_len(piece) > width else [piece]
    return lines


def pieces_of(name: str) -> list[str]:
    """Return the parts of a name between which it may be broken: `language_`, `sharegpt_2023.json:`, not `0.` `8`."""
    return [piece for piece in re.split(r"(?<=[_/:#=,])|(?<=\.)(?=\D)", name) if piece]


def parts(name: str) -> list[str]:
    """Return the parts of a heading between which it may be broken."""
    return [part for part in re.split(r"(?<=_)|(?<= )", name) if part] or [""]


def wrapped_name(name: str, width: int) -> list[str]:
    """Return a heading in as few lines of a width as can be."""
    lines = [""]
    for part in parts(name):
        if lines[-1] and cell_len(lines[-1] + part.rstrip()) > width:
            lines.append("")
        lines[-1] += part
    return [line.rstrip() for line in lines]


def make_table(
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    title: str | None = None,
    *,
    cut: bool = False,
    width: int | None = None,
) -> Table:
    """Return rows as a table to print on a console; numbers stand on the right."""
    return Table(names, rows, title, cut, width)

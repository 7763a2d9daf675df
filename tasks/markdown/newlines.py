"""Newlines that highlight.js swallowed in code it took for CSS, put back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from turbohtml import Element, Text

GUESSES = frozenset(["css", "scss", "less", "stylus"])
"""Languages whose `[…]` mode ends no line: `illegal: "$"` skipped one character, the newline, until 11.10."""
LEXEME = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|[ \t]+|\n|[\[\](){}]|[^\s\[\](){}\"']+|.", re.DOTALL)
"""What code is made of here: strings, runs of blanks, newlines, brackets, and the rest."""
CLOSING = {"[": "]", "(": ")", "{": "}"}
ENDS_ITEM = (",", ";")
COMMENT = ("#", "/")
BLANKS = re.compile(r"[ \t]*")
NUMBER = re.compile(r"[-+.\deE]+")
FEWEST_LINES = 2
"""Lines whose indentation has to be read before a newline is put back: a single run of blanks can be anything."""
SURE_STEP = 4
"""A step of so many blanks is an indentation; a smaller one can be the alignment of a row of numbers."""


@dataclass(slots=True)
class Bracket:
    """An open bracket.

    Args:
        closing: the bracket that closes it.
        line: how far the line is indented on which it stands.
        inner: how far the lines in it are indented; None where no line ends behind it.
        items: what stands in it, an inner bracket as that.
        sure: whether a line in it is there, or its last one's blanks are an indent.
    """

    closing: str
    line: str
    inner: str | None = None
    items: list[str] = field(default_factory=list)
    sure: bool = False

    def is_known(self) -> bool:
        """Whether its blanks are indents, not the alignment of a row of numbers with others."""
        lengths = [*map(len, self.items)]
        aligned = len(set(lengths[1:])) < 2 and lengths[:1] in (lengths[1:2], [length - 1 for length in lengths[1:2]])
        is_row = aligned and all(NUMBER.fullmatch(item) for item in self.items)
        return self.sure or len((self.inner or "").expandtabs()) - len(self.line) >= SURE_STEP or not is_row


def restored(code: Element) -> tuple[str, int]:
    """Read a block's text, with the newlines that its `hljs-selector-attr` spans have lost.

    A JSON array shown as CSS comes as `[  {    "a": 1,    "b": 2  }]`: the newlines are gone, the indents still stand.
    They are put back only where brackets balance from the span's on, and its runs of blanks are indents at each depth.

    Returns:
        The text and how many newlines were put back.
    """
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    size = 0
    for node in code:
        text = node.data if type(node) is Text else node.text
        if type(node) is Element and "hljs-selector-attr" in (node.attr("class") or ""):
            spans.append((size, size + len(text)))
        parts.append(text)
        size += len(text)
    text = "".join(parts)
    places: list[int] = []
    for start, end in spans:
        if "  " in text[start:end] or "\t" in text[start:end]:
            places += _Region(text, start, end, places).lost()
    for place in reversed(places):
        text = f"{text[:place]}\n{text[place:]}"
    return text, len(places)


class _Region:
    """The walk from a span's bracket to the one that closes it."""

    def __init__(self, text: str, start: int, end: int, before: list[int]) -> None:
        self.text, self.start, self.end = text, start, end
        self.before = before
        self.places: list[int] = []
        self.step = ""
        self.lines = 0
        self.open = [Bracket("]", self.indent(start))]

    def lost(self) -> list[int]:
        """Return where newlines are missing; nowhere, where brackets do not balance or indents are too few."""
        last, at = "[", self.start + 1
        while self.open and at < len(self.text):
            found = LEXEME.match(self.text, at)
            assert found
            piece, place, at = found[0], at, found.end()
            if piece == "\n":
                self.line(at, last)
            elif piece.isspace():
                if place < self.end and self.text[place - 1] != "\n":
                    self.blanks(piece, place, last, self.text[at : at + 1])
            elif piece in CLOSING:
                self.open[-1].items.append(piece)
                self.open.append(Bracket(CLOSING[piece], self.indent(place)))
            elif piece in CLOSING.values():
                top = self.open.pop()
                if piece != top.closing:
                    return []
                if place < self.end and top.inner and not top.is_known():
                    return []
                if place < self.end and top.inner and not top.line and not self.text[place - 1].isspace():
                    self.places.append(place)
            elif piece != ",":
                self.open[-1].items.append(piece.rstrip(","))
            last = last if piece.isspace() else piece
        return self.places if self.lines >= FEWEST_LINES and not self.open else []

    def indent(self, at: int) -> str:
        """Return how far the line is indented on which a position stands, with the newlines put back so far."""
        return _indent_at(self.text, max([self.text.rfind("\n", 0, at) + 1, *self.before, *self.places]))

    def line(self, at: int, last: str) -> None:
        """Take note of a line that is there."""
        indent = _indent_at(self.text, at)
        if indent and self.step and indent.startswith(self.step):
            self.lines += 1
            self.open[-1].sure = True
        if last in CLOSING:
            self.open[-1].inner = self.open[-1].inner or indent

    def blanks(self, blanks: str, place: int, last: str, following: str) -> None:
        """Put a newline before blanks that are the indentation of a line, none before others."""
        top = self.open[-1]
        closes = following in CLOSING.values()
        if last in CLOSING and not closes:
            step = blanks.removeprefix(top.line)
            if len(step) == len(blanks) - len(top.line) and self._is_step(step):
                self.step = self.step or step
                top.inner = blanks
                self.put(place)
        elif top.inner and closes and blanks == top.line:
            top.sure = True
            self.put(place)
        elif top.inner and not closes and not (following in COMMENT and len(blanks) < SURE_STEP):
            if blanks == top.inner:
                self.put(place)
            elif blanks == 2 * top.inner and last.endswith(ENDS_ITEM):  # an empty line that was indented too
                self.put(place)
                self.put(place + len(top.inner))

    def put(self, place: int) -> None:
        """Put a newline back."""
        self.places.append(place)
        self.lines += 1

    def _is_step(self, step: str) -> bool:
        """Whether blanks are one level of indentation."""
        return step == self.step if self.step else step.startswith("\t") or len(step) > 1


def _indent_at(text: str, at: int) -> str:
    """Return the blanks at a position."""
    found = BLANKS.match(text, at)
    return found[0] if found else ""

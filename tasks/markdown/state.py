"""What is known of one answer while it is walked: limits, numbering, code blocks found, repairs made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from turbohtml import Element

EFFORT = 300_000
EFFORT_PER_CHARACTER = 20
"""Characters re-read for one answer, and more for each of its own: ordinary ones take some thousands."""
INDENT = 10_000
INDENT_PER_CHARACTER = 4
"""Characters of indentation for one answer, and more for each of its own, so that nesting stays within bounds."""

Block = tuple[str, str]
"""A block's kind (text, code, list, heading, quote, rule, table) and its Markdown."""


class OpenList(NamedTuple):
    """An ordered list in which an answer broke off, so that the next answer may go on with it.

    Args:
        number: of its first item.
        items: letters and digits of each item.
        nested: whether its last item ends in a list of its own.
    """

    number: int
    items: tuple[str, ...]
    nested: bool


@dataclass(slots=True)
class State:
    """The state of one answer's conversion.

    Args:
        lost_starts: whether the server's sanitiser removed `<ol start>`, so that a list may continue.
        max_depth: levels of nesting below which only the text is kept.
        drop_guessed: whether a code block's label that is more likely a guess of the page's is left out.
        goes_on: the list in which the answer before broke off, until this one's first list is met.
        footnotes: whether a reference to a footnote was met, so that definitions may follow.
        code: language and label of each code block, in order.
        notes: repairs (kind, detail), in order, each once.
        formulas: how many formulas were read.
        effort: characters that may still be re-read to find where a backslash is needed; then local rules decide.
        indent: characters of indentation that may still be written; then nested text stays at the margin.
    """

    lost_starts: bool
    max_depth: int
    drop_guessed: bool = True
    goes_on: OpenList | None = None
    footnotes: bool = False
    code: list[tuple[str | None, str]] = field(default_factory=list)
    notes: dict[tuple[str, str], int] = field(default_factory=dict)
    formulas: int = 0
    effort: int = EFFORT
    indent: int = INDENT

    def note(self, kind: str, detail: str) -> None:
        """Record a repair; the same one again is counted."""
        self.notes[kind, detail] = self.notes.get((kind, detail), 0) + 1

    def drop(self, node: Element) -> bool:
        """Record an element that is no part of an answer where it holds words; return whether it does."""
        words = bool(node.text.strip())
        if words:
            self.note("dropped_element", node.tag)
        return words

    def may_indent(self, text: str, width: int) -> bool:
        """Whether the lines of a text may move by `width` characters; what they take is no longer there for others."""
        self.indent -= width * (text.count("\n") + 1)
        if self.indent < 0:
            self.note("too_deep", "indentation")
        return self.indent >= 0

"""What is known of one answer while it is walked: limits, numbering, code blocks found, repairs made."""

from __future__ import annotations

from dataclasses import dataclass, field

EFFORT = 300_000
EFFORT_PER_CHARACTER = 20
"""Characters re-read for one answer, at least and for each of its own: ordinary ones take some thousands."""


@dataclass(slots=True)
class State:
    """The state of one answer's conversion.

    Args:
        lost_starts: whether the server's sanitiser removed `<ol start>`, so that a list may continue.
        max_depth: levels of nesting below which only the text is kept.
        boxes: whether some list may hold a task list's boxes.
        code: language and label of each code block, in order.
        notes: repairs (kind, detail), in order, each once.
        effort: characters that may still be re-read to find where a backslash is needed; then local rules decide.
        formulas: how many formulas were read.
    """

    lost_starts: bool
    max_depth: int
    boxes: bool = False
    code: list[tuple[str | None, str]] = field(default_factory=list)
    notes: dict[tuple[str, str], int] = field(default_factory=dict)
    formulas: int = 0
    effort: int = EFFORT

    def note(self, kind: str, detail: str) -> None:
        """Record a repair; the same one again is counted."""
        self.notes[kind, detail] = self.notes.get((kind, detail), 0) + 1


Block = tuple[str, str]
"""A block's kind (text, code, list, heading, quote, rule, table) and its Markdown."""

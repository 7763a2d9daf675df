"""One answer of the page as Markdown."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.markdown.blocks import blocks, join
from tasks.markdown.events import BLANK
from tasks.markdown.numbering import open_list
from tasks.markdown.opening import opens_with_block
from tasks.markdown.state import EFFORT_PER_CHARACTER, INDENT_PER_CHARACTER, Block, OpenList, State
from tasks.markdown.tree import parse

COPY_NOISE = re.compile(r"(?:\A|\n\n)Copy\d+ chars / \d+ words(?=\n\n|\Z)")
"""An extension's button below an answer, a paragraph of its own."""
EMPTY = frozenset("\u200b\u200c\u200d\u2060\ufeff")
"""What an empty answer's paragraph holds (`<p>&#8203;</p>`)."""


@dataclass(slots=True)
class Answer:
    """A converted answer.

    Args:
        text: Markdown.
        code: language and label (class, header, none) of each code block, in order.
        repairs: kind and detail of what was changed beyond conversion.
        open_list: the list in which the answer breaks off, if it does.
    """

    text: str
    code: list[tuple[str | None, str]]
    repairs: list[tuple[str, str]]
    open_list: OpenList | None = None


def _walked(html: str, state: State) -> list[Block]:
    """Render an answer's blocks by the walk over its tree."""
    root, mended = parse(html)
    for kind in mended:
        state.note(kind, "")
    return blocks(root.children, state, state.max_depth)


def to_markdown(
    html: str,
    lost_starts: bool,
    max_depth: int,
    max_chars: int,
    drop_guessed: bool = True,
    goes_on: OpenList | None = None,
) -> Answer:
    """Convert an answer's markup to the Markdown it was written in.

    Args:
        html: the answer's `outerHTML`, possibly sanitised.
        lost_starts: whether the sanitiser removed `<ol start>`.
        max_depth: levels of nesting below which only the text is kept.
        max_chars: characters beyond which the answer is kept as it is.
        drop_guessed: whether a code block's label that is more likely a guess of the page's is left out.
        goes_on: the list in which the answer before broke off, if this one may go on with it.
    """
    if len(html) > max_chars:
        return Answer(html, [], [("unconverted", "too_long")])
    state = State(lost_starts, max_depth, drop_guessed, goes_on)
    state.effort += EFFORT_PER_CHARACTER * len(html)
    state.indent += INDENT_PER_CHARACTER * len(html)
    found = _walked(html, state)
    text = join(found).strip(BLANK)
    if len(text) < 8 and not text.strip(BLANK).strip("".join(sorted(EMPTY))):
        text = ""
    if "/" in text and " chars / " in text:  # the one character is found at once
        text, cut = COPY_NOISE.subn("", text)
        if cut:
            state.note("pollution", "copy button")
    if opens_with_block(text):  # or the next reader would take it for markup, this converter too
        text = "\\" + text
    return Answer(text, state.code, [*state.notes], open_list(found) if lost_starts else None)

"""HTML's tags as the walk takes them: what is a block, what is inline, what was never part of an answer."""

# ruff: noqa: SIM905  # tags read better as a line of words
from __future__ import annotations

BLOCKS = frozenset(
    "p pre ul ol li div h1 h2 h3 h4 h5 h6 blockquote hr table thead tbody tfoot tr th td section article main "
    "body".split()
)
"""Tags that end the paragraph before them."""
CONTAINERS = frozenset("div section article main body".split())
"""Blocks that say nothing by themselves: their children stand in their place."""
FOREIGN_BLOCKS = frozenset(
    "dl dt dd details summary figure figcaption fieldset legend form address aside header footer center caption "
    "hgroup optgroup search".split()
)
"""Blocks that the page never wrote: what stands in them is read, and that is recorded."""

MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~", "strike": "~~"}
"""Inline tags that are a pair of delimiters in Markdown."""
INLINE = frozenset([*MARKS, *"code a img br span font input label bdi bdo wbr u".split()])
"""Inline tags the walk knows; those without a meaning in Markdown are read through."""
CODE = frozenset("kbd samp tt".split())
"""Inline tags of other pages that show code."""
AROUND = {
    "sup": ("<sup>", "</sup>"), "sub": ("<sub>", "</sub>"), "q": ("“", "”"), "rt": ("(", ")"),
}  # fmt: skip
"""What stands around the words of other pages' inline tags. Raised and lowered text keeps its tag, which most viewers
of Markdown draw: `10^3` would be other characters, and `H_2O` not what a chemist reads."""

DROPPED = frozenset(
    "script style noscript template button svg head title meta link base textarea select option iframe object embed "
    "audio video canvas map nav dialog grammarly-extension grammarly-desktop-integration".split()
)
"""Page chrome and pollution: never the model's words, left out with all they hold, which is recorded."""
UNSEEN = frozenset("script style noscript template head title meta link base".split())
"""Those of them that a reader never saw, so that the words beside them touch."""
POLLUTION_CLASSES = frozenset(["immersive-translate-target-wrapper", "sr-only", "katex-html"])
"""Classes whose elements repeat what stands beside them: a translation, a note for screen readers, rendered TeX."""

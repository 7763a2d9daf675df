"""The settings of conversion."""

from __future__ import annotations

from typing import Literal

from schemas.settings.section import Section, setting


class Markdown(Section):
    """How answers become Markdown."""

    max_answer_chars: int = setting(
        20_000_000,
        "An answer of more characters is kept as text, unconverted.",
        "20 MB is 1,000 × the longest real answer",
        ge=1_000,
        le=1_000_000_000,
    )
    max_depth: int = setting(
        100,
        "Of markup nested in more levels only the text is kept.",
        "real answers nest 12 levels; Python's stack allows some 300 of ours",
        ge=8,
        le=200,
    )
    guessed_labels: Literal["drop", "keep"] = setting(
        "drop",
        "Whether a code block's language that the page had more likely guessed than read is left out.",
        "of 231 blocks without a language 208 showed one; of what stays nine in ten are what was written",
    )

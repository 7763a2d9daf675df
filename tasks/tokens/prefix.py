"""Takes the leading space that a tokenizer adds to texts out of its config, so that we add it where it belongs."""

from __future__ import annotations

from enum import Enum
from typing import Any


class Prefix(Enum):
    """When a text between special tokens gets a leading space before it is encoded."""

    NEVER = "never"
    ALWAYS = "always"  # SentencePiece's dummy prefix, LLaMA's legacy behaviour
    UNLESS_SPACE = "unless_space"  # Metaspace, prepend_scheme always; ByteLevel, add_prefix_space
    FIRST = "first"  # Metaspace, prepend_scheme first: only at the very start of what is encoded

    def fix(self, text: str, *, at_start: bool = False) -> str:
        """Return the text as the plain tokenizer must see it; an empty text stays empty."""
        if not text or self is Prefix.NEVER or (self is Prefix.FIRST and not at_start):
            return text
        if self is not Prefix.ALWAYS and text[0] in " ▁":
            return text
        return " " + text


def take_prefix(config: dict[str, Any]) -> tuple[dict[str, Any], Prefix]:
    """Split a `tokenizer.json` into one that adds no leading space, and the rule by which it did."""
    prefix = Prefix.NEVER
    steps = _steps(config, "normalizer", "normalizers")
    if any(step["type"] == "Prepend" for step in steps):
        prefix = Prefix.ALWAYS
        steps = [step for step in steps if step["type"] != "Prepend"]
    cuts = []
    for step in _steps(config, "pre_tokenizer", "pretokenizers"):
        cuts.append(dict(step))
        if step["type"] == "Metaspace" and step.get("prepend_scheme", "always") != "never":
            prefix = Prefix.FIRST if step.get("prepend_scheme") == "first" else Prefix.UNLESS_SPACE
            cuts[-1]["prepend_scheme"] = "never"
        elif step["type"] == "ByteLevel" and step.get("add_prefix_space"):
            prefix = Prefix.UNLESS_SPACE
            cuts[-1]["add_prefix_space"] = False
    normalizer = {"type": "Sequence", "normalizers": steps} if steps else None
    pre_tokenizer = {"type": "Sequence", "pretokenizers": cuts} if len(cuts) > 1 else cuts[0] if cuts else None
    return config | {"normalizer": normalizer, "pre_tokenizer": pre_tokenizer}, prefix


def _steps(config: dict[str, Any], part: str, members: str) -> list[dict[str, Any]]:
    whole = config.get(part)
    if whole is None:
        return []
    return list(whole[members]) if whole["type"] == "Sequence" else [whole]

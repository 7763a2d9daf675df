"""Finds words of chat templates inside messages: text that a careless trainer takes for structure."""

from __future__ import annotations

import re

# Special tokens and headers of the templates in use: LLaMA 1 – 4, Mistral, ChatML, Gemma, Phi, Zephyr, Vicuna.
MARKS = re.compile(
    r"</?s>|<unk>|<pad>|<bos>|<eos>|<\|[a-z0-9_▁ ]{1,40}\|>|\[/?INST\]|<</?SYS>>|</?(?:start|end)_of_turn>| ASSISTANT:"
)


def count_injections(contents: list[str]) -> list[int]:
    """Count the template words in each message; these stages encode them as plain text, others may not."""
    return [len(MARKS.findall(text)) if "<" in text or "[" in text or " ASSISTANT:" in text else 0 for text in contents]


def words_of_structure(specials: list[str], header: str) -> list[str]:
    """List the words that would change ids or labels if a trainer rendered the messages that hold them.

    Args:
        specials: words of the tokenizer's special tokens.
        header: the template's text between question and answer; counts where it holds no special token itself.
    """
    own = header.strip() and not any(word in header for word in specials)
    return [*specials, *([header.rstrip()] if own else [])]

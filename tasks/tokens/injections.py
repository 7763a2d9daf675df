"""Names the words of a chat template that a careless trainer takes for structure when a message holds them."""

from __future__ import annotations


def words_of_structure(specials: list[str], header: str) -> list[str]:
    """List the words that would change ids or labels if a trainer rendered the messages that hold them.

    Args:
        specials: words of the tokenizer's special tokens.
        header: the template's text between question and answer; counts where it holds no special token itself.
    """
    own = header.strip() and not any(word in header for word in specials)
    return [*specials, *([header.rstrip()] if own else [])]

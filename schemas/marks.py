"""What the fields of a raw turn say about it beside its words: the only vocabulary of marks."""

from __future__ import annotations

from schemas.vocabulary import Word


class Mark(Word):
    """One word about a raw turn, its sentence is for people.

    >>> Mark.UNLABELLED.stage
    'ingested'
    """

    UNLABELLED = "unlabelled", "ingested", "The turn says not to train on it (weight 0, train or loss false)."
    TOOL_CALL = "tool_call", "ingested", "The turn calls a tool."
    TOOL_RESULT = "tool_result", "ingested", "The turn is what a tool gave back."
    IMAGE = "image", "ingested", "The turn shows an image."
    NOT_TEXT = "not_text", "ingested", "The turn has a part that is neither text nor image (sound, a file)."
    HIDDEN = "hidden", "ingested", "The page did not show the turn."
    CONTINUES = "continues", "ingested", "The turn goes on with the one before, of the same role."
    REASONING = "reasoning", "ingested", "Reasoning that stood in a field of its own; it is the mark's text."

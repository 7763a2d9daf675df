"""The shapes in which dumps write conversations, each declared once and told by content.

`SHAPES` holds them in the order in which they are asked; `find` returns the shape of a row.
"""

from __future__ import annotations

from typing import Any

from tasks.conversations.shapes.chatgpt import CHATGPT
from tasks.conversations.shapes.exports import CLAUDE, LIBRECHAT, OPEN_WEBUI
from tasks.conversations.shapes.oasst import OASST
from tasks.conversations.shapes.pairs import ALPACA
from tasks.conversations.shapes.shape import Fault, RawConversation, Shape
from tasks.conversations.shapes.turn_lists import CONVERSATION, LIST, LISTS, OPENAI, SHAREGPT, parsed

__all__ = ["SHAPES", "TURN_FIELDS", "Fault", "RawConversation", "Shape", "find"]

SHAPES: tuple[Shape, ...] = (
    CHATGPT,
    CLAUDE,
    OPEN_WEBUI,
    LIBRECHAT,
    SHAREGPT,
    OPENAI,
    CONVERSATION,
    OASST,
    ALPACA,
    LIST,
)

TURN_FIELDS = (*LISTS, "chat_messages", "mapping", "chat", "messagesTree")
"""Fields that hold the turns of a row: by these a row is recognised before it is read."""


def find(row: Any) -> Shape | None:
    """Return the shape of a row, JSON text in a string included; None where it is of none."""
    row = parsed(row)
    return next((shape for shape in SHAPES if shape.matches(row)), None)

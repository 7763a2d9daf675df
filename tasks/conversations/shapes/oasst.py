"""OpenAssistant's message trees: the path of the answers that people ranked best."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tasks.conversations.raw_turn import Turn, read_turn
from tasks.conversations.shapes.shape import Path, Shape
from tasks.conversations.shapes.tree import left_out, paths

_UNRANKED = 1 << 30


def _replies(message: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the replies to a message that was not deleted, the best ranked first."""
    replies = [one for one in message.get("replies") or () if isinstance(one, dict) and not one.get("deleted")]
    ranks = [reply.get("rank") for reply in replies]
    order = sorted(range(len(replies)), key=lambda at: (_UNRANKED if ranks[at] is None else ranks[at], at))
    return [replies[at] for at in order]


def _paths(row: dict[str, Any], branches: str) -> Iterator[Path]:
    messages: dict[str, dict[str, Any]] = {}
    parents: dict[str, str | None] = {}
    first: dict[str | None, str] = {}
    queue: list[tuple[dict[str, Any], str | None]] = [(row["prompt"], None)]
    while queue:
        message, parent = queue.pop()
        name = str(len(messages))
        messages[name], parents[name] = message, parent
        first.setdefault(parent, name)
        queue += [(reply, name) for reply in reversed(_replies(message))]  # the best is taken next
    best = "0"
    while best in first:
        best = first[best]
    for path in paths(parents, best, branches):
        yield [_turn(messages[name]) for name in path], left_out(len(messages), path, branches)


def _turn(message: dict[str, Any]) -> Turn:
    """Return a message as a turn; what people said of it is listed."""
    turn = read_turn({"role": message.get("role"), "text": message.get("text")})
    read = ("role", "text", "replies")
    return turn._replace(unused=tuple(key for key in message if key not in read and message[key] not in (None, "")))


OASST = Shape(
    "oasst",
    "OpenAssistant's trees (oasst1, oasst2)",
    ("prompt",),
    lambda row: isinstance(row, dict) and isinstance(row.get("prompt"), dict) and "text" in row["prompt"],
    _paths,
    (
        ("prompt, replies", "the path of the replies with the lowest rank; every path with `input.branches` all"),
        ("role", "prompter is user"),
        ("deleted", "deleted replies are left out, with what follows them"),
        ("rank, labels, emojis …", "named in view `inputs`"),
    ),
)

"""ChatGPT's own export: a tree of messages under `mapping`, read as its page shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemas.marks import Mark
from tasks.conversations.raw_turn import Content, Turn, fields_of, text_of
from tasks.conversations.shapes.shape import Path, Shape
from tasks.conversations.shapes.tree import left_out, paths

REASONING = ("thoughts", "reasoning_recap")
"""Content that the page folds away before an answer."""
CONTEXT = ("user_editable_context", "model_editable_context")
"""Custom instructions and memories: the page does not show them."""
TOOL_CONTENT = ("code", "execution_output", "tether_browsing_display", "tether_browsing_code", "tether_quote")


def _paths(row: dict[str, Any], branches: str) -> Iterator[Path]:
    nodes = {name: node for name, node in row["mapping"].items() if isinstance(node, dict)}
    parents = {name: node.get("parent") for name, node in nodes.items()}
    shown = row.get("current_node")
    if shown not in nodes:
        shown = _last_made(nodes)
    total = sum(isinstance(node.get("message"), dict) for node in nodes.values())
    for path in paths(parents, shown, branches):
        messages = [nodes[name]["message"] for name in path if isinstance(nodes[name].get("message"), dict)]
        yield list(_turns(messages)), left_out(total, messages, branches)


def _last_made(nodes: dict[str, Any]) -> str | None:
    """Return the leaf whose message was made last."""
    inner = {node.get("parent") for node in nodes.values()}
    leaves = [name for name in nodes if name not in inner]
    times = {name: (nodes[name].get("message") or {}).get("create_time") or 0 for name in leaves}
    return max(leaves, key=lambda name: times[name], default=None)


def _turns(messages: list[dict[str, Any]]) -> Iterator[Turn]:
    """Yield the turns of a path; reasoning goes to the answer that follows, and answers in a row are one."""
    thoughts: list[str] = []
    before = ""
    for message in messages:
        content = fields_of(message, "content")
        if content.get("content_type") in REASONING:
            thoughts += _thoughts(content)
            continue
        turn = _turn(message, content)
        shown = Mark.HIDDEN not in turn.marks
        if turn.role == "assistant" and shown and thoughts:
            turn, thoughts = turn._replace(reasoning="\n\n".join(thoughts)), []
        if turn.role == before == "assistant" and shown:
            turn = turn._replace(marks=(*turn.marks, Mark.CONTINUES))
        before = turn.role if shown else before
        yield turn


def _thoughts(content: dict[str, Any]) -> list[str]:
    """Return the texts of a reasoning message."""
    held = content.get("thoughts")
    texts = [text_of(one.get("content")) for one in held if isinstance(one, dict)] if isinstance(held, list) else []
    return [text for text in texts if text]


def _turn(message: dict[str, Any], content: dict[str, Any]) -> Turn:
    """Return one message as a turn."""
    author = fields_of(message, "author")
    metadata = fields_of(message, "metadata")
    role, kind = text_of(author.get("role")), text_of(content.get("content_type"))
    held = Content()
    held.add(content.get("parts") if isinstance(content.get("parts"), list) else first_text(content))
    recipient = message.get("recipient")
    if role == "assistant" and (recipient not in (None, "", "all") or kind == "code"):
        held.marks.append(Mark.TOOL_CALL)
    elif role == "tool" or kind in TOOL_CONTENT:
        held.marks.append(Mark.TOOL_RESULT)
    system_of_page = role == "system" and not metadata.get("is_user_system_message")
    if metadata.get("is_visually_hidden_from_conversation") or kind in CONTEXT or system_of_page:
        held.marks.append(Mark.HIDDEN)
    return held.turn(role)


def first_text(content: dict[str, Any]) -> str:
    """Return the text of content without parts."""
    return text_of(next((content[key] for key in ("text", "result", "content") if content.get(key)), None))


CHATGPT = Shape(
    "chatgpt_export",
    "ChatGPT's own export: conversations.json",
    ("mapping", "current_node"),
    lambda row: isinstance(row, dict) and isinstance(row.get("mapping"), dict) and _is_tree(row["mapping"]),
    _paths,
    (
        ("mapping, current_node", "the path to the message that was shown last; every path with `input.branches` all"),
        ("author.role, content.parts", "role and text: Markdown as it is, its citation marks cut in stage 02"),
        ("messages hidden by the page", "dropped as `hidden_turn`: system texts, custom instructions, memories"),
        ("code, recipient, tool messages", "`input.tools`"),
        ("image_asset_pointer", "`input.images`"),
        ("thoughts", "`input.reasoning`"),
        ("default_model_slug", "`model`"),
        ("title, create_time, gizmo_id …", "`metadata`"),
    ),
)


def _is_tree(mapping: dict[str, Any]) -> bool:
    first = next(iter(mapping.values()), None)
    return isinstance(first, dict) and ("message" in first or "children" in first)

"""What chat applications export: Claude, open-webui, LibreChat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemas.marks import Mark
from tasks.conversations.raw_turn import Turn, fields_of, read_turn, text_of
from tasks.conversations.shapes.shape import Path, Shape
from tasks.conversations.shapes.tree import left_out, paths

_TREE_KEYS = {
    "uuid",
    "parent_message_uuid",
    "id",
    "parentId",
    "childrenIds",
    "messageId",
    "parentMessageId",
    "children",
}


def _walked(
    messages: dict[str, Any], parents: dict[str, str | None], shown: str | None, branches: str
) -> Iterator[Path]:
    """Yield the wanted paths through messages; a single thread where no message names its parent."""
    if not any(parent in parents for parent in parents.values()):
        yield [_message(one) for one in messages.values()], []
        return
    for path in paths(parents, shown, branches):
        yield [_message(messages[name]) for name in path], left_out(len(messages), path, branches)


def _message(message: dict[str, Any]) -> Turn:
    """Return a message of any of these applications as a turn."""
    fields = {key: value for key, value in message.items() if key not in _TREE_KEYS | {"attachments", "files"}}
    if isinstance(fields.get("content"), list) and not fields["content"]:
        del fields["content"]  # the words stand in the field `text` alone
    if isinstance(fields.get("isCreatedByUser"), bool):
        fields["from"] = "user" if fields.pop("isCreatedByUser") else "assistant"
        fields.pop("sender", None)
    turn = read_turn(fields)
    return _with_files(turn, [*(message.get("attachments") or ()), *(message.get("files") or ())])


def _with_files(turn: Turn, files: list[Any]) -> Turn:
    """Return the turn with the text of the files that came with it; a file without text is marked."""
    texts, marks = [turn.text], list(turn.marks)
    for file in files:
        fields = file if isinstance(file, dict) else {}
        text = fields.get("extracted_content")
        kind = " ".join(text_of(fields.get(key)) for key in ("type", "file_type", "file_kind", "file_name", "name"))
        if text:
            texts.append(text_of(text))
        else:
            image = "image" in kind or kind.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".webp"))
            marks.append(Mark.IMAGE if image else Mark.NOT_TEXT)
    return turn._replace(text="\n\n".join(filter(None, texts)), marks=tuple(dict.fromkeys(marks)))


def _claude(row: dict[str, Any], branches: str) -> Iterator[Path]:
    messages = _by_id(row["chat_messages"], "uuid")
    parents = {name: message.get("parent_message_uuid") for name, message in messages.items()}
    return _walked(messages, parents, row.get("current_leaf_message_uuid"), branches)


def _open_webui(row: dict[str, Any], branches: str) -> Iterator[Path]:
    chat = row["chat"]
    history = fields_of(chat, "history")
    messages = {name: one for name, one in fields_of(history, "messages").items() if isinstance(one, dict)}
    messages = messages or _by_id(chat.get("messages") or [], "id")
    parents = {name: message.get("parentId") for name, message in messages.items()}
    return _walked(messages, parents, history.get("currentId"), branches)


def _librechat(row: dict[str, Any], branches: str) -> Iterator[Path]:
    messages: dict[str, dict[str, Any]] = {}
    parents: dict[str, str | None] = {}
    queue: list[tuple[Any, str | None]] = [
        (message, None) for message in reversed(row.get("messagesTree") or row.get("messages") or [])
    ]
    while queue:
        message, above = queue.pop()
        if not isinstance(message, dict):
            continue
        name = text_of(message.get("messageId")) or f"#{len(messages)}"
        messages[name], parents[name] = message, above or message.get("parentMessageId")
        queue += [(child, name) for child in reversed(message.get("children") or ())]
    return _walked(messages, parents, None, branches)


def _by_id(messages: list[Any], key: str) -> dict[str, dict[str, Any]]:
    """Return messages by their id, or their place where they have none."""
    return {
        text_of(message.get(key)) or f"#{number}": message
        for number, message in enumerate(messages)
        if isinstance(message, dict)
    }


def _has(row: Any, key: str, kind: type) -> bool:
    return isinstance(row, dict) and isinstance(row.get(key), kind)


CLAUDE = Shape(
    "claude_export",
    "Claude's own export: conversations.json",
    ("chat_messages",),
    lambda row: _has(row, "chat_messages", list),
    _claude,
    (
        ("chat_messages, sender, text, content", "the turns; of the parts those of type text"),
        ("parent_message_uuid", "the path to the last message; every path with `input.branches` all"),
        ("attachments, files", "their extracted text, behind the turn's own; images: `input.images`"),
        ("thinking parts", "`input.reasoning`"),
        ("tool_use, tool_result parts", "`input.tools`"),
        ("uuid", "`conversation_id`"),
        ("name, created_at, account …", "`metadata`"),
    ),
)
OPEN_WEBUI = Shape(
    "open_webui",
    "open-webui's export of chats",
    ("chat",),
    lambda row: _has(row, "chat", dict) and not {"messages", "history"}.isdisjoint(row["chat"]),
    _open_webui,
    (
        ("chat.history.messages, currentId", "the path to the message that was shown last; every path with `all`"),
        ("chat.messages", "the turns, where there is no history"),
        ("files", "images: `input.images`"),
        ("title, tags, timestamps …", "`metadata`"),
    ),
)
LIBRECHAT = Shape(
    "librechat",
    "LibreChat's export of a conversation",
    ("messages", "messagesTree", "conversationId"),
    lambda row: _has(row, "messagesTree", list) or (_has(row, "messages", list) and _is_librechat(row["messages"])),
    _librechat,
    (
        ("messages, messagesTree", "the path to the last message; every path with `input.branches` all"),
        ("isCreatedByUser, sender", "the role: the user, or else the assistant"),
        ("text, content", "the text"),
        ("conversationId", "`conversation_id`"),
        ("endpoint, options, title …", "`metadata`"),
    ),
)


def _is_librechat(messages: list[Any]) -> bool:
    first = messages[0] if messages else None
    return isinstance(first, dict) and "isCreatedByUser" in first

"""Conversations of Markdown, as cleaned dumps hold them: page text is cut, what FastChat did is taken back."""

from __future__ import annotations

from functools import partial

from tasks.conversations.boilerplate import LOOSE, cut_page_text, may_end_in_page_text
from tasks.conversations.encoding import Encoding
from tasks.conversations.human import as_typed
from tasks.conversations.page_texts import Capture
from tasks.markdown.fastchat.take_back import taken_back
from tasks.markdown.opening import opens_with_block

Made = list[tuple[str, str]]
"""The repairs of a turn: kind and detail."""


def without_scars(roles: list[str], values: list[str], encoding: Encoding) -> tuple[list[str], list[Made]]:
    """Return the texts of a conversation none of whose answers is the page's markup, and each turn's repairs.

    Args:
        roles: canonical role of each turn; turns of any other word are left as they are.
        values: the raw values.
        encoding: whether the conversation went through FastChat.
    """
    restored = partial(as_typed, encoding=encoding, capture=Capture.MARKDOWN)
    made = [
        restored(value) if role == "user" else _cut_answer(value) if role == "assistant" else (value, [])
        for role, value in zip(roles, values, strict=True)
    ]
    seen = LOOSE.intersection(detail for _, some in made for kind, detail in some if kind == "page_text")
    if seen:  # what one turn surely has is cut where it could be typed in the others too
        mine = [at for at, role in enumerate(roles) if role == "user"]
        for at in mine:
            if may_end_in_page_text(made[at][0], "user"):
                made[at] = restored(values[at], seen=seen)
    texts, repairs = [text for text, _ in made], [list(some) for _, some in made]
    answers = [at for at, role in enumerate(roles) if role == "assistant"]
    if encoding is Encoding.FASTCHAT:
        for at, (text, more) in zip(answers, taken_back([texts[at] for at in answers]), strict=True):
            texts[at] = text
            repairs[at] += more
    else:
        for at in answers:
            if opens_with_block(texts[at]):
                repairs[at].append(("unconverted_markup", ""))
    return texts, repairs


def _cut_answer(value: str) -> tuple[str, Made]:
    """Return an answer without page text, and what was cut."""
    text, cut = cut_page_text(value, Capture.MARKDOWN, role="assistant")
    return text, [("page_text", name) for name in cut]

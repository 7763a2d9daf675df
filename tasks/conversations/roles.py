"""What the words for roles in dumps stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a turn's word stands for; the first three are the roles of conversations."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"
    """What a tool gave back."""
    CALL = "call"
    """An assistant's call of a tool."""
    DROP = "drop"
    """A word that `input.roles` says to leave out."""


WORDS = {
    **dict.fromkeys(
        ("human", "user", "prompter", "customer", "instruction", "question", "query", "prompt", "you", "me", "q"),
        Role.USER,
    ),
    **dict.fromkeys(
        ("assistant", "bot", "model", "ai", "chatbot", "response", "answer", "output", "reply", "agent", "a"),
        Role.ASSISTANT,
    ),
    **dict.fromkeys(("system", "developer"), Role.SYSTEM),
    **dict.fromkeys(
        ("tool", "function", "observation", "ipython", "environment", "tool_result", "tool_response", "tool_output"),
        Role.TOOL,
    ),
    **dict.fromkeys(("function_response", "function_result", "function_output"), Role.TOOL),
    **dict.fromkeys(("function_call", "tool_call", "tool_calls", "function_calls"), Role.CALL),
}
"""Words as `plain_word` writes them."""

MODELS = re.compile(
    r"(?:(?:text-)?(?:chat_?)?gpt|(?:text-)?davinci|claude|gemini|palm|bard|bing|copilot|llama|vicuna|alpaca|koala|guanaco"
    r"|mistral|mixtral|deepseek|qwen|grok|gemma|o1|o3|o4)(?:[-_. :/\d].*)?\Z"
)
"""Names of models: gpt-4o, claude-3-opus, llama2-70b."""

_AROUND = " \t\r\n:#*<>|[](){}_.\"'`\u200b\ufeff"


def plain_word(raw: str) -> str:
    """Return a role word without case and the marks around it.

    >>> plain_word("### Human:"), plain_word("<|assistant|>"), plain_word("Function-Call")
    ('human', 'assistant', 'function_call')
    """
    word = raw.strip(_AROUND).lower()
    joined = word.replace("-", "_").replace(" ", "_")
    return joined if joined in WORDS else word


def canonical_role(raw: str, mapped: Mapping[str, str] | None = None) -> Role | None:
    """Return what a raw word stands for; None where nobody knows.

    Args:
        raw: the word.
        mapped: roles by word, which come before those that are known (`input.roles`).

    >>> canonical_role("gpt-4o"), canonical_role("Human:"), canonical_role("narrator", {"Narrator": "drop"})
    (<Role.ASSISTANT: 'assistant'>, <Role.USER: 'user'>, <Role.DROP: 'drop'>)
    """
    word = plain_word(raw)
    for known, role in (mapped or {}).items():
        if plain_word(known) == word:
            return Role(role)
    return WORDS.get(word) or (Role.ASSISTANT if MODELS.match(word) else None)

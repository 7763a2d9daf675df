"""Chat templates as Jinja, rendered in a sandbox: the one place that says how a conversation is written out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tasks.tokens.tokenizer import Tokenizer, TokenizerError

TEMPLATES = Path(__file__).with_name("templates")
"""One file per built-in template: vicuna_v1.1 as FastChat's conversation.py writes it (ADD_COLON_TWO, sep " " and sep2
"</s>"); chatml as Qwen and others train it, without a default system message; llama3, mistral and qwen render as the
templates do that Llama-3-Instruct, Mistral-Instruct v0.1 and Qwen2-Instruct ship with their tokenizers."""


@cache
def built_in() -> dict[str, str]:
    """Return the Jinja text of the built-in templates by name."""
    return {path.stem: path.read_text("utf-8").removesuffix("\n") for path in sorted(TEMPLATES.glob("*.jinja"))}


PLAIN = ("vicuna_v1.1", "chatml")
"""The built-in templates whose text between the messages never depends on them; the others are a model's own."""


# Where a {% generation %} block begins and ends, when a template is analysed only: no template holds these.
BEGIN, END = "\ue0f0", "\ue0f1"

Message = dict[str, str]


@dataclass(frozen=True, eq=False)
class Template:
    """A chat template bound to a tokenizer's special words.

    Args:
        name: as configured.
        source: the Jinja text.
        adds_bos: whether BOS stands before the rendered text (a built-in leaves it to the tokenizer).
        built_in: whether it is one of PLAIN, whose text between the messages never depends on them.
    """

    name: str
    source: str
    adds_bos: bool
    built_in: bool
    words: tuple[tuple[str, str], ...]

    def render(self, messages: list[Message], *, prompt: bool = False, marks: bool = False) -> str:
        """Write a conversation out, BOS apart; `prompt` opens an answer, `marks` shows generation blocks.

        Raises:
            jinja2.TemplateError: the template refuses the messages.
        """
        return (
            _environment(marks)
            .from_string(self.source)
            .render(messages=messages, add_generation_prompt=prompt, **dict(self.words))
        )


def load_template(name: str, tokenizer: Tokenizer) -> Template:
    """Load a template: a built-in's name, `tokenizer` for the tokenizer's own, or a file with Jinja text.

    Raises:
        TokenizerError: there is no such template, or it does not parse.
    """
    words = tuple((f"{key}_token", word) for key, word in (("bos", tokenizer.bos), ("eos", tokenizer.eos)) if word)
    if name in built_in():
        plain = name in PLAIN
        return Template(name, built_in()[name], plain and tokenizer.adds_bos, plain, words)
    if name == "tokenizer":
        if tokenizer.chat_template is None:
            raise TokenizerError(f"{tokenizer.name} brings no chat_template: set tokens.template to vicuna_v1.1.")
        source = tokenizer.chat_template
    elif Path(name).is_file():
        source = Path(name).read_text("utf-8")
    else:
        known = ", ".join(built_in())
        raise TokenizerError(f"{name} is no template: use {known}, tokenizer (its own) or a file with Jinja text.")
    try:
        _environment(False).parse(source)
    except jinja2.TemplateError as error:
        raise TokenizerError(f"The template {name} does not parse ({error}): mend the Jinja text.") from error
    return Template(name, source, False, False, words)


class _Generation(Extension):
    """Lets `{% generation %}` blocks through, with marks around them when a template is analysed."""

    tags = {"generation"}  # noqa: RUF012  # jinja2 declares it so

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_mark"), [], [], body).set_lineno(line)

    def _mark(self, caller: Callable[[], str]) -> str:
        return f"{BEGIN}{caller()}{END}" if self.environment.globals.get("marks") else caller()


@lru_cache(maxsize=2)
def _environment(marks: bool) -> jinja2.Environment:
    """Build the sandbox with the options that transformers' apply_chat_template uses."""
    made = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, loopcontrols])
    made.globals["raise_exception"] = _refuse
    made.globals["marks"] = marks
    return made


def _refuse(message: str) -> Any:
    raise jinja2.TemplateError(message)

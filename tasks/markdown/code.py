"""Code blocks and inline code: the text of `<code>` alone, byte for byte, in a fence that fits."""

from __future__ import annotations

import re

from turbohtml import Element, Text

from tasks.markdown.labels import language_of
from tasks.markdown.newlines import GUESSES, restored
from tasks.markdown.state import State

FENCE_LINE = re.compile(r"^[ \t]*(`{3,})", re.MULTILINE)
TICKS = re.compile(r"`+")


def code_block(pre: Element, state: State) -> str:
    """Render a `<pre>` of the page as a fenced block, and note its language and where that came from."""
    codes = pre.find_all("code")
    code = codes[0] if codes else None
    text = "\n".join([code_text(part).removesuffix("\n") for part in codes or [pre]])
    language, label, guess = language_of(pre, code, text, state.drop_guessed)
    state.code.append((language, label))
    if guess:
        state.note("guessed_label", guess)
    if len(codes) == 1 and code is not None and (language or guess) in GUESSES:
        text, count = restored(code)
        if count:
            state.note("newlines", str(count))
    return fenced(text, language)


def code_text(node: Element) -> str:
    """Return the text of code, a `<br>` in it as a line's end."""
    if len(node) < 2 or node.find("br") is None:
        return node.text
    parts = []
    for part in node.descendants:
        if type(part) is Text:
            parts.append(part.data)
        elif type(part) is Element and part.tag == "br":
            parts.append("\n")
    return "".join(parts)


def inline_code(node: Element) -> str:
    """Return inline code as Markdown; empty gives nothing."""
    text = node.text if len(node) < 2 else code_text(node)
    if text and text[0] != " " and "`" not in text and "\n" not in text:  # nearly all
        return f"`{text}`"
    return code_span(text)


def fenced(text: str, language: str | None) -> str:
    """Put code in a fence that fits."""
    if text.endswith("\n"):
        text = text[:-1]
    fence = "```"
    if "`" in text and "```" in text:  # the one character is found at once
        runs = FENCE_LINE.findall(text)
        if runs:
            fence = "`" * (max(map(len, runs)) + 1)
    info = language or ""
    if "`" in info:  # an info string of a backtick fence holds no backtick
        fence = "~" * max(3, len(fence))
    body = f"{text}\n" if text else ""
    return f"{fence}{info}\n{body}{fence}"


def code_span(text: str) -> str:
    """Render inline code: ticks longer than any run inside, padded where its edges need it; empty gives nothing."""
    if "\n" in text:
        text = text.replace("\n", " ")
    if not text:
        return ""
    if "`" not in text and text[0] != " ":
        return f"`{text}`"
    blank_edges = text[0] == text[-1] == " " and text.strip(" ")
    pad = " " if blank_edges or "`" in (text[0], text[-1]) else ""
    runs = set(map(len, TICKS.findall(text)))
    width = next(size for size in range(1, len(runs) + 2) if size not in runs)
    return f"{'`' * width}{pad}{text}{pad}{'`' * width}"

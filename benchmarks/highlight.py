"""Code to the spans of highlight.js, with Pygments as the lexer."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Literal, Name, Number, Operator, String, Token, _TokenType
from pygments.util import ClassNotFound

CLASSES: dict[_TokenType, str] = {
    Keyword.Type: "hljs-type",
    Keyword: "hljs-keyword",
    Operator.Word: "hljs-keyword",
    String.Interpol: "hljs-subst",
    String: "hljs-string",
    Number: "hljs-number",
    Literal: "hljs-number",
    Comment: "hljs-comment",
    Name.Function: "hljs-title function_",
    Name.Class: "hljs-title class_",
    Name.Builtin: "hljs-built_in",
    Name.Decorator: "hljs-meta",
    Name.Tag: "hljs-name",
    Name.Attribute: "hljs-attr",
    Name.Variable: "hljs-variable",
}


@lru_cache(256)
def css_class(kind: _TokenType) -> str:
    """Return highlight.js's class for a kind of token, or nothing for plain text."""
    while kind is not Token and kind.parent is not None:
        if kind in CLASSES:
            return CLASSES[kind]
        kind = kind.parent
    return ""


@lru_cache(64)
def lexer(language: str) -> Lexer | None:
    """Return the lexer of a language's name, or none where there is no such language."""
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


ARRAY = re.compile(r"\[(?:\"[^\"\n]*\"|'[^'\n]*'|[^\]])*\]")
STRING = re.compile(r"(\"[^\"\n]*\"|'[^'\n]*')")


def swallowed(code: str) -> str:
    """Return code as highlight.js up to 11.9 showed it where it took it for CSS: `[…]` has lost its lines' ends."""

    def span(found: re.Match[str]) -> str:
        parts = STRING.split(found[0])
        inner = "".join(
            f'<span class="hljs-string">{escape(part, quote=False)}</span>' if at % 2 else _plain(part)
            for at, part in enumerate(parts)
        )
        return f'\0<span class="hljs-selector-attr">{inner}</span>\0'

    parts = ARRAY.sub(span, code).split("\0")
    return "".join(part if at % 2 else escape(part, quote=False) for at, part in enumerate(parts))


def _plain(text: str) -> str:
    """Return text without its lines' ends."""
    return escape(text, quote=False).replace("\n", "")


def highlight(code: str, language: str) -> str:
    """Return the inner HTML of `<code>`; its text content is `code`, byte for byte."""
    if language in ("css", "scss", "less", "stylus") and ARRAY.search(code):
        return swallowed(code)
    found = lexer(language) if language else None
    if found is None:
        return escape(code, quote=False)
    tokens = list(found.get_tokens(code))
    if "".join(text for _, text in tokens) != code:  # a lexer that normalises line ends
        return escape(code, quote=False)
    out: list[str] = []
    for kind, text in tokens:
        name = css_class(kind)
        inner = escape(text, quote=False)
        out.append(f'<span class="{name}">{inner}</span>' if name and text.strip() else inner)
    return "".join(out)

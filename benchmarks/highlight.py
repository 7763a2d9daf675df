"""Code to the spans of highlight.js, with Pygments as the lexer."""

from __future__ import annotations

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


def highlight(code: str, language: str) -> str:
    """Return the inner HTML of `<code>`; its text content is `code`, byte for byte."""
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

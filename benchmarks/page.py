"""Markdown to the markup of ChatGPT's page, as the browser extension captured it in four eras."""

# ruff: noqa: ARG001, ARG002  # render rules have the signature that markdown-it calls
from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from benchmarks.highlight import highlight
from benchmarks.katex import katex
from benchmarks.sanitizer import sanitize_answer, sanitize_question

ERAS = ("E1", "E2", "E3", "E4", "E5", "E6")
"""December 2022, February to April 2023, May 2023, 2024, 2025, 2026."""
SANITIZERS = ("none", "gpt-default", "S1", "json")
"""What the server did: nothing; defaults on answers; the full one on every turn; defaults on the JSON text."""

WRAPPERS = {
    "E1": '<div class="request-:R2d6:-4 markdown prose dark:prose-invert break-words light">',
    "E2": '<div class="markdown prose w-full break-words dark:prose-invert light">',
    "E3": '<div class="markdown prose w-full break-words dark:prose-invert dark">',
    "E4": '<div class="markdown prose w-full break-words dark:prose-invert light">',
    "E5": '<div class="markdown prose dark:prose-invert w-full break-words dark">',
    "E6": '<div class="markdown prose w-full dark markdown-new-styling">',
}
SPELLED = {
    "cpp": "C++", "csharp": "C#", "javascript": "JavaScript", "typescript": "TypeScript", "php": "PHP", "sql": "SQL",
    "html": "HTML", "css": "CSS", "json": "JSON", "yaml": "YAML", "": "Code",
}  # fmt: skip
"""How the page of 2026 writes a label."""
_BAR = "flex items-center relative text-gray-200 bg-gray-800 px-4 py-2 text-xs font-sans"
_ICON = (
    '<svg stroke="currentColor" fill="none" stroke-width="2" viewBox="0 0 24 24" stroke-linecap="round" '
    'stroke-linejoin="round" class="h-4 w-4" height="1em" width="1em" xmlns="http://www.w3.org/2000/svg">'
    '<path d="M16 4h2a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2h2"></path>'
    '<rect x="8" y="2" width="8" height="4" rx="1" ry="1"></rect></svg>'
)
_BUTTON = f'<button class="flex ml-auto gap-2">{_ICON}Copy code</button>'
_URL = re.compile(r"https?://[^\s<>\"')\]]+[^\s<>\"')\].,:;!?]")


class _Page(RendererHTML):
    """The page's renderer: no newline between blocks, since React writes none."""

    def renderToken(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:  # noqa: N802  # theirs
        token = tokens[idx]
        if token.hidden:
            return ""
        if token.nesting == -1:
            return f"</{token.tag}>"
        return f"<{token.tag}{self.renderAttrs(token)}>"

    def text(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return escape(tokens[idx].content, quote=False)

    def code_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<code>{escape(tokens[idx].content, quote=False)}</code>"

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        tokens[idx].attrSet("target", "_new")
        return self.renderToken(tokens, idx, options, env)

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        info = tokens[idx].info.strip().split(" ")[0]
        return code_block(tokens[idx].content, info or guess(tokens[idx].content, env["era"]), env["era"])

    def code_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return code_block(tokens[idx].content, guess(tokens[idx].content, env["era"]), env["era"])

    def html_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        checked = ' checked=""' if "checked" in tokens[idx].content else ""
        return f'<input type="checkbox"{checked} disabled="">'


def code_block(code: str, label: str, era: str) -> str:
    """Render a code block as the page of `era` did, under the language that its header and class name."""
    if era in ("E5", "E6"):
        return _late_block(code, label, era)
    inner = highlight(code, label)
    name = f" language-{label}" if label else ""
    if era == "E1":
        head, box, wrap = f'<div class="{_BAR}">{_BUTTON}</div>', "bg-black", "!whitespace-pre-wrap"
        body = '<div class="p-4">'
    elif era == "E4":
        copy = f'<span data-state="closed"><button class="flex gap-1 items-center">{_ICON}Copy code</button></span>'
        head = f'<div class="{_BAR} justify-between rounded-t-md"><span>{label}</span>{copy}</div>'
        box, wrap, body = "bg-gray-950 rounded-md", "!whitespace-pre", '<div class="p-4 overflow-y-auto">'
    else:
        late = era == "E3"
        shown = f"<span>{label}</span>" if late else f'<span class="">{label}</span>'
        head = f'<div class="{_BAR}{" justify-between rounded-t-md" if late else ""}">{shown}{_BUTTON}</div>'
        box, wrap = ("bg-black rounded-md mb-4" if late else "bg-black mb-4 rounded-md"), "!whitespace-pre"
        body = '<div class="p-4 overflow-y-auto">'
    return f'<pre><div class="{box}">{head}{body}<code class="{wrap} hljs{name}">{inner}</code></div></div></pre>'


def _late_block(code: str, label: str, era: str) -> str:
    """Render a code block as the pages of 2025 and 2026 did: no class, the label bare in a bar of divs."""
    inner = "".join(f"<span>{line}</span>" for line in escape(code, quote=False).splitlines(keepends=True))
    if era == "E5":
        copy = f'<button aria-label="Copy">{_ICON}Copy code</button>'
        return (
            '<pre class="overflow-visible!"><div class="contain-inline-size rounded-md relative">'
            f'<div class="flex items-center px-4 py-2 text-xs font-sans justify-between">{label}</div>'
            f'<div class="sticky top-9"><div class="absolute">{copy}</div></div>'
            f'<div class="overflow-y-auto p-4" dir="ltr"><code class="whitespace-pre!">{inner}</code></div></div></pre>'
        )
    return (
        '<pre class="overflow-visible! px-0!"><div class="relative w-full"><div class="border"><div class="sticky">'
        '<div class="flex w-full"><div class="flex text-sm font-medium"><svg class="icon-sm"></svg>'
        f"{SPELLED.get(label, label.capitalize())}</div></div></div>"
        f'<div class="cm-scroller"><code>{inner}</code></div></div></div></pre>'
    )


def guess(code: str, era: str = "E2") -> str:
    """Guess a language as wildly as highlight.js did: by the code's length, so that it is the same every time."""
    return ("", "", "css", "bash", "lua", "", "scss")[len(code) % 7] if era in ("E1", "E2", "E3") else ""


def _autolink(state: StateCore) -> None:
    """Make bare addresses in text links, as GitHub's Markdown does."""
    for block in state.tokens:
        if block.type == "inline" and block.children and "://" in block.content:
            depth, children = 0, []
            for token in block.children:
                depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
                children += _link_text(token) if token.type == "text" and not depth else [token]
            block.children = children


def _link_text(token: Token) -> list[Token]:
    out, end = [], 0
    for match in _URL.finditer(token.content):
        url = match[0]
        out += [Token("text", "", 0, content=token.content[end : match.start()])]
        out += [Token("link_open", "a", 1, attrs={"href": url}), Token("text", "", 0, content=url)]
        out += [Token("link_close", "a", -1)]
        end = match.end()
    return [*out, Token("text", "", 0, content=token.content[end:])]


def _note(tokens: Sequence[Token], idx: int) -> str:
    return str(tokens[idx].meta["label"])


FOOTNOTES: dict[str, Any] = {
    "footnote_ref": lambda _self, tokens, idx, *_: (
        f'<sup><a href="#user-content-fn-{_note(tokens, idx)}" id="user-content-fnref-{_note(tokens, idx)}" '
        f'data-footnote-ref="" aria-describedby="footnote-label">{tokens[idx].meta["id"] + 1}</a></sup>'
    ),
    "footnote_block_open": lambda *_: (
        '<section data-footnotes="" class="footnotes"><h2 class="sr-only" id="footnote-label">Footnotes</h2>\n<ol>\n'
    ),
    "footnote_block_close": lambda *_: "</ol>\n</section>",
    "footnote_open": lambda _self, tokens, idx, *_: f'<li id="user-content-fn-{_note(tokens, idx)}">\n',
    "footnote_close": lambda *_: "</li>\n",
    "footnote_anchor": lambda _self, tokens, idx, *_: (
        f' <a href="#user-content-fnref-{_note(tokens, idx)}" data-footnote-backref="" aria-label="Back">↩</a>'
    ),
}
"""Footnotes as remark writes them."""


@lru_cache(1)
def parser() -> MarkdownIt:
    """Return the Markdown dialect that ChatGPT writes: CommonMark, tables, strike-through, task lists, $maths$."""
    md = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Page).enable(["table", "strikethrough"])
    md.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True).use(tasklists_plugin)
    md.use(footnote_plugin)
    for name, render in FOOTNOTES.items():
        md.add_render_rule(name, render)
    md.core.ruler.push("autolink", _autolink)
    md.add_render_rule("math_inline", _inline_math)
    md.add_render_rule("math_inline_double", _display_math)
    md.add_render_rule("math_block", _display_math)
    return md


def _inline_math(_: Any, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
    return katex(tokens[idx].content, display=False)


def _display_math(_: Any, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
    return katex(tokens[idx].content.strip(), display=True)


def answer(markdown: str, era: str = "E3", sanitizer: str = "none") -> str:
    """Return the value of a gpt turn: the outer HTML of `.markdown`, after the server's sanitiser."""
    return wrap(body(markdown, era), era, sanitizer)


def body(markdown: str, era: str) -> str:
    """Return the HTML inside `.markdown`, unsanitised; pieces may be joined."""
    return parser().render(markdown, {"era": era})


def wrap(html: str, era: str, sanitizer: str) -> str:
    """Put rendered pieces into the wrapper of `era` and through the sanitiser."""
    whole = f"{WRAPPERS[era]}{html}</div>"
    return whole if sanitizer == "none" else sanitize_answer(whole, sanitizer)


def question(text: str, sanitizer: str = "none") -> str:
    """Return the value of a human turn: its text content, after the server's sanitiser."""
    return sanitize_question(text) if sanitizer in ("S1", "json") else text

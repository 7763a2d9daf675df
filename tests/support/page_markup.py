"""Renders Markdown into the page's markup as it was captured, and as the sanitisers left it."""

from __future__ import annotations

import html
import re
from typing import Any

from markdown_it import MarkdownIt

BUTTON = '<button class="flex ml-auto gap-2"><svg stroke="currentColor"><path d="M16"></path></svg>Copy code</button>'
ENCODINGS = ("verbatim", "default", "full")


def page(markdown: str, encoding: str) -> str:
    """Render an answer in one of ENCODINGS."""
    body = _reader(encoding).render(markdown)
    if encoding != "verbatim":
        body = re.sub(r'<ol start="\d+">', "<ol>", body)
        return f"<div>{body.strip() or '<p></p>'}</div>" if body.startswith("<") else f"<div><p>{body}</p></div>"
    return f'<div class="markdown prose w-full break-words dark:prose-invert light">{body}</div>'


def _reader(encoding: str) -> MarkdownIt:
    """Make a renderer of one encoding; raw HTML is shown as text."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")

    def fence(_: Any, tokens: Any, index: int, *__: Any) -> str:
        return code_block(tokens[index].content, tokens[index].info.strip().split(" ")[0], encoding)

    reader.add_render_rule("fence", fence)
    reader.add_render_rule("code_block", fence)
    return reader


def code_block(code: str, language: str, encoding: str = "verbatim") -> str:
    """Render a code block with its header bar."""
    text = html.escape(code, quote=False)
    label = html.escape(language)
    if encoding == "default":
        span = f"<span>{label}</span>" if label else ""
        return f"<pre><div><div>{span}Copy code</div><div><code>{text}</code></div></div></pre>"
    shown = f'class="!whitespace-pre hljs language-{label}"' if label else 'class="!whitespace-pre hljs"'
    if encoding == "full":
        bar, box = f"<span>{label}</span><svg></svg>Copy code", "<div>"
    else:
        bar, box = f'<span class="">{label}</span>{BUTTON}', '<div class="p-4">'
    return f'<pre><div class="bg-black"><div class="flex">{bar}</div>{box}<code {shown}>{text}</code></div></div></pre>'

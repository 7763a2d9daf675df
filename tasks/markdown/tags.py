"""The page's vocabulary of tags: what is a block, what is inline, what is furniture that never was the answer's."""

from __future__ import annotations

BLOCKS = frozenset(
    [
        "p",
        "pre",
        "ul",
        "ol",
        "li",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "hr",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
        "section",
        "article",
        "main",
        "body",
    ]
)
"""Tags that end the paragraph before them."""

CONTAINERS = frozenset(["div", "section", "article", "main", "body"])
"""Blocks that say nothing by themselves: their children stand in their place."""

MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~", "strike": "~~"}
"""Inline tags that are a pair of delimiters in Markdown."""

INLINE = frozenset([*MARKS, "code", "a", "img", "br", "span", "font", "input", "label", "bdi", "bdo", "wbr", "u"])
"""Inline tags the walk knows; those without a meaning in Markdown are read through."""

DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "button",
        "svg",
        "head",
        "title",
        "meta",
        "link",
        "base",
        "textarea",
        "select",
        "option",
        "iframe",
        "object",
        "embed",
        "audio",
        "video",
        "canvas",
        "map",
        "nav",
        "dialog",
        "grammarly-extension",
        "grammarly-desktop-integration",
    ]
)
"""Furniture and pollution: never the model's words, dropped with all they hold."""

FOREIGN_BLOCKS = frozenset(
    [
        "dl",
        "dt",
        "dd",
        "details",
        "summary",
        "figure",
        "figcaption",
        "fieldset",
        "form",
        "address",
        "aside",
        "header",
        "footer",
        "center",
        "caption",
    ]
)
"""Blocks of other pages: outside the vocabulary, so bs4 and markdownify convert them."""

POLLUTION_CLASSES = frozenset(["immersive-translate-target-wrapper", "sr-only", "katex-html"])
"""Classes whose elements repeat what stands beside them: a translation, a note for screen readers, rendered TeX."""

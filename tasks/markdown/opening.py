"""How a value begins: with the page's wrapper, with another block's tag, or with words; and what no page wrote."""

from __future__ import annotations

import re
from enum import Enum

BEFORE = " \t\r\n\ufeff\u200b\u200f"
"""Blanks that may stand before markup."""
BEGINNING = "<" + BEFORE
HEAD = 800
"""Characters in which the page's wrapper stands, where savers have put others around it."""
LEAD = re.compile(rf"(?:[{BEFORE}]+|<!--(?!-?>).*?-->)*", re.DOTALL)
OPEN_TAG = re.compile(r"<(!doctype\b|[a-z][a-z0-9]*)([^<>]{0,4000})>", re.IGNORECASE)
WRAPPER_CLASS = re.compile(r"\bclass\s*=\s*(?:\"[^\"]*\bmarkdown\b|'[^']*\bmarkdown\b|markdown\b)", re.IGNORECASE)
OPENERS = frozenset("p ol ul pre h1 h2 h3 h4 h5 h6 table blockquote div section article main figure dl hr".split())  # noqa: SIM905
"""Blocks that an answer begins with where a saver has lost the wrapper."""
AROUND = frozenset(["div", "article", "section", "main"])
"""Blocks that the wrapper is, or that savers keep around it."""
WHOLE = frozenset(["!doctype", "html", "head", "body"])
"""What a whole document begins with, and no answer of a page."""

PAGE_MARK = re.compile(r"<pre[^<>]*>\s*<div|\bhljs\b|\bkatex-(?:mathml|html)\b|\bdata-start=\"|user-content-fn")
"""Markup that only the page writes."""
MARK_WORDS = ("<pre", "hljs", "katex-", 'data-start="', "user-content-fn")
"""What PAGE_MARK begins with: plain words are found thirty times as fast as the pattern."""
SURE_MARK = "<pre><div"
PRE = re.compile(r"<pre\b.*?(?:</pre>|\Z)", re.DOTALL | re.IGNORECASE)
BLOCK = r"(?:p|ul|ol|li|h[1-6]|div|table|thead|tbody|tr|td|th|blockquote|section|hr|article|pre)"
NO_PAGE_TAGS = (
    rf"<(?:/{BLOCK}|{BLOCK}\b[^<>]*)>[ \t]*\r?\n\s*<"  # a line's end between blocks
    r"|<h[1-6]\b[^<>]*\s(?:class|style|id|align)="
    r"|<(?:p|ul|ol|li|tr|blockquote|pre)\b[^<>]*\s(?:style|align|on\w+)="
    r"|<(?:p|div|a|span)\b[^<>]*\s(?:on\w+|bgcolor|align)="
    r"|<div\b[^<>]*\sstyle=|<t(?:able|[dhr])\b[^<>]*\s(?:border|cellpadding|cellspacing|bgcolor|width|height|id)="
    r"|<(?:nav|form|header|footer|script|style|meta|title|html|body|iframe|aside|textarea|select|center|marquee)\b"
)
"""Tags that the page of no era wrote, for Python and for Polars."""
SERIALISED = r"(?:amp|lt|gt|nbsp|quot);"
"""The entities that a serialiser writes; others are an author's."""
NO_PAGE = re.compile(rf"{NO_PAGE_TAGS}|&(?!{SERIALISED})[a-zA-Z]+;", re.IGNORECASE)
"""Markup that the page of no era wrote."""
PLACEHOLDER = re.compile(r"\{\{.{1,80}?\}\}|\{%.{1,80}?%\}")
"""A template's place to fill in."""
CODE = re.compile(r"<code\b.*?(?:</code>|\Z)", re.DOTALL | re.IGNORECASE)


class Opening(Enum):
    """What a value begins with."""

    WRAPPER = "the page's wrapper, which names its classes"
    BARE = "a wrapper without attributes, as the sanitiser leaves it"
    BLOCK = "another block's tag, and it ends with a tag"
    DOCUMENT = "a whole document's tag"
    WORDS = "words"


def opening_of(value: str) -> Opening:
    """Return what a value begins with.

    >>> [opening_of(value).name for value in ("<div><p>Hi</p></div>", "<div> is a tag", "<ol><li>a</li></ol>")]
    ['BARE', 'WORDS', 'BLOCK']
    """
    if value.startswith("<div><"):  # two in three
        return Opening.BARE
    if value.startswith('<div class="') and "markdown" in value[: value.find('"', 12)]:
        return Opening.WRAPPER
    lead = LEAD.match(value)
    found = OPEN_TAG.match(value, lead.end() if lead else 0)
    if found is None:
        return Opening.WORDS
    name, attributes = found[1].lower(), found[2]
    if name in WHOLE:
        return Opening.DOCUMENT
    if name in AROUND and (WRAPPER_CLASS.search(attributes) or "markdown prose" in value[:HEAD]):
        return Opening.WRAPPER
    if name == "div" and not attributes.strip() and value[found.end() : found.end() + 400].lstrip().startswith("<"):
        return Opening.BARE
    return Opening.BLOCK if name in OPENERS and value.rstrip().endswith(">") else Opening.WORDS


def opens_with_block(value: str) -> bool:
    """Whether a value begins with a block's tag, whatever follows."""
    if value[:1] not in BEGINNING:
        return False
    lead = LEAD.match(value)
    found = OPEN_TAG.match(value, lead.end() if lead else 0)
    return found is not None and (found[1].lower() in OPENERS or found[1].lower() in WHOLE)


def bears_page_mark(value: str) -> bool:
    """Whether HTML holds what only the page writes."""
    return SURE_MARK in value or (any(word in value for word in MARK_WORDS) and PAGE_MARK.search(value) is not None)


def is_like_no_page(value: str) -> bool:
    """Whether HTML without a page's mark holds, outside its blocks of code, what the page of no era wrote."""
    return NO_PAGE.search(PRE.sub("", value)) is not None


def holds_placeholder(value: str) -> bool:
    """Whether HTML holds a template's place to fill in, outside its code."""
    return "{" in value and PLACEHOLDER.search(CODE.sub("", PRE.sub("", value))) is not None

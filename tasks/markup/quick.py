"""The quick way through answers in the page's plainest words, without a tree.

What is not known to the letter raises Unknown, and the general walk takes the whole answer.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.markup.blocks import HEADINGS, displayed, quoted
from tasks.markup.cut import Cut
from tasks.markup.frames import framed_code
from tasks.markup.furniture import POLLUTION_CLASSES
from tasks.markup.lists import Count, lost_start, marker, render_item
from tasks.markup.page import Block, Page, Unknown
from tasks.markup.tables import piped, render_table

HEADS = {f"<{tag}>": tag for tag in HEADINGS}
WRAPPER = re.compile(r'<div(?: class="[^"<>&]*")?>')
MEANT = re.compile("|".join(["math", "katex", *POLLUTION_CLASSES]))
"""Classes with which the wrapper would be something else."""
START = re.compile(r'<ol start="([0-9]{1,9})">')
STEPS = frozenset(
    (f"<{before}>", f"<{tag}>")
    for before, tags in {
        "table": "thead tbody tr",
        "thead": "tr",
        "tbody": "tr",
        "tr": "td th",
        "td": "/td",
        "th": "/th",
        "/td": "td th /tr",
        "/th": "td th /tr",
        "/tr": "tr /thead /tbody /table",
        "/thead": "tbody /table",
        "/tbody": "/table",
    }.items()
    for tag in tags.split()
)
"""What may follow what in a table."""


def quick_blocks(html: str, page: Page, depth: int) -> list[Block] | None:
    """Render an answer's blocks; None where the general walk must, with a new page.

    Args:
        html: the answer's markup.
        page: the answer's state.
        depth: levels of nesting allowed.
    """
    if "\0" in html or "\r" in html:
        return None
    try:
        cut = Cut(html, page)
        wrapper = cut.tags[0]
        if not wrapper.startswith("<div"):
            return _blocks(cut, 0, "", depth)[0]
        if cut.runs[0] != "" or not _is_bare(wrapper):
            return None
        out, at, _ = _blocks(cut, 1, "</div>", depth - 1)
        return out if cut.runs[at + 1] == cut.tags[at + 1] == "" else None
    except Unknown:
        return None


@lru_cache(256)
def _is_bare(wrapper: str) -> bool:
    """Say whether a wrapper says nothing by itself; the page's are few."""
    return WRAPPER.fullmatch(wrapper) is not None and MEANT.search(wrapper) is None


def _blocks(cut: Cut, at: int, end: str, depth: int) -> tuple[list[Block], int, bool]:
    """Render sibling blocks, from the tag at `at` to the one that is `end`.

    Returns:
        The blocks, the place of the end, and whether a paragraph was among them.
    """
    out: list[Block] = []
    tags, runs = cut.tags, cut.runs
    count: Count | None = None
    loose = False
    while True:
        if runs[at] != "":
            _paragraph(cut, at, out)
        tag = tags[at]
        if tag == end:
            return out, at, loose
        if tag == "<p>":
            at += 1
            if tags[at] != "</p>":
                raise Unknown
            if runs[at] != "":
                _paragraph(cut, at, out)
            name, loose = "p", True
        elif depth <= 0:
            raise Unknown
        elif tag[:3] == "<ol":
            count = count or Count()
            at = _list(cut, at, out, depth, count) + 1
            continue
        else:
            name, at = _block(cut, at, out, depth)
        at += 1
        if count is not None:
            count.pass_by(name)


def _paragraph(cut: Cut, at: int, out: list[Block]) -> None:
    """Append the run before a tag."""
    text = (cut.plain and cut.runs[at]) or cut.run(at)
    if cut.page.formulas:
        text = displayed(text)
    if text:
        out.append(("text", text))


def _block(cut: Cut, at: int, out: list[Block], depth: int) -> tuple[str, int]:
    """Append a rarer block; give its name and where it ends."""
    tag = cut.tags[at]
    if tag == "<pre>":
        out.append(("code", framed_code(cut.codes.pop(), cut.page)))
        return "pre", at
    if tag == "<ul>":
        return "ul", _list(cut, at, out, depth, Count())
    if tag in HEADS:
        name = HEADS[tag]
        cut.expect(at + 1, f"</{name}>")
        out.append(("heading", (HEADINGS[name] + cut.run(at + 1, "heading")).rstrip()))
        return name, at + 1
    if tag == "<table>":
        return "table", _table(cut, at, out)
    if tag == "<blockquote>":
        inner, at, _ = _blocks(cut, at + 1, "</blockquote>", depth - 1)
        out.append(("quote", quoted(inner)))
        return "blockquote", at
    if tag in ("<hr>", "<hr />"):
        out.append(("rule", "---"))
        return "hr", at
    if not tag.startswith("<div"):
        raise Unknown
    out += cut.boxed(at, depth)
    return "div", at + 1


def _list(cut: Cut, at: int, out: list[Block], depth: int, count: Count) -> int:
    """Append a list; give where it ends."""
    tag = cut.tags[at]
    ordered = tag != "<ul>"
    number = _number(cut, at, out, count) if ordered else 0
    mark = marker(ordered, out)
    end = "</ol>" if ordered else "</ul>"
    items: list[list[Block]] = []
    loose = False
    found = _plain_items(cut, at + 1, end)
    if found is not None:
        size = len(found)
        at += 2 * size + 1
    else:
        at += 1
        while cut.tags[at] == "<li>":
            cut.expect_blank(at)
            inner, at, paragraphs = _blocks(cut, at + 1, "</li>", depth - 2)
            items.append(inner)
            loose = loose or paragraphs
            at += 1
        cut.expect_blank(at)
        cut.expect(at, end)
        size = len(items)
    heads = [f"{place}{mark}" for place in range(number, number + size)] if ordered else [mark] * size
    if found is not None:
        lines = [f"{head} {text}" for head, text in zip(heads, found, strict=True)]
    else:
        lines = [render_item(head, "", inner, loose) for head, inner in zip(heads, items, strict=True)]
    text = ("\n\n" if loose else "\n").join(lines)
    if ordered:
        count.close(number + size, size, text)
    if text:
        out.append(("list", text))
    return at


def _plain_items(cut: Cut, at: int, end: str) -> list[str] | None:
    """Give the items' texts, where each item of the list is one line; else None."""
    if not cut.plain:
        return None
    try:
        stop = cut.tags.index(end, at)
    except ValueError:
        raise Unknown from None
    tags, texts = cut.tags[at:stop], cut.runs[at + 1 : stop : 2]
    size = len(texts)
    if 2 * size != len(tags) or tags[::2].count("<li>") != size or tags[1::2].count("</li>") != size:
        return None
    if any(cut.runs[at : stop + 1 : 2]):
        return None
    whole = [text for text in texts if text]
    return whole if len(whole) == size else None


def _number(cut: Cut, at: int, out: list[Block], count: Count) -> int:
    """Give an ordered list's first number."""
    tag = cut.tags[at]
    own = START.fullmatch(tag)
    if own:
        return int(own[1])
    cut.expect(at, "<ol>")
    return lost_start(cut.page, out, count, lambda: cut.list_size(at)[0], lambda: cut.opens_row(cut.list_size(at)[1]))


def _table(cut: Cut, at: int, out: list[Block]) -> int:
    """Append a table; give where it ends."""
    tags, runs, plain = cut.tags, cut.runs, cut.plain
    rows: list[list[str]] = []
    before = tags[at]
    while before != "</table>":
        at += 1
        tag = tags[at]
        if (before, tag) not in STEPS:
            raise Unknown
        if tag in ("</td>", "</th>"):
            text = (plain and runs[at]) or cut.run(at, "cell")
            rows[-1].append(piped(text) if "|" in text else text)
        elif runs[at] != "":
            raise Unknown
        elif tag == "<tr>":
            rows.append([])
        before = tag
    if not rows:
        raise Unknown
    out.append(("table", render_table(rows, ["---"] * len(rows[0]))))
    return at

"""The walk over an answer's block elements, and the rendering of each as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from turbohtml import Element, Node, Text

from tasks.markdown import tags
from tasks.markdown.code import code_block
from tasks.markdown.events import BLANK
from tasks.markdown.foreign import foreign_block
from tasks.markdown.inline import inline
from tasks.markdown.lists import Count, list_block
from tasks.markdown.maths import formula
from tasks.markdown.state import Block, State
from tasks.markdown.tables import table_block

HEADINGS = {"h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### ", "h5": "##### ", "h6": "###### "}


def blocks(nodes: Sequence[Node], state: State, depth: int) -> list[Block]:
    """Render sibling nodes as blocks.

    Args:
        nodes: the children of a block element.
        state: the answer's state.
        depth: levels of nesting still allowed.
    """
    out: list[Block] = []
    run: list[Node] = []
    count: Count | None = None  # made by the first ordered list: most elements hold none
    for node in nodes:
        if type(node) is Text:
            if run or node.data.strip(BLANK):
                run.append(node)
            continue
        if type(node) is not Element:
            continue
        tag = node.tag
        if tag not in tags.BLOCKS and _stays_inline(node, tag):
            run.append(node)
            continue
        if run:
            _paragraph(out, run, state)
            run = []
        if tag == "p":
            _paragraph(out, node.children, state)
        elif tag == "ol":
            count = count or Count()
            _list(out, node, state, depth, count)
            continue
        else:
            _block(out, node, tag, state, depth)
        if count is not None:
            count.pass_by(tag)
    if run:
        _paragraph(out, run, state)
    return out


def join(found: list[Block]) -> str:
    """Join blocks by blank lines."""
    return "\n\n".join([text for _, text in found])


def _quoted(found: list[Block]) -> str:
    """Render blocks as a quotation."""
    return "\n".join([f"> {line}" if line else ">" for line in join(found).split("\n")])


def _stays_inline(node: Element, tag: str) -> bool:
    """Whether an element outside the block vocabulary belongs to the paragraph around it."""
    if tag in tags.FOREIGN_BLOCKS:
        return False
    if tag in ("code", "br", "img"):
        return True
    if tag in tags.DROPPED:
        return False
    if tag == "span" and "display" in (node.attr("class") or ""):
        return False
    return not any(type(child) is Element and child.tag in tags.BLOCKS for child in node)


def _paragraph(out: list[Block], run: Sequence[Node], state: State) -> None:
    """Append a run of inline nodes as a paragraph, or as a display formula where it is nothing else."""
    text = inline(run, state)
    if state.formulas:
        text = _displayed(text)
    if text:
        out.append(("text", text))


def _displayed(text: str) -> str:
    """Set a paragraph as a display formula where it is nothing else."""
    if text.startswith("$$") and text.endswith("$$") and "$$" not in text[2:-2] and len(text) > 4:
        return f"$$\n{text[2:-2].strip()}\n$$"
    return text


def _list(out: list[Block], node: Element, state: State, depth: int, count: Count) -> None:
    """Append a list."""
    if depth <= 0:
        state.note("too_deep", node.tag)
        out.append(("text", node.text.strip()))
        return
    found = list_block(node, state, depth, blocks, out, count)
    if found:
        out.append(("list", found))


def _block(out: list[Block], node: Element, tag: str, state: State, depth: int) -> None:
    """Append a block element's rendering."""
    if depth <= 0:
        state.note("too_deep", tag)
        out.append(("text", node.text.strip()))
    elif tag == "pre":
        out.append(("code", code_block(node, state)))
    elif tag == "ul":
        _list(out, node, state, depth, Count())
    elif tag in HEADINGS:
        out.append(("heading", (HEADINGS[tag] + inline(node.children, state, "heading")).rstrip()))
    elif tag == "blockquote":
        out.append(("quote", _quoted(blocks(node.children, state, depth - 1))))
    elif tag == "hr":
        out.append(("rule", "---"))
    elif tag in tags.CONTAINERS:
        _container(out, node, state, depth)
    else:
        _rarer(out, node, tag, state, depth)


def _rarer(out: list[Block], node: Element, tag: str, state: State, depth: int) -> None:
    """Append a table, an element of another page, or what stands inside one that means nothing here."""
    if tag == "table":
        found = table_block(node, state)
        if found:
            out.append(("table", found))
    elif tag in tags.FOREIGN_BLOCKS:
        state.note("foreign_markup", tag)
        found = foreign_block(node)
        if found:
            out.append(("text", found))
    elif tag not in tags.DROPPED:
        _container(out, node, state, depth)


def _container(out: list[Block], node: Element, state: State, depth: int) -> None:
    """Append what stands inside an element that says nothing by itself, or the display formula that it is."""
    classes = node.attr("class") or ""
    if "math-display" in classes or "katex-display" in classes:
        found = formula(node, classes)
        if found is not None:
            state.formulas += 1
            out.append(("text", f"$$\n{found[0]}\n$$"))
            return
    if classes and not tags.POLLUTION_CLASSES.isdisjoint(classes.split()):
        state.note("pollution", node.tag)
        return
    out += blocks(node.children, state, depth - 1)

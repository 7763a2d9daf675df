"""The walk over an answer's block elements, and the rendering of each as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from turbohtml import Element, Node, Text

from tasks.markdown import tags
from tasks.markdown.code import code_block
from tasks.markdown.events import BLANK
from tasks.markdown.footnotes import definition_items
from tasks.markdown.foreign import foreign_block
from tasks.markdown.inline import inline, verified
from tasks.markdown.lists import indented, list_block
from tasks.markdown.maths import Formula, formula, is_copy, is_tex
from tasks.markdown.numbering import Count
from tasks.markdown.simple import simple_run
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
        if type(node) is not Element:
            if type(node) is Text and (run or node.data.strip(BLANK)):
                run.append(node)
            continue
        tag = node.tag
        if tag not in tags.BLOCKS and _stays_inline(node, tag):
            run.append(node)
            continue
        if run:
            _append(out, run, state)
            run = []
        if tag == "p":
            _append(out, node.children, state)
        elif tag == "ol":
            count = count or Count()
            _list(out, node, state, depth, count)
            continue
        else:
            _block(out, node, tag, state, depth)
        if count is not None:
            count.pass_by(tag)
    if run:
        _append(out, run, state)
    return out


def join(found: list[Block]) -> str:
    """Join blocks by blank lines."""
    return "\n\n".join([text for _, text in found])


def _stays_inline(node: Element, tag: str) -> bool:
    """Whether an element outside the block vocabulary belongs to the paragraph around it."""
    if tag in tags.FOREIGN_BLOCKS:
        return False
    if tag in ("code", "br", "img"):
        return True
    if tag in tags.DROPPED:
        return is_tex(node) and "display" not in (node.attr("type") or "")
    if tag in ("span", "math") and ("display" in (node.attr("class") or "") or node.attr("display") == "block"):
        return False
    return not any(type(child) is Element and child.tag in tags.BLOCKS for child in node)


def _append(out: list[Block], run: Sequence[Node], state: State) -> None:
    """Append a run of inline nodes as a paragraph, where it holds anything."""
    text = simple_run(run)
    if text is None:
        before = state.formulas
        text = verified(run, state)
        if state.formulas > before:
            text = _displayed(text, run)
    if text:
        out.append(("text", text))


def _displayed(text: str, run: Sequence[Node]) -> str:
    """Set a paragraph as a display formula where it is nothing else.

    Where the sanitiser removed the classes, a display formula is a `<span>` without a paragraph around it.
    """
    if text.startswith("$$") and text.endswith("$$") and "$$" not in text[2:-2] and len(text) > 4:
        return f"$$\n{text[2:-2].strip()}\n$$"
    if len(run) == 1 and type(only := run[0]) is Element and only.tag == "span" and not only.attr("class"):
        parent = only.parent
        if isinstance(parent, Element) and parent.tag == "div" and only.find(class_="katex-mathml") is None:
            return f"$$\n{text[1:-1]}\n$$"
    return text


def _list(out: list[Block], node: Element, state: State, depth: int, count: Count) -> None:
    """Append a list, or footnotes."""
    if depth <= 0:
        state.note("too_deep", node.tag)
        out.append(("text", node.text.strip()))
        return
    if state.footnotes and _footnotes(out, node, state, depth):
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
    elif tag in tags.CONTAINERS:
        _container(out, node, state, depth)
    elif tag == "ul":
        _list(out, node, state, depth, Count())
    elif tag in HEADINGS:
        text = inline(node.children, state, "heading")
        if text or not len(node):
            out.append(("heading", (HEADINGS[tag] + text).rstrip()))
    elif tag == "blockquote":
        text = join(blocks(node.children, state, depth - 1))
        if state.may_indent(text, 2):
            text = "\n".join([f"> {line}" if line else ">" for line in text.split("\n")])
        out.append(("quote", text))
    elif tag == "hr":
        if "footnotes" not in (node.attr("class") or ""):
            out.append(("rule", "---"))
    else:
        _rarer(out, node, tag, state, depth)


def _rarer(out: list[Block], node: Element, tag: str, state: State, depth: int) -> None:
    """Append a table, an element of another page, or what stands inside one that means nothing here."""
    if tag == "table":
        out += table_block(node, state)
    elif tag == "dl":
        state.note("foreign_markup", tag)
        out += _definitions(node, state, depth)
    elif tag in ("script", "math"):
        _formula(out, node, state, formula(node))
    elif tag in tags.DROPPED:
        state.drop(node)
    elif "-" in tag:
        # A custom element: HTML's names have no hyphen. What its author meant, only a general converter can guess.
        state.note("foreign_markup", tag)
        text = foreign_block(node)
        if text:
            out.append(("text", text))
    else:
        if tag != "span":
            state.note("foreign_markup", tag)
        _container(out, node, state, depth)


def _container(out: list[Block], node: Element, state: State, depth: int) -> None:
    """Append what stands inside an element that says nothing by itself, or the display formula that it is."""
    classes = node.attr("class") or ""
    if ("math-display" in classes or "katex-display" in classes) and (found := formula(node)):
        _formula(out, node, state, found)
    elif classes and is_copy(node, classes):
        state.note("pollution", node.tag)
    elif not (state.footnotes and _footnotes(out, node, state, depth)):
        out += blocks(node.children, state, depth - 1)


def _formula(out: list[Block], node: Element, state: State, found: Formula | None) -> None:
    """Append the display formula that an element is; a script that is none is dropped."""
    if found is None and node.tag == "math":
        out.append(("text", inline(node.children, state)))
    elif found is None:
        state.drop(node)
    elif found[0]:
        state.formulas += 1
        out.append(("text", f"$$\n{found[0]}\n$$"))


def _footnotes(out: list[Block], node: Element, state: State, depth: int) -> bool:
    """Append the definitions of footnotes that a section or list consists of; return whether it does."""
    items = definition_items(node)
    if items:
        lines = []
        for label, item in items:
            text = join(blocks(item.children, state, depth - 2)).rstrip()
            lines.append(f"[^{label}]: {indented(text, 4, state)}")
        out.append(("text", "\n".join(lines)))
    return bool(items)


def _definitions(node: Element, state: State, depth: int) -> list[Block]:
    """Render a definition list as Markdown Extra and Pandoc write it: a term, then lines that begin with a colon."""
    lines: list[str] = []
    groups = [child for child in node.children if type(child) is Element]
    for child in [part for group in groups for part in ([*group] if group.tag == "div" else [group])]:
        if type(child) is Element:
            text = join(blocks(child.children, state, depth - 2)) if depth > 2 else child.text.strip()
            if child.tag == "dd":
                lines.append(f": {indented(text, 2, state)}")
            elif text:
                lines.append(f"\n{text}" if lines and lines[-1].startswith(": ") else text)
    return [("text", "\n".join(lines))] if lines else []

"""Inline nodes of the tree to Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from turbohtml import Element, Node, Text

from tasks.markdown import tags
from tasks.markdown.escape import escaped, suspect
from tasks.markdown.events import Event, Kind, is_bare, target, tidy, write
from tasks.markdown.foreign import foreign_inline
from tasks.markdown.maths import formula
from tasks.markdown.simple import simple_run
from tasks.markdown.state import State


def inline(nodes: Sequence[Node], state: State, context: str = "paragraph") -> str:
    """Render a run of inline nodes.

    Args:
        nodes: siblings.
        state: the answer's state.
        context: paragraph, heading or cell: what the text must not turn into.
    """
    text = simple_run(nodes)
    if text is not None and not (context == "heading" and text.endswith("#")):
        return text if context == "paragraph" or "\n" not in text else text.replace("\n", " ")
    found: list[Event] = []
    risky = collect(nodes, found, state, state.max_depth)
    events = tidy(found)
    if context != "paragraph":
        events = [
            (Kind.TEXT, " ") if kind is Kind.BREAK else (kind, value.replace("\n", " ")) for kind, value in events
        ]
    if risky or context == "heading" or _delimiters_risky(events):
        return escaped(events, context, state)
    return write(events, set())


def collect(nodes: Sequence[Node], events: list[Event], state: State, depth: int) -> bool:
    """Append the nodes' events; say whether some text could be read as markup."""
    risky = False
    start = not events
    for node in nodes:
        if type(node) is Text:
            text = node.data
            risky = suspect(text, start) or risky
            events.append((Kind.TEXT, text))
        elif type(node) is Element:
            risky = _element(node, events, state, depth) or risky
        start = False
    return risky


def _element(node: Element, events: list[Event], state: State, depth: int) -> bool:
    """Append an element's events; say whether some text could be read as markup."""
    tag = node.tag
    if tag == "code":
        events.append((Kind.CODE, node.text))
        return False
    if depth <= 0:
        state.note("too_deep", tag)
        text = node.text
        events.append((Kind.TEXT, text))
        return suspect(text)
    mark = tags.MARKS.get(tag)
    if mark is not None:
        events.append((Kind.OPEN, mark))
        risky = collect(node.children, events, state, depth - 1)
        events.append((Kind.CLOSE, mark))
        return risky
    if tag == "a":
        return _link(node, events, state, depth)
    if tag == "br":
        events.append((Kind.BREAK, ""))
        return True
    if tag == "img":
        return _image(node, events)
    if tag in ("span", "font"):
        return _span(node, events, state, depth)
    if tag == "input" or tag in tags.DROPPED:
        return False
    if tag in tags.INLINE or tag in tags.BLOCKS:
        return collect(node.children, events, state, depth - 1)
    state.note("foreign_markup", tag)
    events.append((Kind.RAW, foreign_inline(node)))
    return False


def _span(node: Element, events: list[Event], state: State, depth: int) -> bool:
    """Append a span's events: a formula, a copy to leave out, or what stands inside."""
    classes = node.attr("class") or ""
    if classes and not tags.POLLUTION_CLASSES.isdisjoint(classes.split()):
        state.note("pollution", node.tag)
        return False
    if node.tag == "span":
        found = formula(node, classes)
        if found is not None:
            tex, display = found
            state.formulas += 1
            events.append((Kind.RAW, f"$${tex}$$" if display else f"${tex}$"))
            return "$" in (events[-2][1] if len(events) > 1 else "")
    return collect(node.children, events, state, depth - 1)


def _link(node: Element, events: list[Event], state: State, depth: int) -> bool:
    """Append a link: bare where its words are its address, plain words where it leads nowhere."""
    href = node.attr("href")
    title = node.attr("title")
    text = node.text
    if href is None:
        return collect(node.children, events, state, depth - 1)
    if not title and is_bare(text, href):
        events.append((Kind.RAW, text))
        return False
    bang = bool(events) and events[-1][0] is Kind.TEXT and events[-1][1].endswith("!")
    events.append((Kind.LINK, ""))
    risky = collect(node.children, events, state, depth - 1)
    events.append((Kind.LINK_END, target(href, title)))
    return risky or bang or "[" in text or "]" in text


def _image(node: Element, events: list[Event]) -> bool:
    """Append an image."""
    alt, source = node.attr("alt") or "", node.attr("src") or ""
    words = alt.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace("\n", " ")
    events.append((Kind.IMAGE, f"![{words}]{target(source, node.attr('title'))}"))
    return False


def _delimiters_risky(events: list[Event]) -> bool:
    """Whether some delimiter may not open or close where it stands (CommonMark's flanking rules)."""
    for at, (kind, value) in enumerate(events):
        if kind is not Kind.OPEN and kind is not Kind.CLOSE:
            continue
        before = events[at - 1] if at else (Kind.TEXT, " ")
        after = events[at + 1] if at + 1 < len(events) else (Kind.TEXT, " ")
        left, right = _edge(before, -1), _edge(after, 0)
        if value != "~~" and "*" in (left, right):
            return True
        inner, outer = (right, left) if kind is Kind.OPEN else (left, right)
        if inner.isspace() or not (inner.isalnum() or outer.isspace() or not outer.isalnum()):
            return True
    return False


def _edge(event: Event, side: int) -> str:
    """Return the character of an event's rendering that touches its neighbour."""
    kind, value = event
    if kind is Kind.TEXT or kind is Kind.RAW:
        return value[side] if value else " "
    if kind is Kind.OPEN or kind is Kind.CLOSE:
        return "~" if value == "~~" else "*"
    return " " if kind is Kind.BREAK else "]"

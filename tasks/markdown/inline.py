"""Inline nodes of the tree to Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from turbohtml import Element, Node, Text

from tasks.markdown import tags
from tasks.markdown.code import code_text
from tasks.markdown.escape import escaped, suspect
from tasks.markdown.events import BLANK, Event, Kind, is_bare, target, tidy
from tasks.markdown.footnotes import leads_back, reference_label
from tasks.markdown.maths import Formula, formula, is_copy, is_tex
from tasks.markdown.simple import simple_run
from tasks.markdown.state import State


def inline(nodes: Sequence[Node], state: State, context: str = "paragraph") -> str:
    """Render a run of inline nodes.

    Args:
        nodes: siblings.
        state: the answer's state.
        context: paragraph, heading or cell: what the text must not turn into.
    """
    text = simple_run(nodes, context == "paragraph")
    if text is not None and not (context == "heading" and text.endswith("#")):
        return text if context == "paragraph" or "\n" not in text else text.replace("\n", " ")
    return verified(nodes, state, context)


def verified(nodes: Sequence[Node], state: State, context: str = "paragraph") -> str:
    """Render a run of inline nodes in which something could be read otherwise than meant; see `inline`."""
    found: list[Event] = []
    risky = collect(nodes, found, state, state.max_depth)
    events = tidy(found)
    if context != "paragraph":
        gap: Event = (Kind.RAW, "<br>") if context == "cell" else (Kind.TEXT, " ")
        events = [gap if kind == Kind.BREAK else (kind, value.replace("\n", " ")) for kind, value in events]
    return escaped(events, context, state, risky or context == "heading" or _delimiters_risky(events))


def collect(nodes: Sequence[Node], events: list[Event], state: State, depth: int) -> bool:
    """Append the nodes' events; return whether some text could be read as markup."""
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
    """Append an element's events; return whether some text could be read as markup."""
    tag = node.tag
    if tag == "code":
        return _code(node, events, state)
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
    if tag in tags.BLOCKS or tag in tags.FOREIGN_BLOCKS:
        return _block(node, events, state, depth)
    if tag in tags.INLINE:
        return tag != "input" and collect(node.children, events, state, depth - 1)
    return _rarer(node, events, state, depth)


def _rarer(node: Element, events: list[Event], state: State, depth: int) -> bool:
    """Append the events of an element that Markdown has no sign for."""
    tag = node.tag
    if (tag == "math" or is_tex(node)) and (found := formula(node)) is not None:
        return _formula(found, events, state)
    if tag in tags.CODE:
        return _code(node, events, state)
    if tag in tags.DROPPED:
        if state.drop(node) and tag not in tags.UNSEEN:
            _part(node, events)
        return False
    if tag == "sup":
        links = [child for child in node.children if type(child) is Element]
        if len(links) == 1 and links[0].tag == "a" and reference_label(links[0].attr("href") or ""):
            return _link(links[0], events, state, depth - 1)
    if tag == "rp":  # brackets for readers that draw no ruby: ours stand around `<rt>`
        return False
    state.note("foreign_markup", tag)
    opening, closing = tags.AROUND.get(tag, ("", ""))
    if opening:
        events.append((Kind.RAW, opening))
    risky = collect(node.children, events, state, depth - 1)
    if closing:
        events.append((Kind.RAW, closing))
    return risky


def _part(node: Element, events: list[Event]) -> None:
    """Append a blank where an element that is left out stood between two words."""
    before, after = node.previous_sibling, node.next_sibling
    if isinstance(before, Text) and before.data[-1:].strip() and isinstance(after, Text) and after.data[:1].strip():
        events.append((Kind.TEXT, " "))


def _block(node: Element, events: list[Event], state: State, depth: int) -> bool:
    """Append the events of a block where only a line can stand, with a break before and behind it."""
    tag = node.tag
    parent = node.parent
    if tag in ("td", "th") and events and events[-1][0] != Kind.BREAK:
        events.append((Kind.TEXT, "; "))
    elif events and events[-1][0] != Kind.BREAK and tag not in ("thead", "tbody", "tfoot", "table"):
        events.append((Kind.BREAK, ""))
    if tag == "pre":
        for line in filter(str.strip, code_text(node).split("\n")):
            events += [(Kind.CODE, line.rstrip()), (Kind.BREAK, "")]
        return True
    if tag == "li" and isinstance(parent, Element) and parent.tag == "ol":
        number = 1 + sum(type(before) is Element for before in node.previous_siblings)
        events.append((Kind.TEXT, f"{number}. "))
    collect(node.children, events, state, depth - 1)
    if tag not in ("td", "th") and events and events[-1][0] != Kind.BREAK:
        events.append((Kind.BREAK, ""))
    return True


def _code(node: Element, events: list[Event], state: State) -> bool:
    """Append inline code, or the formula that was not drawn yet."""
    classes = node.attr("class")
    if classes and "math-inline" in classes:
        return _formula(formula(node), events, state)
    events.append((Kind.CODE, code_text(node)))
    return False


def _span(node: Element, events: list[Event], state: State, depth: int) -> bool:
    """Append a span's events: a formula, a copy to leave out, or what stands inside."""
    classes = node.attr("class") or ""
    if node.tag == "span" and (found := formula(node)) is not None:
        return _formula(found, events, state)
    if classes and is_copy(node, classes):
        state.note("pollution", node.tag)
        return False
    return collect(node.children, events, state, depth - 1)


def _formula(found: Formula | None, events: list[Event], state: State) -> bool:
    """Append a formula."""
    if found is None or not found[0]:
        return False
    tex, display = found
    state.formulas += 1
    events.append((Kind.RAW, f"$${tex}$$" if display else f"${tex}$".replace("\n", " ")))
    return False


def _link(node: Element, events: list[Event], state: State, depth: int) -> bool:
    """Append a link: bare where its words are its address, plain words where it leads nowhere."""
    href = node.attr("href")
    title = node.attr("title")
    text = node.text
    if href is None:
        return collect(node.children, events, state, depth - 1)
    if href.startswith("#"):
        if state.footnotes and leads_back(href):
            return False
        label = reference_label(href)
        if label:
            state.footnotes = True
            events.append((Kind.RAW, f"[^{label}]"))
            return False
    if not title and is_bare(text, href):
        events.append((Kind.RAW, text))
        return False
    bang = bool(events) and events[-1][0] == Kind.TEXT and events[-1][1].endswith("!")
    events.append((Kind.LINK, ""))
    before = len(events)
    risky = collect(node.children, events, state, depth - 1)
    if all(kind == Kind.TEXT and not value.strip(BLANK) for kind, value in events[before:]):
        state.note("dropped_element", "a")  # the picture in it is gone, and an empty link shows nothing
        del events[before - 1 :]
        _part(node, events)
        return risky
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
        if kind != Kind.OPEN and kind != Kind.CLOSE:
            continue
        before = events[at - 1] if at else (Kind.TEXT, " ")
        after = events[at + 1] if at + 1 < len(events) else (Kind.TEXT, " ")
        left, right = _edge(before, -1), _edge(after, 0)
        if value != "~~" and "*" in (left, right):
            return True
        inner, outer = (right, left) if kind == Kind.OPEN else (left, right)
        if inner.isspace() or not (inner.isalnum() or outer.isspace() or not outer.isalnum()):
            return True
    return False


def _edge(event: Event, side: int) -> str:
    """Return the character of an event's rendering that touches its neighbour."""
    kind, value = event
    if kind == Kind.TEXT or kind == Kind.RAW:
        return value[side] if value else " "
    if kind == Kind.OPEN or kind == Kind.CLOSE:
        return "~" if value == "~~" else "*"
    return " " if kind == Kind.BREAK else "]"

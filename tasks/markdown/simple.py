"""Runs of plain text, inline code and plain emphasis, rendered at once: nineteen runs in twenty need no more."""

from __future__ import annotations

from collections.abc import Sequence

from turbohtml import Element, Node, Text

from tasks.markdown.code import code_span, inline_code
from tasks.markdown.escape import simply_escaped, suspect
from tasks.markdown.events import BLANK, LINE_END
from tasks.markdown.tags import MARKS


def simple_run(nodes: Sequence[Node], paragraph: bool = True) -> str | None:
    """Render a run of inline nodes if nothing in it could be read otherwise than meant; else None.

    Each piece is certain by itself, and each delimiter flanks a letter, a blank or an edge on its outer side.

    Args:
        nodes: siblings.
        paragraph: whether they are a paragraph of their own, whose start could be read as another block's.
    """
    if len(nodes) == 1 and type(only := nodes[0]) is Text:
        text = only.data.strip(BLANK)
        if suspect(text):
            return simply_escaped(text, paragraph)
        return LINE_END.sub("\n", text) if "\n" in text else text
    parts: list[str] = []
    closed = False  # the last piece is emphasis that ends in punctuation, so a letter after it keeps it open
    for node in nodes:
        if type(node) is Text:
            text = node.data
            if suspect(text, not parts) or (closed and text[:1].isalnum()):
                return None
            if "\n" in text:
                text = LINE_END.sub("\n", text)
            if text:
                parts.append(text)
                closed = False
        elif type(node) is not Element:
            return None
        elif node.tag == "code":
            text = inline_code(node)
            if text:
                parts.append(text)
            closed = False
        else:
            inner = _emphasised(node)
            last = parts[-1][-1] if parts else ""
            if not inner or last == "*" or not (inner[0].isalnum() or not last.isalnum()):
                return None
            mark = MARKS[node.tag]
            parts.append(f"{mark}{inner}{mark}")
            closed = not inner[-1].isalnum()
    return "".join(parts).strip(BLANK)


def _emphasised(node: Element) -> str | None:
    """Render what an emphasis holds, if that is a single plain text or code with clean edges; else None."""
    if len(node) != 1 or node.tag not in MARKS:
        return None
    only = node[0]
    if type(only) is Text:
        text = only.data
        return None if not text or text[0] in BLANK or text[-1] in BLANK or "\n" in text or suspect(text) else text
    return code_span(only.text) if type(only) is Element and only.tag == "code" else None

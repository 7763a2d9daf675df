"""Tables as GitHub's Markdown writes them."""

from __future__ import annotations

from turbohtml import Element

from tasks.markdown.inline import inline
from tasks.markdown.state import Block, State

RULES = {"left": ":---", "center": ":---:", "right": "---:"}


def table_block(table: Element, state: State) -> list[Block]:
    """Render a table, its caption before it.

    The first row is the head. Missing cells are empty, pipes escaped, alignment kept; what a cell holds in lines or
    blocks is parted by `<br>`, the only break that a row of a table can hold.
    """
    out: list[Block] = []
    rows: list[Element] = []
    foot: list[Element] = []
    for child in table.children:
        if type(child) is Element:
            if child.tag == "caption":
                out.append(("text", inline(child.children, state)))
            elif child.tag == "tfoot":  # drawn last, wherever it stands
                foot += _inside(child, "tr")
            else:
                rows += [child] if child.tag == "tr" else _inside(child, "tr")
    cells = [found for row in rows + foot if (found := _inside(row, "td", "th"))]
    if not cells:
        return [*out, *([("text", text)] if (text := inline(table.children, state)) else [])]
    width = max(map(len, cells))
    present = sum(map(len, cells))
    filled = width * len(cells) <= width + 2 * present  # else one long row among many short ones would grow to no end
    if not filled:
        state.note("ragged_table", str(width * len(cells) - present))
    lines = [
        _line([_cell(cell, state) for cell in row], width if filled or not at else 0) for at, row in enumerate(cells)
    ]
    lines.insert(1, _line([_rule(cell) for cell in cells[0]], width, "---"))
    return [*out, ("table", "\n".join(lines))]


def _inside(node: Element, *names: str) -> list[Element]:
    """Return an element's children of some tags."""
    return [child for child in node.children if type(child) is Element and child.tag in names]


def _line(cells: list[str], width: int, filler: str = "") -> str:
    """Render one row, filled up to its width."""
    return "| " + " | ".join(cells + [filler] * (width - len(cells))) + " |"


def _cell(cell: Element, state: State) -> str:
    """Render a cell on one line, its pipes escaped."""
    nodes = cell.children
    text = inline(nodes, state, "cell") if nodes else ""
    return text.replace("|", "\\|") if "|" in text else text


def _rule(cell: Element) -> str:
    """Return the delimiter that carries a column's alignment."""
    align, style = (cell.attr("align") or "").lower(), cell.attr("style")
    if style and "text-align:" in (words := style.replace(" ", "").lower()):
        align = words.split("text-align:", 1)[1].split(";", 1)[0]
    return RULES.get(align, "---")

"""Tables as GitHub's Markdown writes them."""

from __future__ import annotations

from turbohtml import Element

from tasks.markdown.inline import inline
from tasks.markdown.state import State

RULES = {"left": ":---", "center": ":---:", "right": "---:"}


def table_block(table: Element, state: State) -> str:
    """Render a table: the first row is its head; missing cells are empty, pipes escaped, alignment kept."""
    rows = [row for row in table.find_all("tr") if row.find(["td", "th"]) is not None]
    if not rows:
        return inline(table.children, state)
    cells = [[cell for cell in row if type(cell) is Element and cell.tag in ("td", "th")] for row in rows]
    width = max(map(len, cells))
    lines = [_line([_cell(cell, state) for cell in row], width) for row in cells]
    return "\n".join([lines[0], _line([_rule(cell) for cell in cells[0]], width, "---"), *lines[1:]])


def _line(cells: list[str], width: int, filler: str = "") -> str:
    """Render one row."""
    return "| " + " | ".join(cells + [filler] * (width - len(cells))) + " |"


def _cell(cell: Element, state: State) -> str:
    """Render a cell on one line, its pipes escaped."""
    return inline(cell.children, state, "cell").replace("|", "\\|")


def _rule(cell: Element) -> str:
    """Return the delimiter that carries a column's alignment."""
    align = (cell.attr("align") or "").lower()
    style = (cell.attr("style") or "").replace(" ", "").lower()
    if "text-align:" in style:
        align = style.split("text-align:", 1)[1].split(";", 1)[0]
    return RULES.get(align, "---")

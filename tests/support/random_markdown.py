"""Random Markdown: sources of every construct the page knows, and of the characters that look like one."""

from __future__ import annotations

from hypothesis import strategies as st

PIECES = [
    "word",
    "two words",
    "snake_case",
    "__init__",
    "2 * 3",
    "a*b",
    "*em*",
    "**bold**",
    "**bold:**",
    "***both***",
    "`code`",
    "`` a`b ``",
    "_x_",
    "*a **b** c*",
    "**a *b* c**",
    "[link](https://a.b/c)",
    "<https://a.b/c_d_e>",
    "![alt](i.png)",
    "\\*",
    "\\_",
    "\\`",
    "\\[x\\](y)",
    "&lt;b&gt;",
    "&amp;amp;",
    "<b>",
    "a < b",
    "C:\\dir",
    "#",
    "1.",
    "-",
    "+",
    ">",
    "|",
    "~~",
    "!",
    "(x)",
    "[y]",
    ":",
    "重要",
    "**重要**",
    "「*名*」",
    "$5",
    "100%",
    "\\#",
    "a\\\\b",
    "  \n",
    "\n",
    "\\\n",
    "e.g.",
    "don't",
    "**`x`**",
    "*`x`*.",
    "**[l](u)**",
    '"q"',
    "é",
    "\u00a0",
    "=",
    "--",
    "http://x.y/a_b",
    "\\<b>",
    "\\&amp;",
    "*",
    "**",
    "_",
    "`",
]
inlines = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).flatmap(
    lambda pieces: st.lists(st.sampled_from(["", " ", " ", " "]), min_size=len(pieces), max_size=len(pieces)).map(
        lambda gaps: "".join(piece + gap for piece, gap in zip(pieces, gaps, strict=True))
    )
)
lines = inlines.map(lambda text: " ".join(text.split()) or "x")
code_lines = st.lists(
    st.sampled_from(["x = 1", "", "    y", "\tz", "```", "~~~", "<p>&amp;</p>", "- a", "  "]), max_size=5
)


def indent(text: str, by: int) -> str:
    """Indent all lines but the first."""
    return text.replace("\n", "\n" + " " * by)


def fence(code: list[str]) -> str:
    """Write a code block in a fence that is long enough."""
    return "\n".join(["`````py", *code, "`````"])


def listed(draw: st.DrawFn, blocks: st.SearchStrategy[str]) -> str:
    """Write a list of one to three items of one or two blocks."""
    start = draw(st.integers(0, 12))
    ordered, loose = draw(st.booleans()), draw(st.booleans())
    out = []
    for number in range(draw(st.integers(1, 3))):
        head = f"{start + number}. " if ordered else "- "
        inner = draw(st.lists(blocks, min_size=1, max_size=2))
        out.append(head + indent(("\n\n" if loose else "\n").join(inner), len(head)))
    return ("\n\n" if loose else "\n").join(out)


@st.composite
def tables(draw: st.DrawFn) -> str:
    """Write a table of two or three columns."""
    width = draw(st.integers(2, 3))
    cell = lines.map(lambda text: text.replace("|", "\\|"))
    row = st.lists(st.one_of(cell, st.just("")), min_size=width, max_size=width).map(
        lambda cells: "| " + " | ".join(cells) + " |"
    )
    rule = (
        "| "
        + " | ".join(draw(st.lists(st.sampled_from(["---", ":---", ":---:", "---:"]), min_size=width, max_size=width)))
        + " |"
    )
    return "\n".join([draw(row), rule, *draw(st.lists(row, max_size=2))])


leaves = st.one_of(
    inlines,
    st.tuples(st.integers(1, 6), lines).map(lambda pair: "#" * pair[0] + " " + pair[1]),
    code_lines.map(fence),
    st.just("***"),
    tables(),
)
blocks = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.composite(listed)(inner),
        st.lists(inner, min_size=1, max_size=2).map(lambda parts: "> " + "\n\n".join(parts).replace("\n", "\n> ")),
    ),
    max_leaves=6,
)
documents = st.lists(blocks, min_size=1, max_size=4).map("\n\n".join)

"""An answer cut at its block tags, without a tree: the tags, and the runs of inline markup between them as Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence

from turbohtml import Node, parse_fragment

from tasks.markup.blocks import blocks
from tasks.markup.escape import FIRST, FIRST_LINE, NEXT_LINE
from tasks.markup.events import LINE_END
from tasks.markup.inline import inline
from tasks.markup.lists import ENDS_COUNT
from tasks.markup.page import Block, Page, Unknown
from tasks.markup.runs import JOINT, render

BLOCK = re.compile(r"(</?(?:[puolth]|bl|di)[^>]*>)")
"""Tags that begin like a block's; each is then compared to the letter."""
INLINE = re.compile(
    r"<(?!/?(?:a|b|strong|em|i|code|del|s|br|img|span|math|semantics|annotation|m(?:row|i|n|o|text|space|sup|sub|subsup"
    r"|frac|sqrt|root|over|under|underover|table|tr|td|style|padded))[ />])"
)
"""A tag that no run may hold, since it could open or close a block."""
BLANK_START = f"{JOINT} "
OPENS = frozenset(["<ul>", "<ol>", "<li>", "<blockquote>"])
CLOSES = frozenset(["</ul>", "</ol>", "</li>", "</blockquote>"])


class Cut:
    """An answer in pieces: `sources[i]` stands before `tags[i]`, and `runs[i]` is the same as Markdown.

    Attributes:
        page: the answer's state.
        tags: the block tags, an empty one at the end.
        sources: the markup between them.
        runs: null where patterns cannot tell.
        plain: whether the runs need no further look.
        codes: what stands within each `<pre>`, the last one first.
    """

    __slots__ = ("codes", "page", "plain", "runs", "sources", "tags")

    def __init__(self, html: str, page: Page) -> None:
        self.page = page
        first, *rest = html.split("<pre>")
        self.codes: list[str] = []
        if rest:
            outside = [first]
            for part in rest:
                inside, end, after = part.partition("</pre>")
                if not end:
                    raise Unknown
                self.codes.append(inside)
                outside.append(after)
            self.codes.reverse()
            html = "<pre>".join(outside)
        pieces = BLOCK.split(html)
        self.sources, self.tags = pieces[::2], pieces[1::2]
        self.tags.append("")
        joined = JOINT.join(self.sources)
        if page.lost_starts and (joined[:1] == " " or BLANK_START in joined):
            raise Unknown  # a task list's item may begin so, whose box the sanitiser removed
        self.runs, self.plain = render(joined)

    def run(self, at: int, context: str = "paragraph") -> str:
        """Give the run before a tag as Markdown; `context` is paragraph, heading or cell."""
        text = self.runs[at]
        if text is None:
            return self._parsed(at, context)
        if context == "heading" and text.endswith("#"):
            return self._parsed(at, context)
        if self.plain or not text:
            return text
        starts = text[0] in FIRST and FIRST_LINE.match(text) is not None
        if context != "paragraph":
            # Within one line nothing starts a block, as long as a reader's blanks are ours.
            return self._parsed(at, context) if "\n" in text or (starts and not text.isprintable()) else text
        if "\n" not in text:
            return self._parsed(at, context) if starts else text
        return self._parsed(at, context) if starts or NEXT_LINE.search(text) else LINE_END.sub("\n", text)

    def _parsed(self, at: int, context: str) -> str:
        """Render a run by its tree."""
        source = self.sources[at]
        if "katex-display" in source or "math-display" in source:  # it may stand as a block
            raise Unknown
        return inline(self._tree(source), self.page, context)

    def boxed(self, at: int, depth: int) -> list[Block]:
        """Render the `<div>` that begins at a tag and holds one run, a display formula mostly, by its tree."""
        self.expect(at + 1, "</div>")
        return blocks(self._tree(self.sources[at + 1], self.tags[at], "</div>"), self.page, depth)

    def _tree(self, source: str, before: str = "", behind: str = "") -> Sequence[Node]:
        """Parse inline markup, if it opens or closes nothing outside: the parser writes it as it was read."""
        if INLINE.search(source):
            raise Unknown
        source = before + source.replace("&quot;", '"').replace("<br />", "<br>") + behind
        root = parse_fragment(source)
        if root.inner_html != source:
            raise Unknown
        return root.children

    def expect(self, at: int, tag: str) -> None:
        """Refuse what is not that tag."""
        if self.tags[at] != tag:
            raise Unknown

    def expect_blank(self, at: int) -> None:
        """Refuse words between tags that hold none."""
        if self.runs[at] != "":
            raise Unknown

    def list_size(self, at: int) -> tuple[int, int]:
        """Count the items of the list that begins at a tag, and say where it ends."""
        depth = items = 0
        while True:
            tag = self.tags[at]
            if tag[:3] in ("<ul", "<ol"):
                depth += 1
            elif tag in ("</ul>", "</ol>"):
                depth -= 1
            elif not tag:
                raise Unknown
            if not depth:
                return items, at
            items += depth == 1 and tag == "<li>"
            at += 1

    def opens_row(self, at: int) -> bool:
        """Say whether the next ordered list beside the one that ends here is a single item too."""
        depth = 0
        while depth >= 0:
            at += 1
            tag = self.tags[at]
            if not depth and tag[:3] == "<ol":
                return self.list_size(at)[0] == 1
            if not tag or (not depth and tag[1:3] in ENDS_COUNT):
                return False
            depth += (tag in OPENS or tag[:4] == "<ol ") - (tag in CLOSES)
        return False

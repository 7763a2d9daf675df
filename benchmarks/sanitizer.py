"""What ShareGPT's server did to values: the HTML sanitiser, with default options and with its own."""

# ruff: noqa: SIM905  # tags read better as a line of words
from __future__ import annotations

from html import escape
from html.parser import HTMLParser

ALLOWED = frozenset(
    "address article aside footer header h1 h2 h3 h4 h5 h6 hgroup main nav section blockquote dd div dl dt figcaption "
    "figure hr li ol p pre ul a abbr b bdi bdo br cite code data dfn em i kbd mark q rb rp rt rtc ruby s samp small "
    "span strong sub sup time u var wbr caption col colgroup table tbody td tfoot th thead tr".split()
)
"""Tags that the library's defaults let through; every other tag goes, its text stays."""
SILENT = frozenset({"script", "style", "textarea", "option", "noscript"})
"""Tags that go with their content."""
VOID = frozenset({"br", "hr", "col", "wbr", "img", "input"})
_SVG = frozenset("stroke fill stroke-width stroke-linecap stroke-linejoin class height width xmlns".split())


class _Sanitizer(HTMLParser):
    """Rewrites HTML with allowed tags alone; `full` keeps the classes that the server's own options named."""

    def __init__(self, *, full: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.full, self.out, self.open, self.silent = full, [], [], 0  # type: ignore[var-annotated]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent += 1
        elif not self.silent and (tag in ALLOWED or (self.full and tag == "svg")):
            kept = "".join(f' {k}="{escape(v or "")}"' for k, v in attrs if self.keeps(tag, k, v or ""))
            self.out.append(f"<{tag}{kept} />" if tag in VOID else f"<{tag}{kept}>")
            if tag not in VOID:
                self.open.append(tag)

    def keeps(self, tag: str, name: str, value: str) -> bool:
        """Whether an attribute survives."""
        if tag == "a":
            return name in ("href", "name", "target")
        if not self.full:
            return False
        if tag == "svg":
            return name in _SVG
        if name != "class":
            return False
        if tag == "span":
            return value != ""
        return "hljs" in value if tag == "code" else tag == "div" and value.startswith(("bg-", "flex "))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self.silent = max(0, self.silent - 1)
        elif not self.silent and tag in self.open:
            while True:
                closed = self.open.pop()
                self.out.append(f"</{closed}>")
                if closed == tag:
                    return

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.out.append(escape(data, quote=False))

    def parse_html_declaration(self, i: int) -> int:
        """Skip `<!…>` up to the next `>`, as the server's parser did; Python's raises on `<![` that is no section."""
        if self.rawdata.startswith("<!--", i):
            return self.parse_comment(i)
        return self.rawdata.find(">", i) + 1 or -1

    def result(self) -> str:
        """Close what is open and return the rest."""
        self.close()
        return "".join(self.out) + "".join(f"</{tag}>" for tag in reversed(self.open))


def _run(text: str, *, full: bool) -> str:
    parser = _Sanitizer(full=full)
    parser.feed(text)
    return parser.result()


def sanitize_answer(html: str, sanitizer: str) -> str:
    """Return a gpt value after the server: `S1` keeps some classes, the defaults (and those over JSON) none."""
    return _run(html, full=sanitizer == "S1")


def sanitize_question(text: str) -> str:
    """Return a human value after the full sanitiser: escaped, typed tags bare or gone.

    >>> sanitize_question('if (a < b && c) <div class="x">')
    'if (a &lt; b &amp;&amp; c) <div></div>'
    """
    return _run(text, full=True)

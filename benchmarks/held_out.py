"""Markdown answers as no corpus of ours holds them: eight languages, maths, tables, footnotes, nested lists, code."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.katex import drawn
from benchmarks.tongues import TONGUES

LANGUAGES = ("en", "zh-cn", "ja", "ko", "ru", "de", "fr", "es")
ENGLISH = (
    ("baking bread", "a small garden", "the database", "your budget", "the web server", "a long trip", "chess"),
    ("Before you start with {t},", "When you have little time for {t},", "In most books about {t},"),
    ("it helps to write each step down.", "begin with a small example.", "ask somebody who has done it.",
     "look at the order of the steps first.", "you can go back at any time without losing anything."),
)  # fmt: skip
CODE = {
    "python": "def {a}({b}):\n    # {b}\n    return [{b} * 2 for {b} in range({n})]\n\n\nprint({a}({n}))",
    "javascript": "const {a} = ({b}) => {{\n  console.log(`${{{b}}} items`);\n  return {b} + {n};\n}};",
    "typescript": "interface {A} {{\n  {b}: number;\n}}\nconst {a}: {A} = {{ {b}: {n} }};",
    "java": "public class {A} {{\n    private int {b} = {n};\n\n    public int get() {{ return {b}; }}\n}}",
    "c": '#include <stdio.h>\n\nint main(void) {{\n\tint {b} = {n};\n\tprintf("%d\\n", {b});\n}}',
    "cpp": "#include <vector>\n\nstd::vector<int> {a}({n});\nfor (auto& {b} : {a}) {{\n    {b} += {n};\n}}",
    "csharp": 'using System;\n\nvar {a} = {n};\nConsole.WriteLine($"{{{a}}}");',
    "go": 'package main\n\nimport "fmt"\n\nfunc main() {{\n\t{b} := {n}\n\tfmt.Println({b})\n}}',
    "rust": 'fn main() {{\n    let {b}: Vec<u32> = vec![{n}; 2];\n    println!("{{:?}}", {b});\n}}',
    "ruby": "def {a}({b})\n  {b}.each do |x|\n    puts x * {n}\n  end\nend",
    "php": '<?php\n${b} = {n};\necho "<p>${b} &amp; more</p>";',
    "bash": "#!/bin/bash\nfor f in *.txt; do\n  echo \"$f\" | sed 's/{a}/{b}/g'\ndone",
    "sql": "SELECT {a}, count(*) AS n\nFROM {b}\nWHERE n > {n}\nGROUP BY {a};",
    "html": '<!DOCTYPE html>\n<div class="{a}">\n  <p>{b} &lt; {n}</p>\n</div>',
    "css": ".{a} {{\n  color: #fff;\n  margin: {n}px;\n}}",
    "json": '[\n  {{\n    "{a}": {n},\n    "{b}": [\n      1,\n      2\n    ]\n  }}\n]',
    "yaml": '{a}:\n  - {b}: {n}\n    name: "*x*"\n',
    "kotlin": 'fun main() {{\n    val {b} = {n}\n    println("$$b")\n}}',
    "swift": "import Foundation\n\nlet {b} = {n}\nfunc {a}() -> Int {{ {b} }}",
    "r": "{a} <- c(1, {n})\nlibrary(stats)\nmean({a})",
    "makefile": "{a}: {b}.c\n\tcc -o $@ $<\n\n.PHONY: {a}",
    "": "$ {a} --{b} {n}\n  done in {n} ms",
}
"""Code of twenty languages and more, and one that no writer names."""
NAMES = "total count rows user_id value items table_name order index path".split()  # noqa: SIM905
FIRM = ("Python", "GPU", "API", "`x_y`", "2 * 3", "a_b_c", "C:\\dir", "R&D", "#1", "1 < 2", "[1]", "50%", "x^2")


@dataclass
class Writer:
    """Writes answers of one language; `lost` says whether one holds what a server's sanitiser destroys."""

    rng: random.Random
    language: str
    notes: int = 0
    lost: bool = False

    def sentence(self) -> str:
        """Write a sentence, now and then with something in it that looks like markup."""
        topics, openings, endings = ENGLISH if self.language == "en" else TONGUES[self.language][:3]
        space = "" if self.language in ("zh-cn", "ja") else " "
        text = self.rng.choice(openings).format(t=self.rng.choice(topics)) + space + self.rng.choice(endings)
        return f"{text}{space}({self.rng.choice(FIRM)})" if self.rng.random() < 0.3 else text

    def phrase(self) -> str:
        """Write a few words."""
        topics = ENGLISH[0] if self.language == "en" else TONGUES[self.language].topics
        return self.rng.choice(topics)

    def formula(self) -> str:
        """Choose a formula that stands in a line."""
        return self.rng.choice([tex for tex in drawn() if not any(mark in tex for mark in ("\\begin", "\\tag", "$"))])

    def paragraph(self) -> str:
        """Write a paragraph of some sentences with emphasis, code, links and formulas between them."""
        parts = [self.sentence() for _ in range(self.rng.randint(1, 3))]
        extra = self.rng.choice([
            lambda: f"**{self.phrase()}**: {self.sentence()}",
            lambda: f"*{self.phrase()}*, `{self.rng.choice(NAMES)}`.",
            lambda: f"[{self.phrase()}](https://example.org/{self.rng.choice(NAMES)}).",
            lambda: f"https://example.org/{self.rng.choice(NAMES)}?a=1&b=2 .",
            lambda: f"${self.formula()}$, ${self.formula()}$.",
            lambda: f"`` a`b `` & ***{self.phrase()}***.",
        ])  # fmt: skip
        return " ".join([*parts, extra()])

    def heading(self) -> str:
        """Write a heading."""
        return f"{'#' * self.rng.randint(1, 4)} {self.phrase()} `{self.rng.choice(NAMES)}`"

    def code(self) -> str:
        """Write a block of code."""
        label = self.rng.choice([*CODE])
        a, b = self.rng.sample(NAMES, 2)
        text = CODE[label].format(a=a, b=b, A=a.title().replace("_", ""), n=self.rng.randint(2, 90))
        return f"```{label}\n{text}\n```"

    def table(self) -> str:
        """Write a table."""
        width = self.rng.randint(2, 4)
        cell = [
            self.phrase,
            lambda: f"**{self.phrase()}**",
            lambda: f"`{self.rng.choice(NAMES)}`",
            lambda: "",
            lambda: f"{self.rng.randint(1, 99)} \\| {self.rng.randint(1, 9)}",
            lambda: f"${self.formula().replace('|', 'x')}$",
        ]
        rows = [[self.phrase() for _ in range(width)]]
        rows += [[self.rng.choice(cell)() for _ in range(width)] for _ in range(self.rng.randint(1, 4))]
        rule = [self.rng.choice(["---", ":---", "---:", ":---:"]) for _ in range(width)]
        lines = [rows[0], rule, *rows[1:]]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)

    def listed(self, depth: int = 0) -> str:
        """Write a list, loose or tight, nested, with code in it."""
        ordered, loose = self.rng.random() < 0.5, self.rng.random() < 0.4
        items = []
        for number in range(1, self.rng.randint(3, 5)):
            head = f"{number}. " if ordered else "- "
            parts = [f"**{self.phrase()}**: {self.sentence()}" if self.rng.random() < 0.5 else self.sentence()]
            if depth < 2 and self.rng.random() < 0.3:
                parts.append(self.listed(depth + 1))
            elif loose and self.rng.random() < 0.3:
                parts.append(self.rng.choice([self.code, self.paragraph])())
            gap = "\n\n" if loose else "\n"
            lines = gap.join(parts).split("\n")
            items.append("\n".join([head + lines[0], *[" " * len(head) + line if line else "" for line in lines[1:]]]))
        return ("\n\n" if loose else "\n").join(items)

    def note(self) -> str:
        """Write a paragraph with a footnote."""
        self.notes += 1
        return f"{self.sentence()}[^{self.notes}]"

    def display(self) -> str:
        """Write a display formula."""
        return f"$$\n{self.rng.choice([tex for tex in drawn() if '$' not in tex])}\n$$"

    def quote(self) -> str:
        """Write a quotation, of paragraphs or of any block."""
        inner = self.rng.choice([self.paragraph, self.listed, self.code, self.table])()
        return "\n".join(f"> {line}" if line else ">" for line in f"{self.sentence()}\n\n{inner}".split("\n"))

    def interrupted(self) -> str:
        """Write numbered steps with code between them, that are items of one list or lists of one item."""
        steps = [f"{number}. {self.sentence()}" for number in range(1, self.rng.randint(3, 5))]
        inside = self.rng.random() < 0.5
        code = [self.code() for _ in steps]
        if inside:
            code = ["\n".join(f"   {line}" if line else "" for line in block.split("\n")) for block in code]
        return "\n\n".join(f"{step}\n\n{block}" for step, block in zip(steps, code, strict=True))

    def lines(self) -> str:
        """Write lines with hard breaks, and characters that look like markup."""
        words = [
            self.phrase(),
            "<b>",
            "&amp;",
            "*",
            "_x_",
            "`",
            "- a",
            "1.",
            "# b",
            "|",
            "~~",
            "$5",
            "\\\\",
            "[x](y)",
            "https://a.b",
        ]
        escaped = {"<b>": "`<b>`", "&amp;": "\\&amp;", "_x_": "\\_x_", "`": "\\`", "~~": "\\~~", "[x](y)": "\\[x](y)"}
        rows = [" ".join(escaped.get(word, word) for word in self.rng.sample(words, 3)) for _ in range(3)]
        return "  \n".join([self.phrase() + " " + row for row in rows])

    def destroyed(self) -> str:
        """Write what the sanitisers destroy."""
        self.lost = True
        return self.rng.choice([
            f"- [x] {self.phrase()}\n- [ ] {self.phrase()}",
            f"![{self.phrase()}](https://example.org/i.png)",
            f"{self.sentence()} ~~{self.phrase()}~~",
        ])  # fmt: skip

    def answer(self) -> str:
        """Write an answer."""
        kinds: list[Callable[[], str]] = [
            self.paragraph, self.paragraph, self.heading, self.code, self.table, self.listed, self.listed, self.note,
            self.display, self.quote, self.interrupted, self.lines, lambda: "---",
        ]  # fmt: skip
        parts = [self.paragraph()]
        for _ in range(self.rng.randint(2, 7)):
            part = self.destroyed() if self.rng.random() < 0.03 else self.rng.choice(kinds)()
            if _is_list(part) and any(_is_list(before) for before in parts):  # a writer announces another list
                parts.append(self.sentence().rstrip(".。!") + ":")
            parts.append(part)
        notes = [f"[^{number}]: {self.sentence()}" for number in range(1, self.notes + 1)]
        return "\n\n".join([*parts, *(["\n".join(notes)] if notes else [])])


def _is_list(block: str) -> bool:
    """Whether a block is a list."""
    return block.startswith(("- ", "1. "))


def answers(count: int = 400) -> list[tuple[str, bool]]:
    """Return Markdown answers, the same every time, and whether each holds what the sanitisers destroy."""
    out = []
    for number in range(count):
        writer = Writer(random.Random(f"held out {number}"), LANGUAGES[number % len(LANGUAGES)])
        out.append((writer.answer(), writer.lost))
    return out

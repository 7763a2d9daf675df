"""Finds the fenced command blocks of a Markdown file."""

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent.parent
COMMANDS = ("sh", "console", "sql", "python")
_FENCE = re.compile(
    r"^(?P<indent> *)(?P<fence>`{3,})(?P<language>[\w-]*)[^\n`]*\n(?P<body>.*?)^(?P=indent)(?P=fence) *$",
    re.MULTILINE | re.DOTALL,
)
_MARK = re.compile(r"<!-- not run: (?P<why>[^>]+?) -->\s*\Z")
_NEEDS = re.compile(r"<!-- needs the extras? (?P<what>[^>]+?) -->\s*\Z")


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Args:
        file: path below the project.
        line: of its opening fence, from 1.
        language: sh, console, sql or python.
        body: its text, without the indent of a list it stands in.
        output: the text block directly behind it, where there is one.
        why_not_run: what the comment directly above says, where it is not to be run.
        needs: extras that the comment directly above names: run by `make test-train`.
    """

    file: str
    line: int
    language: str
    body: str
    output: str | None
    why_not_run: str | None
    needs: str | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def documents() -> list[Path]:
    """Return the files whose commands must work."""
    return [HOME / "README.md", HOME / "CONTRIBUTING.md", *sorted((HOME / "docs").rglob("*.md"))]


def blocks(path: Path) -> list[Block]:
    """Return a file's command blocks in order."""
    text = path.read_text(encoding="utf-8")
    fences = list(_FENCE.finditer(text))
    found = []
    for number, fence in enumerate(fences):
        if fence["language"] not in COMMANDS:
            continue
        after = fences[number + 1] if number + 1 < len(fences) else None
        shown = after and after["language"] == "text" and not text[fence.end() : after.start()].strip()
        mark = _MARK.search(text[: fence.start()])
        needs = _NEEDS.search(text[: fence.start()])
        found.append(
            Block(
                path.relative_to(HOME).as_posix(),
                text.count("\n", 0, fence.start()) + 1,
                fence["language"],
                textwrap.dedent(fence["body"]),
                textwrap.dedent(after["body"]) if after and shown else None,
                mark["why"] if mark else None,
                needs["what"] if needs else None,
            )
        )
    return found

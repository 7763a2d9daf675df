"""Markdown fragments that every machine with the same lock has: README texts, docstrings, functions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from textwrap import dedent

PACKAGES = (
    "SQLAlchemy", "prefect", "distributed", "dask", "fsspec", "hypothesis", "pydantic", "fastapi", "starlette", "rich",
    "typer", "click", "httpx", "docker", "redis", "alembic", "apprise", "dateparser", "oauthlib", "beautifulsoup4",
    "jsonschema", "Markdown", "networkx", "pendulum", "requests", "s3fs", "gcsfs", "tqdm", "uvicorn", "websockets",
    "huggingface_hub", "markdown-it-py", "pluggy", "humanize", "Jinja2", "Mako", "griffelib", "cyclopts", "virtualenv",
)  # fmt: skip
"""Packages of Python source alone, so that their files are the same on every platform."""

_ROLE = re.compile(r":(?:[a-z]+:)?[a-z]+:`~?([^`<]*?\.)?([^`.<]+)(?:\s*<[^`]*>)?`")
_LITERAL = re.compile(r"``(.+?)``")
_WORD = re.compile(r"(?<![`\w.])(\w*_\w*(?:\(\))?)(?![`\w])")
_PROSE = re.compile(r"^[A-Z](?:[A-Za-z0-9 ,.;'\"()/=+\-]|:(?!:)|`[^`]+`){60,700}[.:]$")


@dataclass(frozen=True)
class Member:
    """A documented function or class: what questions and answers are about."""

    name: str
    args: tuple[str, ...]
    sentence: str
    paragraphs: tuple[str, ...]
    example: str
    source: str


def _plain(text: str) -> str:
    """Turn reStructuredText roles and literals into Markdown's inline code, lines joined."""
    coded = _LITERAL.sub(r"`\1`", _ROLE.sub(r"`\2`", " ".join(text.split())))
    return coded if "`" in coded else _WORD.sub(r"`\1`", coded)


def _member(node: ast.AST, lines: list[str]) -> Member | None:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return None
    doc = ast.get_docstring(node)
    if not doc:
        return None
    blocks = doc.split("\n\n")
    sentence = _plain(blocks[0]).split(". ")[0].rstrip(".") + "."
    if not 20 <= len(sentence) <= 160 or not _PROSE.match(f"{sentence:.<70}"):
        return None
    paragraphs = tuple(p for b in blocks if b[:1].isalpha() and _PROSE.match(p := _plain(b)) and "::" not in p)
    examples = [b for b in blocks if b.lstrip().startswith(">>> ")]
    example = dedent(examples[0]).strip("\n") if examples else ""
    code = dedent("\n".join(lines[node.lineno - 1 : node.end_lineno]))
    source = code if isinstance(node, ast.FunctionDef) and 120 <= len(code) <= 1_600 else ""
    args = () if isinstance(node, ast.ClassDef) else tuple(a.arg for a in node.args.args if a.arg != "self")
    return Member(node.name, args, sentence, paragraphs, example[:900], source)


def _modules() -> Iterator[Path]:
    for name in PACKAGES:
        try:
            files = distribution(name).files or []
        except PackageNotFoundError:  # an extra that is not installed
            continue
        for file in sorted(files, key=str):
            text = str(file)
            if text.endswith(".py") and ".." not in text and "_vendor" not in text:
                yield Path(str(file.locate()))


@lru_cache(2)
def members(limit: int) -> tuple[Member, ...]:
    """Return the first `limit` documented functions and classes, in order of package and file (24 s for all)."""
    out, seen = [], set()
    for path in _modules():
        text = path.read_text("utf-8", errors="replace")
        lines = text.split("\n")
        top = ast.parse(text).body
        inner = [child for node in top if isinstance(node, ast.ClassDef) for child in node.body]
        for node in [*top, *inner]:
            member = _member(node, lines)
            if member and member.sentence not in seen:
                seen.add(member.sentence)
                out.append(member)
        if len(out) >= limit:
            break
    return tuple(out)

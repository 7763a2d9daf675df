"""The digest of a stage's own code: its module and every module of ours that it imports."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.metadata import version
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]

# Not part of what a stage computes: contracts and settings enter a digest by value, vocabularies change words alone.
OUTSIDE = (
    "schemas.tables",
    "schemas.deduplication",
    "schemas.views",
    "schemas.ledger",
    "schemas.settings",
    "tasks.store.catalogue",
    "tasks.store.parts",
    "schemas.contract",
)

# Libraries whose release can change a stage's bytes.
LIBRARIES = (
    "polars",
    "pyarrow",
    "turbohtml",
    "markdownify",
    "beautifulsoup4",
    "langdetect",
    "phonenumbers",
    "python-stdnum",
    "tokenizers",
    "msgspec",
    "xxhash",
)


def _file(module: str) -> Path | None:
    """Give the file of a module of ours."""
    base = HOME.joinpath(*module.split("."))
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


# The one form that our modules write (tests/test_rules.py compares with a parse, which takes eight times as long).
IMPORT = re.compile(
    r"^[ \t]*from (?P<module>(?:tasks|schemas)(?:\.\w+)*) import (?P<names>\([^)]*\)|[^\n]*)", re.MULTILINE
)
WORD = re.compile(r"\w+")


@cache
def _imports(path: Path) -> set[str]:
    """Name the modules of ours that a file imports anywhere in it."""
    found: set[str] = set()
    for statement in IMPORT.finditer(path.read_text(encoding="utf-8")):
        module, names = statement["module"], WORD.findall(statement["names"])
        found.add(module)
        found.update(f"{module}.{name}" for name in names)
    return {name for name in found if name not in OUTSIDE}


@cache
def code_digest(module: str) -> str:
    """Give the digest over a module, what it imports of ours (transitively), and the libraries' versions."""
    seen: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = _file(name)
        if path is None or name in seen:
            continue
        seen[name] = path
        waiting += sorted(_imports(path))
    digest = hashlib.sha256()
    for name in sorted(seen):
        digest.update(name.encode() + b"\0" + seen[name].read_bytes() + b"\0")
    for library in LIBRARIES:
        digest.update(f"{library}=={version(library)}\n".encode())
    return digest.hexdigest()[:16]

"""The digest of a stage's own code: what of our modules, and of the libraries they import, decides its bytes."""

from __future__ import annotations

import hashlib
import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

HOME = Path(__file__).resolve().parents[2]
OURS = ("tasks", "schemas")

BY_VALUE = (
    "schemas.columns",
    "schemas.signals",
    "schemas.tables",
    "schemas.deduplication",
    "schemas.views",
    "schemas.ledger",
    "schemas.settings",
)
"""Modules of declarations: contracts and settings enter a digest by their values, not by their code."""

VOCABULARIES = ("schemas.reasons", "schemas.repairs")
"""Modules of words: of these a digest holds the words that the code names, so that a new word changes nothing."""

LEXEMES = re.compile(
    r"""[rbfuRBFU]{0,2}(?P<text>\"{3}(?:\\.|[^\\])*?\"{3}|'{3}(?:\\.|[^\\])*?'{3}"""
    r"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|#[^\n]*""",
    re.DOTALL,
)
IMPORT = re.compile(r"^[ ]*(?:from ([\w.]+) import (\([^)]*\)|[^\n]*)|import ([\w., ]+))", re.MULTILINE)
WORD = re.compile(r"\b(?:Reason|Repair)\.[A-Z_]+\b")
BLANK = re.compile(r"[ \t]*\n(?:[ \t]*\n)*")
INSTALLED = re.compile(r"^[^/.,\n]+(?=[/.])", re.MULTILINE)
HOLE = "\0"


class Source(NamedTuple):
    """A module's code without comments and docstrings, and the names it imports."""

    code: str
    ours: frozenset[str]
    libraries: frozenset[str]


@cache
def module_file(module: str) -> Path | None:
    """Return the file of a module of ours; None where the name is no module."""
    base = HOME.joinpath(*module.split("."))
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None)


def without_comments(text: str) -> tuple[str, str]:
    """Return Python code without comments, docstrings and blank lines, and the same without any string.

    A pattern finds strings and comments, which takes a fifth of the time of a parse; tests/store compares the two.
    """
    bare: list[str] = []
    strings: list[str] = []
    place = depth = 0
    for found in LEXEMES.finditer(text):
        code = text[place : found.start()]
        bare.append(code)
        depth += sum(map(code.count, "([{")) - sum(map(code.count, ")]}"))
        place = found.end()
        if found["text"] is None:
            continue
        alone = not depth and not code.rpartition("\n")[2].strip() and ("\n" in code or not found.start())
        if not (alone and text[place : place + 1] in {"\n", ""}):
            bare.append(HOLE)
            strings.append(found.group())
    without = BLANK.sub("\n", "".join([*bare, text[place:]]))
    pieces = without.split(HOLE)
    return "".join(map("".join, zip(pieces, [*strings, ""], strict=True))), without


@cache
def read_source(path: Path) -> Source:
    """Return what of a Python file decides what it computes."""
    code, bare = without_comments(path.read_text(encoding="utf-8"))
    imported: set[str] = set()
    for module, names, plain in IMPORT.findall(bare):
        imported.update(name.split()[0] for name in plain.split(",") if name.strip())
        if module:
            both = {f"{module}.{name.split()[0]}" for name in names.strip("() \n").split(",") if name.strip()}
            ours = {name for name in both if name.split(".")[0] in OURS and module_file(name)}
            imported |= ours or {module}
    own = frozenset(name for name in imported if name.split(".")[0] in OURS)
    others = {name.split(".")[0] for name in imported - own}
    return Source(code, own, frozenset(others - sys.stdlib_module_names))


def _by_value(module: str) -> bool:
    return any(module == one or module.startswith(one + ".") for one in (*BY_VALUE, *VOCABULARIES))


def _words(code: str) -> Iterator[str]:
    """Yield the words of the vocabularies that a module names, with the values they have."""
    from schemas.reasons import Reason
    from schemas.repairs import Repair

    for name in sorted(set(WORD.findall(code))):
        vocabulary, member = name.split(".")
        word = ({"Reason": Reason, "Repair": Repair}[vocabulary]).__members__.get(member)
        yield f"{name}={word and word.value}"


@cache
def closure(module: str) -> tuple[tuple[str, Path], ...]:
    """Return a module and every module of ours that it imports, directly or not, by name."""
    seen: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = module_file(name)
        if path is None or name in seen or _by_value(name):
            continue
        seen[name] = path
        waiting += read_source(path).ours
    return tuple(sorted(seen.items()))


@cache
def _distributions() -> dict[str, list[str]]:
    """Return names and releases of the installed distributions, by the first word of the paths that they installed.

    importlib.metadata.packages_distributions parses their file lists line by line, which takes ten times as long.
    """
    places = reversed(sys.path)  # what comes first is imported
    records = {record.parent.stem: record for place in places for record in Path(place).glob("*.dist-info/RECORD")}
    found: dict[str, list[str]] = {}
    for name, record in sorted(records.items()):
        for word in set(INSTALLED.findall(record.read_text(encoding="utf-8"))):
            found.setdefault(word, []).append(name)
    return found


def releases(library: str) -> tuple[str, ...]:
    """Return names and releases of the distributions that an imported name is of, such as `polars-2.1.0`."""
    return tuple(_distributions().get(library, ()))


@cache
def code_digest(module: str) -> str:
    """Return the digest of a module, of what it imports of ours, of the data beside it, and of its libraries' releases.

    A comment, a docstring or a new Reason leaves it as it is; a new release of an imported library changes it.
    """
    digest = hashlib.sha256(f"unicode {unicodedata.unidata_version}\n".encode())
    libraries: set[str] = set()
    folders: set[Path] = set()
    for name, path in closure(module):
        source = read_source(path)
        digest.update(f"{name}\0{source.code}\0{' '.join(_words(source.code))}\0".encode())
        libraries |= source.libraries
        if path.parent.parent.name == "tasks":
            folders.add(path.parent)
    for folder in sorted(folders):
        for data in sorted(one for one in folder.rglob("*") if one.is_file() and one.suffix not in {".py", ".pyc"}):
            digest.update(f"{data.relative_to(HOME)}\0".encode() + data.read_bytes() + b"\0")
    for library in sorted(libraries):
        digest.update(f"{library} {' '.join(releases(library))}\n".encode())
    return digest.hexdigest()[:16]

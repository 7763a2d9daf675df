"""The source files of the project, and what each of them imports."""

import ast
from functools import cache
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent.parent
OURS = ("flows", "tasks", "schemas")
FILES = sorted(path for folder in OURS for path in (HOME / folder).rglob("*.py"))


@cache
def imports(path: Path) -> frozenset[str]:
    """Return the modules a file imports; of `from package import module` the module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            both = {f"{node.module}.{alias.name}" for alias in node.names}
            modules = {one for one in both if (HOME / one.replace(".", "/")).with_suffix(".py").is_file()}
            found |= modules or {node.module}
    return frozenset(found)


def name(path: Path) -> str:
    """Return the dotted name of a file's module."""
    return path.relative_to(HOME).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")

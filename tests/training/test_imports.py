"""Heavy libraries stay where they belong, and the worker runs where nothing else of the project is installed."""

import ast
import sys
from functools import cache
from pathlib import Path

import pytest

from tasks.store.code_digest import closure

HOME = Path(__file__).resolve().parents[2]
FILES = sorted(path for folder in ("flows", "tasks", "schemas") for path in (HOME / folder).rglob("*.py"))
WHERE = {
    "torch": "tasks/training/",
    "peft": "tasks/training/",
    "sky": "tasks/training/spot/client.py",
    "xllamacpp": "tasks/serving/",
    "gguf": "tasks/serving/",
}


@cache
def libraries(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize(("library", "place"), WHERE.items())
def test_a_heavy_library_is_imported_in_its_own_package_alone(library, place):
    """Torch and its company live in tasks/training, SkyPilot in one file of it, llama.cpp in tasks/serving."""
    importers = [path.relative_to(HOME).as_posix() for path in FILES if library in libraries(path)]
    assert importers
    assert [path for path in importers if not path.startswith(place)] == []


@pytest.mark.parametrize("module", ["tasks.training.worker", "tasks.training.evaluate"])
def test_the_worker_needs_torch_transformers_and_pyarrow_alone(module):
    """What runs on the GPU machine imports no polars, pydantic or DuckDB, by whatever way."""
    found = {library for name, path in closure(module) for library in libraries(path)}
    assert found - sys.stdlib_module_names - {"tasks", "schemas"} <= {
        "torch",
        "transformers",
        "peft",
        "pyarrow",
        "numpy",
    }


def test_the_command_line_loads_no_heavy_library():
    """`sharegpt --help` imports neither torch nor SkyPilot."""
    import subprocess

    code = (
        "import sys, flows.cli.commands; print([one for one in ('torch', 'transformers', 'sky') if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=HOME, check=True)
    assert done.stdout.strip() == "[]"

"""Fixtures that several packages' tests share."""

import atexit
import gc
import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.once import once
from tests.support.pipeline import run

# Hypothesis leaves a function in gc.callbacks, which outlives every module and keeps alive what its own reach, DuckDB's
# types among them: nanobind, which DuckDB is bound with, then reports those as leaked when the interpreter is gone.
atexit.register(gc.callbacks.clear)

# readline, which pytest imports, sets it for child processes, pytest-xdist's among them: tables would be drawn for 80.
os.environ.pop("COLUMNS", None)

LONGEST = (
    "test_kill.py",
    "test_served.py",
    "test_deployments.py",
    "test_inputs.py",
    "test_sample.py",
    "test_commands.py",
    "test_planted.py",
    "test_resume.py",
)

# The same examples every time and no clock: a change breaks a property or it does not. `make test-slow` draws others.
settings.register_profile("fast", deadline=None, derandomize=True)
settings.register_profile("slow", deadline=None, max_examples=500)
settings.load_profile("fast")

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "sample"


def pytest_collectstart() -> None:
    """Drop finders of Python 2's kind, which Python ignores and pytest's importer trips over: pygal adds one."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files first that take longest: of two processes neither is left alone with one of them at the end."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.fixture(scope="session")
def sample() -> Path:
    """The shipped raw rows."""
    return SAMPLE


@pytest.fixture(scope="session")
def sample_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data root after a run of the shipped sample under default settings; for reading only."""
    return once(tmp_path_factory, "sample", lambda folder: run(SAMPLE, folder / "data", pages=True)) / "data"

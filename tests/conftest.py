"""Fixtures that several packages' tests share."""

import atexit
import gc
import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.once import once

# Hypothesis leaves a function in gc.callbacks, which outlives every module and keeps alive what its own reach, DuckDB's
# types among them: nanobind, which DuckDB is bound with, then reports those as leaked when the interpreter is gone.
atexit.register(gc.callbacks.clear)

# readline, which pytest imports, sets it for child processes, pytest-xdist's among them: tables would be drawn for 80.
os.environ.pop("COLUMNS", None)

HERE = Path(__file__).resolve().parent
LONGEST = (
    "flows/test_kill.py",
    "docs/test_commands.py",
    "test_inputs.py",
    "flows/test_served.py",
    "flows/test_resume.py",
    "test_sample.py",
    "flows/test_deployments.py",
    "test_damage.py",
    "store/test_ugly_names.py",
    "flows/cli/test_commands.py",
    "flows/cli/test_sql.py",
    "judging/test_resume.py",
)
"""Files that take longest, in the order in which they begin: those that wait for servers beside those that work."""

# The same examples every time and no clock: a change breaks a property or it does not. `make test-slow` draws others.
settings.register_profile("fast", deadline=None, derandomize=True)
settings.register_profile("slow", deadline=None, max_examples=500)
settings.load_profile("fast")

SAMPLE = HERE.parent / "data" / "sample"


def pytest_collectstart() -> None:
    """Drop finders of Python 2's kind, which Python ignores and pytest's importer trips over: pygal adds one."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files first that take longest: of two processes neither is left alone with one of them at the end."""
    places = {HERE / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(LONGEST)))


@pytest.fixture(scope="session")
def sample() -> Path:
    """The shipped raw rows."""
    return SAMPLE


@pytest.fixture(scope="session")
def sample_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data root after a run of the shipped sample under default settings; for reading only."""
    # Here, for the process that hands the tests out needs nothing of it and would start a second later.
    from tests.support.pipeline import run

    return once(tmp_path_factory, "sample", lambda folder: run(SAMPLE, folder / "data", pages=True)) / "data"

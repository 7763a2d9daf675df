"""Fixtures that several packages' tests share."""

import atexit
import gc
from pathlib import Path

import pytest

from tests.support.pipeline import run

# Hypothesis leaves a function in gc.callbacks, which outlives every module and keeps alive what its own reach, DuckDB's
# types among them: nanobind, which DuckDB is bound with, then reports those as leaked when the interpreter is gone.
atexit.register(gc.callbacks.clear)

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "sample"


@pytest.fixture(scope="session")
def sample() -> Path:
    """The shipped raw rows."""
    return SAMPLE


@pytest.fixture(scope="session")
def sample_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data root after a run of the shipped sample under default settings; for reading only."""
    root = tmp_path_factory.mktemp("sample") / "data"
    run(SAMPLE, root)
    return root

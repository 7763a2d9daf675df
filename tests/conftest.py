"""Fixtures that several rooms' tests share."""

from pathlib import Path

import pytest

from tests.plain import run

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

"""Small versions and small models that the training tests share."""

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.tables import Shards
from tests.training.versions import publish_small


@pytest.fixture(scope="session")
def small_root(tmp_path_factory) -> Path:
    """A data root with one published version of a dozen short conversations; for reading only."""
    return publish_small(tmp_path_factory.mktemp("small") / "data")


UGLY = '-d it\'s "q" [x] *?%41 #{a},b;\n$(x)`~ ü😀 reason=1'
"""What a folder may be called: every test that trains in `root` is a test of it too."""


@pytest.fixture
def root(small_root, tmp_path) -> Path:
    """A copy of that data root that a test may train in, below a folder of an odd name."""
    shutil.copytree(small_root / Shards.folder, tmp_path / UGLY / Shards.folder)
    return tmp_path / UGLY


def rewrite(path: Path, change) -> None:
    """Replace a shard's table by what `change` makes of its rows."""
    table = pq.read_table(path)
    rows = [change(dict(row)) for row in table.to_pylist()]
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)

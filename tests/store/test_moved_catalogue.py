"""A catalogue that was copied with its data root never reads the old one unsaid."""

import shutil

import duckdb
import pytest

from tasks.store.catalogue import FILE, build
from tests.support.pipeline import run


def test_a_copied_catalogue_says_so_until_it_is_written_anew(tmp_path, sample):
    """Its views raise with the mend, also in the duckdb program; a view of another database beside it does not."""
    run(sample / "other_clients.jsonl", tmp_path / "a")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    count = "SELECT count(*) FROM shards"
    with duckdb.connect(str(tmp_path / "a" / FILE), read_only=True) as there:
        rows = there.execute(count).fetchall()
    with (
        duckdb.connect(str(tmp_path / "b" / FILE), read_only=True) as moved,
        pytest.raises(duckdb.Error, match=rf"reads the data root of {tmp_path}/a/.*--rebuild"),
    ):
        moved.execute(count)
    build(tmp_path / "b")
    with duckdb.connect(str(tmp_path / "mine.duckdb")) as mine:
        mine.execute(f"ATTACH '{tmp_path}/b/{FILE}' AS b (READ_ONLY)")
        assert mine.execute("SELECT count(*) FROM b.shards").fetchall() == rows

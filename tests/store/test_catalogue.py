"""How the catalogue is written; one that was copied with its data root never reads the old one unsaid."""

import shutil

import duckdb
import pyarrow.parquet as pq
import pytest

from schemas.errors import PipelineError
from tasks.store.catalogue import FILE, begin, build, rebuild
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


def described(path):
    with duckdb.connect(str(path), read_only=True) as connection:
        views = "SELECT view_name, sql, comment FROM duckdb_views() WHERE NOT internal ORDER BY ALL"
        columns = "SELECT table_name, column_index, column_name, data_type, comment FROM duckdb_columns() ORDER BY ALL"
        return connection.execute(views).fetchall(), connection.execute(columns).fetchall()


def test_a_catalogue_that_was_begun_before_its_version_ends_as_one_written_at_once(tmp_path, sample_root):
    """Views, types and comments are the same; every view and column has its comment."""
    root = shutil.copytree(sample_root, tmp_path / "data", symlinks=True)
    whole = described(build(root))
    begin(root)
    assert described(build(root)) == whole
    views, columns = whole
    assert all(comment for *_, comment in views)
    named = {name for name, *_ in views}
    assert [column for column in columns if column[0] in named and not column[-1]] == []


def test_stages_of_another_release_are_told_in_a_sentence(tmp_path, sample_root):
    """Files that lack a column of today cannot be bound: the commands that write the catalogue name the mend."""
    root = shutil.copytree(sample_root, tmp_path / "data", symlinks=True)
    part = next((root / "06_windows").glob("part-*.parquet"))
    older = pq.read_table(part).drop_columns(["label_spans"])
    part.unlink()  # it may be a hard link
    pq.write_table(older, part)
    with pytest.raises(PipelineError, match="of another release of the product: `sharegpt run` remakes them"):
        rebuild(root)

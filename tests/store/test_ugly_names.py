"""Data roots, folders and files with wildcards, quotes, line ends and the like in their names mean themselves."""

import json
import os
import shutil

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import PipelineError, SourceError
from tasks.sources.discover import discover
from tasks.store.catalogue import connect
from tasks.store.root import make_root
from tasks.store.sql_text import files_below, read_parquet
from tasks.verify import check_version, current
from tests.support.judging_scene import run as sharegpt
from tests.support.pipeline import run
from tests.support.small_dumps import bytes_of, write

UGLY = (
    "[x] a*b?c",
    'it\'s "q"\n100%41 %20',
    "reason=nothing",
    "-d {a,b} ~ #;$(x)`ü`😀",
    "[!a]-z]",
    "**",
    "latest.json",
    "c:d",
    " ",
)
EVERYTHING = 'it\'s "q" [x] *?%41 #{a},b;\n$(x)`~ ü😀 reason=1'
NEIGHBOURS = ("x a-b-c", "x", "b", "a", "aXbXc")
"""What the names would also match if they were patterns."""


@settings(max_examples=60, deadline=None, database=None)
@given(st.text(st.sampled_from("ab*?[]!-^{},'\"\n%=~ .#ü"), min_size=1, max_size=6), st.data())
def test_duckdb_reads_the_files_of_a_folder_and_no_others(tmp_path_factory, name, data):
    """Of two folders with any names, each gives its own rows."""
    home = tmp_path_factory.mktemp("names")
    other = data.draw(st.text(st.sampled_from("ab*?[]"), min_size=1, max_size=4))
    names = list(dict.fromkeys((f"{name}_", f"{other}_")))
    for one in names:
        (home / one).mkdir()
        for number in range(2):
            pq.write_table(pa.table({"a": [one]}), home / one / f"part-{number}.parquet")
    for one in names:
        scan = read_parquet(files_below(home / one, "part-*.parquet"))
        assert duckdb.sql(f"FROM {scan}").fetchall() == [(one,), (one,)]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A source folder with a harmless name, and what is made of it."""
    home = tmp_path_factory.mktemp("plain")
    write(home / "raw" / "rows.json", range(12))
    run(home / "raw", home / "data", pages=True)
    return home


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if place < 2 else [pytest.mark.slow]) for place, name in enumerate(UGLY)]
)
def test_a_data_root_of_any_name_holds_the_same_bytes_and_answers_for_itself(plain, tmp_path, name):
    """Run, verify and SQL keep to their own root, whatever it is called and whatever lies beside it."""
    root = tmp_path / name / "data"
    for neighbour in NEIGHBOURS:
        shutil.copytree(plain / "data", tmp_path / neighbour / "data", dirs_exist_ok=True)
    run(plain / "raw", root, pages=True)
    assert bytes_of(root) == bytes_of(plain / "data")
    version = current(root)
    assert check_version(root, *version).faults == []
    with connect(root, version[0]) as connection:
        assert connection.execute("SELECT count(*) FROM rows").fetchall() == [(12,)]
        assert connection.execute("SELECT count(*) FROM ingested").fetchall() == [(12,)]
        assert connection.execute("SELECT count(*) FROM runs").fetchall() == [(1,)]
    words = ["sql", "SELECT count(*) AS n FROM windows SEMI JOIN ingested USING (row_id)", "--format", "csv"]
    answer = sharegpt(*words, "--data", root)
    assert (answer.stdout, answer.stderr) == ("n\n12\n", "")


@pytest.mark.parametrize("name", [*UGLY, "back\\slash", "\\*"])
def test_a_source_of_any_name_is_found_by_itself_alone(tmp_path, name):
    """A file, its folder, and a glob in its folder give its rows under its own name, and nobody else's."""
    file = tmp_path / name / f"{name}.json"
    write(file, range(3))
    for neighbour in NEIGHBOURS:
        write(tmp_path / neighbour / f"{neighbour}.json", range(9))
    for source in (file, file.parent, file.parent / "*.json", file.parent / "**" / "*.json"):
        assert [(one.name, one.origin) for one in discover(str(source))] == [(file.name, str(file))], source


def test_a_row_of_a_file_of_any_name_can_be_traced(tmp_path):
    """Row ids hold the file's name as it is, and every view joins by them."""
    for place, name in enumerate(UGLY):
        write(tmp_path / "raw" / f"{name}.json", range(place * 3, place * 3 + 3))
    run(tmp_path / "raw", tmp_path / "data")
    with connect(tmp_path / "data", current(tmp_path / "data")[0]) as connection:
        found = connection.execute("SELECT row_id FROM rows JOIN windows USING (row_id)").fetchall()
    assert check_version(tmp_path / "data", *current(tmp_path / "data")).faults == []
    assert {row_id.rpartition(":")[0] for (row_id,) in found} == {f"{name}.json" for name in UGLY}


def test_commands_take_a_root_a_folder_and_files_of_any_name(tmp_path):
    """What is published below all odd characters at once is shown, traced, exported, listed and verified."""
    home = tmp_path / EVERYTHING
    write(home / "raw" / f"{EVERYTHING}.json", range(4))
    benchmark = home / f"{EVERYTHING}.jsonl"
    benchmark.write_text('{"question": "nothing of the kind"}\n', "utf-8")
    root = home / "da[t]a"
    run(home / "raw", root, f"decontamination.files={json.dumps([f'{benchmark}::question'])}")
    with connect(root, current(root)[0]) as connection:
        sample_id, row_id = connection.execute("SELECT sample_id, row_id FROM windows LIMIT 1").fetchone()
    assert row_id.startswith(f"{EVERYTHING}.json:")
    export = ["export", home / "out", "--to", "openai"]
    for words in (["show", sample_id], ["trace", row_id], export, ["versions"], ["verify"], ["sql", "FROM runs"]):
        done = sharegpt(*words, "--data", root)
        assert (done.returncode, done.stderr.count("sharegpt:")) == (0, 0), words
    assert (home / "out" / "train.jsonl").read_text("utf-8").count("\n") == 4


def test_a_name_that_is_no_utf8_is_spelled_or_refused(tmp_path):
    """In a folder such a file is read under a spelled name; as a source or a data root it is refused in a sentence."""
    folder = tmp_path / "raw"
    write(folder / "good.json", range(3))
    (folder / "good.json").rename(os.fsdecode(os.fsencode(folder) + b"/b\xff.json"))
    assert [source.name for source in discover(str(folder))] == ["b\\xff.json"]
    run(folder, tmp_path / "data")
    with pytest.raises(SourceError, match="not UTF-8"):
        discover(os.fsdecode(os.fsencode(folder) + b"/b\xff.json"))
    with pytest.raises(PipelineError, match="give another --data"):
        make_root(tmp_path / os.fsdecode(b"d\xff"))


def test_a_data_root_that_duckdb_cannot_be_told_of_is_refused(tmp_path):
    """A backslash: one sentence, before anything is made."""
    with pytest.raises(PipelineError, match="give another --data"):
        make_root(tmp_path / "a\\b")
    assert list(tmp_path.iterdir()) == []


def test_a_remote_folder_of_any_name_is_read_literally():
    """Fsspec's globs are tried only where nothing is called like the pattern."""
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    for name in ("[x]", "x", "a?b", "aXb"):
        with memory.open(f"/ugly/{name}/what?.json", "w") as file:
            file.write(json.dumps([]))
    try:
        for name in ("[x]", "a?b"):
            assert [one.name for one in discover(f"memory://ugly/{name}")] == [f"memory:///ugly/{name}/what?.json"]
        assert len(discover("memory://ugly/*/*.json")) == 4
    finally:
        memory.rm("/ugly", recursive=True)

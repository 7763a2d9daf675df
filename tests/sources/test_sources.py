"""Which files a source names, and what they are called."""

import functools
import http.server
import threading
from pathlib import Path

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.errors import SourceError
from schemas.shipped import or_shipped
from tasks.sources import discover as sources
from tasks.sources.discover import discover
from tasks.sources.plan import plan
from tasks.sources.remote import public_name, three_tries
from tests.support.raw_rows import reasons, row, take_in

ROW = row("a")


def names(source):
    """Name the files of a source."""
    return [one.name for one in discover(source)]


@pytest.fixture
def folder(tmp_path):
    """A folder of data files, and files that are none."""
    for name in ("b.json", "a.jsonl", "sub/c.ndjson.gz", "sub/deep/d.parquet", "e.zst", "B.JSON"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text(ROW)
    for name in ("README.md", "readme.json", ".hidden.json", "b.expected.json", "sub/.cache/x.json", "notes.txt"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text("not a row")
    return tmp_path / "in"


def test_a_folder_gives_its_data_files_in_order_of_name(folder):
    """Data files are found at any depth; hidden files, readmes and side files are not data."""
    assert names(str(folder)) == ["B.JSON", "a.jsonl", "b.json", "e.zst", "sub/c.ndjson.gz", "sub/deep/d.parquet"]


def test_names_are_below_the_common_folder(folder):
    """One file is called by its name; a glob's and a list's files by their path below their common folder."""
    assert names(str(folder / "b.json")) == ["b.json"]
    assert names([str(folder / "b.json")]) == ["b.json"]
    assert names(str(folder / "*.json")) == ["b.json"]
    assert names(str(folder / "**/*.gz")) == ["c.ndjson.gz"]
    assert names([str(folder / "b.json"), str(folder / "sub")]) == ["b.json", "sub/c.ndjson.gz", "sub/deep/d.parquet"]
    assert names([str(folder / "sub"), f"file://{folder}/sub/c.ndjson.gz"]) == ["c.ndjson.gz", "deep/d.parquet"]


@pytest.mark.parametrize("source", ["nowhere.json", "nowhere/*.json", [], "nope://x/a.json"])
def test_a_source_that_is_not_there_is_an_error_with_its_mend(source):
    """A missing file, an empty glob, an empty list and an unknown protocol each end with a sentence."""
    with pytest.raises(SourceError, match="give a file, a folder"):
        discover(source)


def test_a_folder_without_data_is_an_error(tmp_path):
    """A folder that holds no data file is refused by name."""
    with pytest.raises(SourceError, match=r"holds no JSON"):
        discover(str(tmp_path))


def test_a_url_is_named_without_its_secrets():
    """User, password, query and fragment of a URL are in no row id."""
    assert public_name("https://me:pw@host:8/a/b.json?token=x#y") == "https://host:8/a/b.json"


@pytest.fixture
def bucket():
    """An empty remote store in memory."""
    memory = fsspec.filesystem("memory")
    memory.store.clear()
    return memory


def test_remote_files_are_named_by_their_url(bucket, tmp_path):
    """A remote folder, glob and file give the same names, and rows as local ones do."""
    bucket.pipe({"/b/x.json": f"[{ROW}]".encode(), "/b/y.jsonl": ROW.encode(), "/b/README.md": b"no"})
    assert names("memory://b") == names("memory://b/*") == ["memory:///b/x.json", "memory:///b/y.jsonl"]
    assert names("memory://b/x.json") == ["memory://b/x.json"]
    assert reasons(take_in("memory://b", tmp_path)) == [None, None]


def test_two_files_of_one_name_are_refused(bucket, monkeypatch):
    """Two addresses that differ only in what a name leaves out cannot be told apart in row ids."""
    monkeypatch.setattr(sources, "_remote", lambda url: [sources.Source(public_name(url), url, "1")])
    with pytest.raises(SourceError, match="would both be called"):
        discover(["https://host/a.json?v=1", "https://host/a.json?v=2"])


def test_an_unchanged_remote_file_is_not_fetched_again(bucket, tmp_path, monkeypatch):
    """Size and version tell that a remote file did not change; a new version is fetched."""
    bucket.pipe("/b/x.json", f"[{ROW}]".encode())
    first = plan("memory://b/x.json", tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("tasks.sources.local_copy.fetch", None)
        assert plan("memory://b/x.json", tmp_path) == first
    bucket.pipe("/b/x.json", f"[{row('b')}]".encode())
    assert plan("memory://b/x.json", tmp_path)[0].digest != first[0].digest


class Flaky(http.server.SimpleHTTPRequestHandler):
    """A server that knows no ranges, and fails as often as it is told before it answers."""

    failures = 0
    asked = 0

    def do_GET(self):
        type(self).asked += 1
        if self.failures:
            type(self).failures -= 1
            self.send_error(503)
        else:
            super().do_GET()

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def server(tmp_path, monkeypatch):
    """The address of a web server for tmp_path, and its handler."""
    monkeypatch.setattr("tasks.sources.remote.PAUSES", (0.01, 0.01))
    handler = type("Handler", (Flaky,), {})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=tmp_path)) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{web.server_port}", handler
        web.shutdown()


def test_a_web_file_is_fetched_once(server, tmp_path):
    """A file of the web is fetched whole, and not again while it is unchanged."""
    url, handler = server
    (tmp_path / "x.json").write_text("[" + ",".join([row("a", {"from": "human", "value": "x" * 999})] * 9_999) + "]")
    assert len(take_in(f"{url}/x.json?key=secret", tmp_path / "spool")) == 9_999
    asked = handler.asked
    assert plan(f"{url}/x.json?key=secret", tmp_path / "spool")[0].name == f"{url}/x.json"
    assert handler.asked == asked
    assert "secret" not in (tmp_path / "spool" / "plan.json").read_text()


def test_the_network_gets_three_tries(server, tmp_path):
    """Two failures are slept over; the third ends the run with one sentence."""
    url, handler = server
    (tmp_path / "x.json").write_text(f"[{ROW}]")
    handler.failures = 2
    assert len(plan(f"{url}/x.json", tmp_path / "a")) == 1
    handler.failures = 3
    with pytest.raises(SourceError, match=r"could not be fetched in three tries .*: check the network"):
        plan(f"{url}/x.json", tmp_path / "b")
    assert not list((tmp_path / "b").glob("*.partial"))


def test_what_is_not_on_the_web_is_not_tried_again(server, tmp_path):
    """An address without a file ends at once with a sentence."""
    with pytest.raises(SourceError, match=r"nowhere\.json cannot be had"):
        plan(f"{server[0]}/nowhere.json", tmp_path)


def test_what_is_no_address_is_not_tried_again(monkeypatch):
    """Words that name nothing on a server are refused at once: no waiting makes an address of them."""
    monkeypatch.setattr("tasks.sources.remote.PAUSES", ())
    with pytest.raises(SourceError, match=r"memory://x is no address of data .*: check how it is written"):
        three_tries(lambda: int("x"), "memory://x")


def test_only_what_ships_is_found_elsewhere(tmp_path, monkeypatch):
    """In any folder data/sample is the shipped sample; data/raw is a folder of one's own, or none."""
    monkeypatch.chdir(tmp_path)
    assert or_shipped("data/raw") == "data/raw"
    assert Path(or_shipped("data/sample")).is_absolute()


def test_a_missing_package_is_named_with_its_mend(monkeypatch):
    """A protocol whose package is missing says how to install it."""

    def fail(_url):
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr(fsspec.core, "url_to_fs", fail)
    with pytest.raises(SourceError, match=r"s3://b/x\.json needs .*pip install 'sharegpt-clean\[remote\]'"):
        discover("s3://b/x.json")


def parquet(path, rows, groups=2):
    """Write rows as Parquet."""
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=max(1, len(rows) // groups))


def test_parquet_rows_read_like_json_rows(tmp_path):
    """Parquet gives the rows of the same JSON, in ranges of row groups, with no byte offset."""
    turns = [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]
    rows = [{"id": f"a{k}", "conversations": turns, "other": k} for k in range(10)]
    rows += [{"id": "none", "conversations": None, "other": 1}, {"id": "empty", "conversations": [], "other": 1}]
    parquet(tmp_path / "raw.parquet", rows, groups=4)
    found = take_in(tmp_path / "raw.parquet", tmp_path / "spool", 1)
    assert reasons(found) == [None] * 10 + ["not_a_conversation", "no_turns"]
    assert found[10]["byte_offset"] is None
    assert [turn["content"] for turn in found[3]["turns"]] == ["Hi", "Hello"]
    assert len(plan(str(tmp_path / "raw.parquet"), tmp_path / "spool", 1)) == 4


def test_parquet_without_turns_is_an_error(tmp_path):
    """A Parquet file without a column of turns is refused, with the columns that it has."""
    parquet(tmp_path / "raw.parquet", [{"text": "a"}])
    with pytest.raises(SourceError, match=r"none of the columns conversations, .*, but text"):
        take_in(tmp_path / "raw.parquet", tmp_path)


def test_damaged_parquet_is_an_error(tmp_path):
    """A Parquet file without its end is refused by name."""
    parquet(tmp_path / "raw.parquet", [{"id": "a", "conversations": [{"from": "x", "value": "y"}]}])
    (tmp_path / "raw.parquet").write_bytes((tmp_path / "raw.parquet").read_bytes()[:-9])
    with pytest.raises(SourceError, match=r"raw\.parquet is not a readable Parquet file"):
        take_in(tmp_path / "raw.parquet", tmp_path)

"""`sharegpt sql` in a process of its own: it ends when asked to, holds its bounds, and changes nothing."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tasks.store.catalogue import build
from tasks.store.root import make_root, spill_path, sweep
from tests.support.terminal import sharegpt

CLI = [sys.executable, "-c", "from flows.cli import main; main()"]
ENDLESS = "WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t) SELECT count(*) FROM t"
DEAF = "SELECT len(list_sort(range(100_000_000)))"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A data root that holds a catalogue of empty views."""
    root = make_root(tmp_path_factory.mktemp("sql") / "data")
    build(root)
    return root


def start(root, *words):
    return subprocess.Popen(
        [*CLI, "sql", *words, "--data", str(root)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def ask(root, *words):
    with start(root, *words) as process:
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err


def wait_for_spill_folder(root, process):
    limit = time.monotonic() + 60
    while not (root / f".tmp-{process.pid}-sql").is_dir():
        assert time.monotonic() < limit
        assert process.poll() is None
        time.sleep(0.01)
    time.sleep(0.3)


@pytest.mark.parametrize(
    ("number", "code", "query"),
    [
        pytest.param(signal.SIGINT, 130, DEAF, id="SIGINT-deaf"),
        pytest.param(signal.SIGTERM, 143, ENDLESS, id="SIGTERM-endless"),
        pytest.param(signal.SIGINT, 130, ENDLESS, id="SIGINT-endless", marks=pytest.mark.slow),
        pytest.param(signal.SIGTERM, 143, DEAF, id="SIGTERM-deaf", marks=pytest.mark.slow),
    ],
)
def test_an_interrupted_query_ends_at_once_with_one_line(root, number, code, query):
    """Ctrl-C ends a query that has no end, and one whose function never looks up; nothing is left."""
    before = sorted(path.name for path in root.iterdir())
    with start(root, query) as process:
        wait_for_spill_folder(root, process)
        began = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert time.monotonic() - began < 10
    assert (process.returncode, out, err) == (code, "", "sharegpt: interrupted.\n")
    assert sorted(path.name for path in root.iterdir()) == before


def test_a_query_that_takes_too_long_is_ended(root):
    """--timeout ends it with one sentence and exit 1."""
    code, out, err = ask(root, ENDLESS, "--timeout", "0.5")
    assert (code, out) == (1, "")
    assert err == "sharegpt: not answered within 0.5 s: ask for less, or give a longer --timeout.\n"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT list(i) FROM range(1_000_000_000) t(i)",  # what DuckDB counts
        "SELECT len(range(2_000_000_000))",  # what it does not
    ],
)
def test_a_query_that_needs_too_much_memory_is_ended(root, query):
    """Exit 1 and one sentence, long before the machine is out of memory."""
    code, out, err = ask(root, query)
    assert (code, out) == (1, "")
    assert "needs more than 1,024 MB of memory" in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "query",
    [
        "/*1234 SELECT 1 -- */ EXPLAIN ANALYZE COPY (SELECT 1) TO '{file}'",
        "WITH w AS (COPY (SELECT 1) TO '{file}') FROM w",
    ],
)
def test_no_statement_overwrites_a_file_of_the_data_root(root, query):
    """Exit 1, one sentence, and the file is as it was."""
    file = root / "runs.jsonl"
    file.write_text("kept")
    code, out, err = sharegpt("sql", query.format(file=file), "--data", root)
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert file.read_text() == "kept"
    file.unlink()


def test_a_query_may_begin_with_a_comment(root):
    """Two dashes at the start of a query are no option."""
    assert sharegpt("sql", "-- how many\nSELECT 1 AS n", "--format", "csv", "--data", root) == (0, "n\n1\n", "")
    code, _, err = sharegpt("sql", "SELECT 1", "--fromat", "csv", "--data", root)
    assert code == 2
    assert "--fromat" in err


def test_columns_of_one_name_are_all_there(root):
    """An object has a key once: the later columns of a name are numbered."""
    done = sharegpt("sql", "SELECT 1 AS a, 2 AS a, 3 AS a", "--format", "jsonl", "--data", root)
    assert done.stdout == '{"a": 1, "a_1": 2, "a_2": 3}\n'


def test_a_damaged_catalogue_is_told_with_its_mend(root, tmp_path):
    """A file that is no catalogue: one sentence, and the command that writes it anew."""
    other = make_root(tmp_path / "data")
    (other / "catalogue.duckdb").write_bytes(b"no database" * 1_000)
    code, out, err = sharegpt("sql", "FROM rows", "--data", other)
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert "tables --rebuild" in err


def test_a_run_leaves_the_spill_folder_of_a_living_query_alone(tmp_path):
    """What a dead query left is swept, what a living one uses is not."""
    root = make_root(tmp_path / "data")
    spill_path(root).mkdir()
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    (root / f".tmp-{int(dead.stdout)}-sql").mkdir()
    sweep(root)
    assert [path.name for path in root.glob(".tmp-*")] == [f".tmp-{os.getpid()}-sql"]

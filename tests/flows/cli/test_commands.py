"""`sharegpt run` and its neighbours as a person at a terminal meets them."""

import json
import shutil
from functools import partial

import pytest

from tests.support.planted import plant
from tests.support.prefect_shell import HOME, call
from tests.support.terminal import sharegpt


@pytest.fixture(scope="module")
def ran(tmp_path_factory, own_prefect):
    """The folder of a finished `sharegpt run` of the sample, the shell's environment, and what it printed."""
    folder = tmp_path_factory.mktemp("cli")
    env = own_prefect | {"SHAREGPT_DATA": str(folder / "data")}
    return folder, env, call(env, "sharegpt", "run", "data/sample")


@pytest.fixture
def shell(ran):
    """A command of ours on the data root of the finished run."""
    return partial(sharegpt, SHAREGPT_DATA=str(ran[0] / "data"))


def test_run_prints_the_result_alone_on_stdout(ran):
    """Funnel, tokenizer and paths go to stdout, progress to stderr."""
    _, _, done = ran
    assert done.returncode == 0, done.stderr
    assert "tokenizer mistral-v1" in done.stdout
    assert "shards fit only models that use this tokenizer" in done.stdout
    assert done.stdout.startswith("stage")
    assert "windows: 4 parts" in done.stderr


def test_a_second_run_says_unchanged_without_a_server(ran):
    """Nothing to do is told without starting Prefect."""
    _, env, first = ran
    again = call(env, "sharegpt", "run", "data/sample")
    assert again.returncode == 0
    assert "unchanged: version" in again.stdout
    assert "starting Prefect" in first.stderr
    assert "starting Prefect" not in again.stderr


def test_sql_answers_in_every_format(shell):
    """CSV has a header, json and jsonl hold structs as objects, table is for eyes."""
    query = "SELECT sample_id, messages FROM shards ORDER BY sample_id LIMIT 2"
    lines = shell("sql", query, "--format", "jsonl").stdout.splitlines()
    assert json.loads(lines[0])["messages"][0]["role"] in {"user", "system"}
    assert len(json.loads(shell("sql", query, "--format", "json").stdout)) == 2
    assert shell("sql", query, "--format", "csv").stdout.startswith("sample_id,messages\n")
    assert shell("sql", "FROM funnel").stdout.startswith("stage")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("COPY (SELECT 1) TO 'x.csv'", "Only SELECT and EXPLAIN"),
        ("EXPLAIN ANALYZE COPY (SELECT 1) TO 'x.csv'", "Only SELECT and EXPLAIN"),
        ("SELECT 1; SELECT 2", "One statement at a time"),
        ("SET enable_external_access = true", "Only SELECT and EXPLAIN"),
        ("SELECT * FROM read_text('/etc/hostname')", "Permission"),
        ("CREATE TABLE t (a INT)", "Only SELECT and EXPLAIN"),
        ("PIVOT rows ON fate", "PIVOT … ON fate IN"),
        ("SELEC 1", "not SQL"),
    ],
)
def test_sql_neither_writes_nor_reads_elsewhere(shell, query, sentence):
    """Anything but one SELECT within the data root ends with exit 1 and a sentence."""
    refused = shell("sql", query)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert sentence in refused.stderr


def test_trace_takes_any_id(shell):
    """A row_id, a conversation_id and a sample_id name the same conversation."""
    row = shell("sql", "SELECT row_id, conversation_id, sample_id FROM shards LIMIT 1", "--format", "jsonl")
    ids = json.loads(row.stdout)
    told = [shell("trace", value, "--full").stdout for value in ids.values()]
    assert all("06 windows and 07 shards" in text for text in told)
    assert shell("trace", "nobody").returncode == 1


def test_verify_proves_the_version_and_names_every_fault(ran, shell):
    """A changed byte is named with its file; the mend makes the version whole again."""
    folder, _, _ = ran
    assert shell("verify").returncode == 0
    shard = next((folder / "data" / "07_shards").rglob("train/*.parquet"))
    whole = shard.read_bytes()
    shard.write_bytes(whole[:200] + bytes([whole[200] ^ 1]) + whole[201:])
    wrong = shell("verify")
    assert wrong.returncode == 1
    assert f"{shard.parent.name}/{shard.name} has been changed" in wrong.stderr
    shard.write_bytes(whole)
    assert shell("verify").returncode == 0


def test_tables_explains_every_view(shell):
    """The data dictionary names each view with its sentence; an unknown one is answered with those there are."""
    told = shell("tables", "rejections")
    assert "How often each reason was given" in told.stdout
    assert "there are ingested, converted" in shell("tables", "nothing").stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("no/such/file.json",), "does not exist"),
        (("data/raw",), "holds no"),
        (("data/sample", "--set", "language.kep=en"), "language has no field 'kep'; it has keep"),
        (("data/sample", "--set", "tokens.context=3"), "tokens.context = 3"),
        (("data/sample", "--tokenizer", "no-such-file.model"), "no-such-file.model"),
    ],
)
def test_what_cannot_be_done_ends_with_one_sentence(ran, shell, arguments, sentence):
    """Exit 1, nothing on stdout, no traceback, and the mend."""
    folder, _, _ = ran
    failed = shell("run", *arguments, "--data", folder / "other")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert sentence in failed.stderr
    assert "Traceback" not in failed.stderr


@pytest.fixture(scope="module")
def previewed(ran, tmp_path_factory):
    """What was current before `--sample 20`, and the marks of modules that lie in the folder it was started in."""
    data = ran[0] / "data"
    before = (data / "07_shards" / "latest.json").read_text()
    folder, marks = plant(tmp_path_factory.mktemp("planted"))
    words = ["run", HOME / "data" / "sample", "--sample", "20", "--workers", "1", "--data", data]
    done = call(ran[1], "sharegpt", *words, cwd=folder)
    assert done.returncode == 0, done.stderr
    return before, marks


def test_a_sample_of_a_run_stays_out_of_the_way(ran, previewed, shell):
    """--sample writes below preview/ and leaves the data root's version alone."""
    data = ran[0] / "data"
    assert (data / "07_shards" / "latest.json").read_text() == previewed[0]
    rows = shell("sql", "SELECT count(*) AS n FROM rows", "--format", "csv", "--data", data / "preview")
    assert rows.stdout == "n\n20\n"


def test_a_run_runs_no_code_of_the_working_folder(previewed):
    """Guard, server and workers of `sharegpt run` import what is installed, whatever lies where it was started."""
    marks = previewed[1]
    assert not marks.exists(), marks.read_text()


def test_a_moved_data_root_is_mended_by_rebuilding_the_catalogue(ran, previewed, shell, tmp_path):
    """Views hold absolute paths: after a move a query says so, and --rebuild makes it answer again."""
    root = shutil.copytree(ran[0] / "data" / "preview", tmp_path / "root", symlinks=True)
    assert shell("tables", "rows", "--rebuild", "--data", root).returncode == 0
    moved = root.rename(tmp_path / "moved")
    lost = shell("sql", "SELECT count(*) AS n FROM rows", "--data", moved)
    assert lost.returncode == 1
    assert "tables --rebuild" in lost.stderr
    assert shell("tables", "rows", "--rebuild", "--data", moved).returncode == 0
    found = shell("sql", "SELECT count(*) AS n FROM rows", "--format", "csv", "--data", moved)
    assert found.stdout == "n\n20\n"

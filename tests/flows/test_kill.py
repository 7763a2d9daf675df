"""Runs ended from outside: killed, interrupted, out of disk, without rights; the next run finishes the work."""

import contextlib
import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

import tasks.store.parts
from schemas.errors import MachineError, SourceError
from tests.support.child_runs import CLI, HOME, PLAIN, Child, files_in, half_written
from tests.support.pipeline import run
from tests.support.small_dumps import bytes_of, write

# The command without Prefect and workers: a third of the time.
ALONE = """
import importlib
from flows.cli import main
from tests.support.document_desk import flow_here
importlib.import_module("flows.cli.run").run_flow = flow_here
main()
"""
INTERRUPTED = "interrupted; the same command goes on where it stopped."


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Return a folder of three small files."""
    folder = tmp_path_factory.mktemp("raw")
    for number in range(3):
        write(folder / f"{number}.json", range(number * 20, number * 20 + 20))
    return folder


@pytest.fixture(scope="module")
def whole(source, tmp_path_factory):
    """Return the bytes of an uninterrupted run, and how many files it makes, of the chain in small parts."""
    root = tmp_path_factory.mktemp("whole") / "d"
    run(source, root, range_bytes=8_000)
    return bytes_of(root), files_in(root)


@pytest.fixture(scope="module")
def full(source, tmp_path_factory):
    """Return the bytes of an uninterrupted run in parts of the usual size."""
    root = tmp_path_factory.mktemp("full") / "d"
    run(source, root, pages=True)
    return bytes_of(root)


def kill_and_compare(source, root, whole, kills, seed):
    """Kill the chain `kills` times, each time further on; then let it end, and compare."""
    bytes_, files = whole
    chance = random.Random(seed)
    moments = sorted(chance.uniform(0.1, 1.0) for _ in range(kills))
    for moment in moments:
        child = Child(dict(os.environ), source, root, code=PLAIN)
        child.wait_for(lambda until=moment * files: files_in(root) >= until)
        code, _, err = child.end(signal.SIGKILL)
        assert code in (-signal.SIGKILL, 0), err  # 0: it was faster
        assert child.left() == []
    run(source, root, range_bytes=8_000)
    assert bytes_of(root) == bytes_
    assert half_written(root) == []


def test_a_run_killed_anywhere_is_finished_by_the_next_with_the_same_bytes(source, tmp_path, whole):
    """Four kills over all stages leave no process, no half-written file and no other byte."""
    kill_and_compare(source, tmp_path / "d", whole, kills=4, seed=7)


def test_the_command_killed_amid_its_stages_leaves_no_server_and_goes_on(source, tmp_path, own_prefect, full):
    """SIGKILL of `sharegpt run` ends Prefect's server and the workers too; the next run gives a full run's bytes."""
    root = tmp_path / "d"
    child = Child(own_prefect, "run", source, "--data", root, "--workers", 2)
    child.wait_for(lambda: list(root.glob("04_quality_filtered/*.parquet")))
    code, _, err = child.end(signal.SIGKILL)
    assert code == -signal.SIGKILL, err
    assert child.left() == []
    run(source, root, pages=True)
    assert bytes_of(root) == full
    assert half_written(root) == []


@pytest.mark.parametrize(
    ("number", "code", "program", "logged"),
    [
        pytest.param(signal.SIGINT, 130, CLI, "interrupted", id="SIGINT"),
        pytest.param(signal.SIGTERM, 143, ALONE, INTERRUPTED, id="SIGTERM without Prefect"),
        pytest.param(signal.SIGTERM, 143, CLI, "interrupted", id="SIGTERM", marks=pytest.mark.slow),
    ],
)
def test_an_interrupted_command_says_so_in_one_sentence(source, tmp_path, own_prefect, number, code, program, logged):
    """Ctrl-C (sent to the whole group, as a terminal does) and SIGTERM end in seconds, without a traceback."""
    root = tmp_path / "d"
    child = Child(own_prefect, "run", source, "--data", root, "--workers", 2, code=program)
    child.wait_for(lambda: list(root.glob("02_converted/*.parquet")))
    returned, out, err = child.end(number, group=True)
    assert (returned, out) == (code, "")
    assert err.splitlines()[-1] == f"sharegpt: {INTERRUPTED}"
    assert "Traceback" not in err
    assert child.left() == []
    assert half_written(root) == []
    assert json.loads((root / "runs.jsonl").read_text("utf-8"))["message"] == logged


@pytest.mark.slow
def test_twenty_kills_change_nothing(source, tmp_path, whole):
    """Twenty kills over all stages leave no process, no half-written file and no other byte."""
    kill_and_compare(source, tmp_path / "d", whole, kills=20, seed=20)


def victim(child, role):
    """Return the process to kill: the command itself, one of its workers, or Prefect's server."""
    if role == "main":
        return child.process.pid
    for process in psutil.Process(child.process.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            words = " ".join(process.cmdline())
            if {"worker": "spawn_main", "server": "uvicorn.run"}[role] in words:
                return process.pid
    return None


@pytest.mark.slow
def test_forty_kills_of_command_worker_and_server_change_nothing(source, tmp_path, own_prefect):
    """Forty SIGKILLs at random moments, main, worker and server in turn: no orphan, one sentence, no other byte."""
    run(source, tmp_path / "full", pages=True)
    whole, files, dice = bytes_of(tmp_path / "full"), files_in(tmp_path / "full"), random.Random(40)
    kills = dict.fromkeys(("main", "worker", "server"), 0)
    while sum(kills.values()) < 40:
        root = tmp_path / f"after-{sum(kills.values())}"
        for role in kills:
            child = Child(own_prefect, "run", source, "--data", root, "--workers", 2)
            there = files_in(root)
            until = there + dice.uniform(0.05, 0.8) * (files - there)
            child.wait_for(lambda root=root, until=until: files_in(root) >= until)
            pid = victim(child, role) if child.process.poll() is None else None
            if pid is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            code, _, err = child.result()
            assert child.left() == []
            assert "Traceback" not in err
            assert code in ((0, -signal.SIGKILL) if role == "main" else (0, 1)), err  # 0: it was faster
            kills[role] += code != 0
        run(source, root, pages=True)
        assert bytes_of(root) == whole
        assert half_written(root) == []


@pytest.mark.slow
def test_the_command_killed_at_each_stage_goes_on(source, tmp_path, own_prefect):
    """Six kills of the command itself, one a stage, leave no process and no other byte."""
    root = tmp_path / "d"
    for folder in ("01_ingested", "02_converted", "03_language_filtered", "05_deduplicated", "06_windows", "07_shards"):
        child = Child(own_prefect, "run", source, "--data", root, "--workers", 2)
        child.wait_for(lambda stage=root / folder: files_in(stage) > 0)
        child.end(signal.SIGKILL)
        assert child.left() == []
    run(source, tmp_path / "full", pages=True)
    run(source, root, pages=True)
    assert bytes_of(root) == bytes_of(tmp_path / "full")


def test_a_full_disk_ends_the_run_with_one_sentence(source, tmp_path, monkeypatch, whole):
    """Where no space is left the sentence names the mend, and the next run goes on, three times in one data root."""
    root, through = tmp_path / "d", tasks.store.parts.pq.ParquetWriter
    for full in ("02_converted", "06_windows", "07_shards"):

        def writer(where, *arguments, full=full, **named):
            if full in str(where):
                raise OSError(errno.ENOSPC, "No space left on device")
            return through(where, *arguments, **named)

        with monkeypatch.context() as patch:
            patch.setattr(tasks.store.parts.pq, "ParquetWriter", writer)
            with pytest.raises(MachineError, match=r"No space is left for .* goes on where it stopped"):
                run(source, root, range_bytes=8_000)
        assert half_written(root) == []
    run(source, root, range_bytes=8_000)
    assert bytes_of(root) == whole[0]


SMALL_DISK = """
mount -t tmpfs -o size=$1 small $2
"$3" -c "$4" run "$5" --data $2/d --workers 2
echo "exit $?" >&2
cp -r $2/d "$6"
"""
CAN_MOUNT = (
    subprocess.run(["unshare", "-rm", "true"], check=False).returncode == 0 if shutil.which("unshare") else False
)


@pytest.mark.skipif(not CAN_MOUNT, reason="needs namespaces of its own (unshare -rm) to mount a small disk")
@pytest.mark.parametrize(
    "code", [pytest.param(ALONE, id="without Prefect"), pytest.param(CLI, id="with Prefect", marks=pytest.mark.slow)]
)
def test_a_small_disk_fills_up_with_one_sentence_and_a_larger_one_goes_on(source, tmp_path, own_prefect, full, code):
    """A tmpfs of 300 KB is full long before the end; on a larger disk the next run ends with a full run's bytes."""
    disk, kept = tmp_path / "disk", tmp_path / "kept"
    disk.mkdir()
    words = ["300k", str(disk), sys.executable, code, str(source), str(kept)]
    shell = ["unshare", "-rm", "sh", "-c", SMALL_DISK, "sh", *words]
    done = subprocess.run(shell, env=own_prefect, cwd=HOME, capture_output=True, text=True, timeout=600, check=False)
    *told, exit_code = done.stderr.splitlines()
    whole = (exit_code, told[-1].startswith(f"sharegpt: No space is left for {disk}/d ("))
    assert whole == ("exit 1", True), done.stderr
    assert "Traceback" not in done.stderr
    assert half_written(kept) == []
    run(source, kept, pages=True)
    assert bytes_of(kept) == full


def test_the_command_says_that_a_data_root_cannot_be_written(source, tmp_path, own_prefect):
    """Without the right to write: exit 1, one sentence, nothing on stdout."""
    root = tmp_path / "closed"
    root.mkdir(mode=0o500)
    if os.geteuid() == 0:  # root may write anywhere but here
        root = Path("/sys")
    child = Child(own_prefect, "run", source, "--data", root / "d")
    code, out, err = child.result()
    assert (code, out) == (1, "")
    assert err.startswith("sharegpt: ")
    assert "cannot be written" in err
    assert len(err.splitlines()) == 1


def test_an_input_that_vanishes_after_the_plan_is_named(source, tmp_path, monkeypatch):
    """A file removed between plan and ingest ends the run with its name; when it is back, the run goes on."""
    import tests.support.pipeline

    folder = tmp_path / "raw"
    folder.mkdir()
    for path in source.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    kept = (folder / "1.json").read_bytes()
    planned = tests.support.pipeline.plan

    def plan_and_lose(*arguments, **named):
        ranges = planned(*arguments, **named)
        (folder / "1.json").unlink()
        return ranges

    with monkeypatch.context() as patch:
        patch.setattr(tests.support.pipeline, "plan", plan_and_lose)
        with pytest.raises(SourceError, match=r"1\.json"):
            run(folder, tmp_path / "d")
    (folder / "1.json").write_bytes(kept)
    assert run(folder, tmp_path / "d").manifest.rows

"""A Prefect server that a run leaves for later runs: found, never mistaken, ended by idling or by `server stop`."""

import asyncio
import json
import subprocess
import sys
from dataclasses import asdict

import psutil
import pytest

from flows.idle_server import Watched
from flows.kept_server import FILE, KeptServer, environment, find_or_start, kept_server, stop
from tests.support.child_runs import CLI, Child
from tests.support.prefect_shell import call, free_port, healthy, until
from tests.support.prefect_shell import environment as prefect_environment
from tests.support.small_dumps import write
from tests.support.terminal import sharegpt


@pytest.fixture
def home(monkeypatch, tmp_path):
    """Return a Prefect home of its own, with nothing configured."""
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    return tmp_path


@pytest.fixture
def kept(home):
    """Return a kept server, which is a process that waits, and the file that leads to it."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        started = psutil.Process(process.pid).create_time()
        made = KeptServer(process.pid, started, "http://127.0.0.1:1/api", environment(), 10)
        (home / FILE).write_text(json.dumps(asdict(made)))
        yield made
        process.kill()


def test_a_file_that_leads_to_no_server_of_ours_is_harmless(home):
    """No file, no JSON, other fields, or a process that began at another time: there is no kept server."""
    mine = psutil.Process()
    other = KeptServer(mine.pid, mine.create_time() - 60, "http://127.0.0.1:1/api", environment(), 10)
    for text in (None, "", "[]", '{"pid": 1}', json.dumps(asdict(other))):
        if text is not None:
            (home / FILE).write_text(text)
        assert kept_server() is None
        assert find_or_start(0) is None
        assert stop() is None
    assert "No Prefect server is kept" in sharegpt("server").stdout


def test_a_kept_server_is_used_where_the_run_would_have_started_the_same(kept, monkeypatch):
    """With another database, or other settings of Prefect's, it is left alone, and no second one is kept."""
    assert find_or_start(0) == kept
    monkeypatch.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", "postgresql+asyncpg://elsewhere/prefect")
    assert find_or_start(0) is None
    assert find_or_start(10) is None
    assert kept_server() == kept


def test_server_stop_ends_the_process_and_forgets_it(kept, home):
    """The address is said, the process is gone and the file too; once more there is nothing to end."""
    assert kept.url in sharegpt("server").stdout
    assert sharegpt("server", "stop").stdout == f"ended {kept.url} (process {kept.pid}).\n"
    assert kept.ended()
    assert not (home / FILE).exists()
    assert sharegpt("server", "stop").stdout == "No Prefect server is kept.\n"


def test_idling_begins_with_the_end_of_the_last_request():
    """A request, or a socket of events, that is open is no idling, however long it is open."""

    async def app(scope, receive, send):
        await receive()

    async def ask():
        watched, go_on = Watched(app), asyncio.Event()
        watched.asked -= 100
        assert watched.idle() >= 100
        asking = asyncio.create_task(watched({"type": "http"}, go_on.wait, None))
        await asyncio.sleep(0)
        watched.asked -= 100
        assert watched.idle() == 0
        go_on.set()
        await asking
        assert watched.idle() < 50

    asyncio.run(ask())


@pytest.mark.slow
def test_a_server_that_nobody_asks_ends_by_itself(tmp_path):
    """It answers, is asked no more, and its process is gone after the time that it was given."""
    port = free_port()
    command = [sys.executable, "-P", "-m", "flows.idle_server", str(port), "5"]
    with subprocess.Popen(command, env=prefect_environment(tmp_path)) as process:
        until("the server", lambda: healthy(f"http://127.0.0.1:{port}/api"))
        assert process.wait(60) == 0


@pytest.mark.slow
def test_the_next_run_uses_the_server_that_one_kept_though_it_was_killed(tmp_path):
    """A SIGKILLed run leaves the server that was asked for, one run later there is still the same, `stop` ends it."""
    import signal

    env = prefect_environment(tmp_path)
    write(tmp_path / "raw.json", range(20))
    try:
        killed = Child(env, "run", tmp_path / "raw.json", "--data", tmp_path / "d", "--keep-server", 5, code=CLI)
        killed.wait_for(lambda: list(tmp_path.glob("d/02_converted/*.parquet")))
        assert killed.end(signal.SIGKILL)[0] == -signal.SIGKILL
        first = json.loads((tmp_path / "prefect" / FILE).read_text())
        done = call(env, "sharegpt", "run", str(tmp_path / "raw.json"), "--data", str(tmp_path / "d"))
        assert done.returncode == 0, done.stderr
        assert f"Prefect's server at {first['url']} stays" in done.stderr
        assert json.loads((tmp_path / "prefect" / FILE).read_text()) == first
    finally:
        assert "ended" in call(env, "sharegpt", "server", "stop").stdout
    assert KeptServer(**first).ended()
    assert killed.left() == []

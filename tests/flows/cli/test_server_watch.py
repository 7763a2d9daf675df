"""Prefect's server is missing or goes: one sentence with the mend, within seconds."""

import socket
import subprocess
import sys
import time

import pytest

from flows.cli.server_watch import ServerWatch, check_home, check_named
from flows.cli.stop import ServerLostError, stoppable
from schemas.errors import PipelineError
from tasks.runtime.workers import stopped


@pytest.fixture
def listening():
    """Return a socket that takes connections, and the address of an API there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server, f"http://127.0.0.1:{server.getsockname()[1]}/api"


@pytest.fixture(autouse=True)
def go_on():
    """Leave this process as one that nobody stopped."""
    yield
    stopped.clear()


class Own:
    """A server of the run's own."""

    def __init__(self):
        self.process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)

    def ended(self):
        return self.process.poll() is not None


def test_a_named_server_that_is_dead_is_told_before_anything_starts(monkeypatch, listening):
    """PREFECT_API_URL of nobody: one sentence, without the password in it; of somebody: none."""
    monkeypatch.setenv("PREFECT_API_URL", listening[1])
    check_named()
    with socket.socket() as deaf:  # holds its port, so that no other process can listen there
        deaf.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PREFECT_API_URL", f"http://me:secret@127.0.0.1:{deaf.getsockname()[1]}/api")
        with pytest.raises(PipelineError, match="or unset PREFECT_API_URL") as told:
            check_named()
    assert "secret" not in str(told.value)


def test_a_home_of_prefects_that_cannot_be_written_is_named(monkeypatch, tmp_path):
    """A PREFECT_HOME that is a file, or below one, ends the run with one sentence; a new folder is made."""
    (tmp_path / "file").write_text("")
    for home in (tmp_path / "file", tmp_path / "file" / "below"):
        monkeypatch.setenv("PREFECT_HOME", str(home))
        with pytest.raises(PipelineError, match=r"set PREFECT_HOME to one that is yours to write\.$"):
            check_home()
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "new"))
    check_home()


def test_a_run_whose_server_is_killed_ends_at_the_next_look():
    """The run hangs on Prefect's tries to reach it; the main thread ends it with the mend."""
    own = Own()
    watch = ServerWatch(own, "")
    watch.check()

    def work():
        own.process.kill()
        own.process.wait()
        stopped.wait(60)

    began = time.monotonic()
    with pytest.raises(ServerLostError, match="the same command goes on where it stopped"):
        stoppable(work, watch)
    assert time.monotonic() - began < 10


def test_a_configured_server_may_restart_but_not_stay_away(listening):
    """Refused connections are borne for a while; what fails meanwhile is explained by them."""
    server, url = listening
    watch = ServerWatch(None, url)
    watch.check()
    server.close()
    watch.check()

    def work():
        raise ConnectionError("All connection attempts failed")

    with pytest.raises(ServerLostError, match="answers no more: start it again"):
        stoppable(work, watch)
    watch.answered -= 5
    with pytest.raises(ServerLostError):
        watch.check()

"""The same flow on a Dask cluster that is there already: a scheduler and two worker processes, reached by address."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from flows.beforehand import check_cluster
from schemas.errors import SettingsError
from schemas.settings import Runner
from tests.support.child_runs import CLI, HOME
from tests.support.pipeline import run
from tests.support.prefect_shell import BIN, free_port
from tests.support.small_dumps import bytes_of, write


def wait_for(what, seconds=120):
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        with contextlib.suppress(OSError):
            if what():
                return
        time.sleep(0.2)
    raise AssertionError("a server did not start")


@pytest.fixture
def cluster(tmp_path):
    """Return the environment and the address of a Prefect server, a scheduler and two workers."""
    api, port = free_port(), free_port()
    environment = os.environ | {
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{api}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    server = [BIN / "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(api), "--no-ui"]
    scheduler = [BIN / "dask", "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    worker = [BIN / "dask", "worker", f"tcp://127.0.0.1:{port}", "--nthreads", "1", "--no-dashboard", "--no-nanny"]
    worker += ["--local-directory", str(tmp_path / "dask")]
    with contextlib.ExitStack() as stack:
        for command in (server, scheduler, worker, worker):
            log = stack.enter_context((tmp_path / "cluster.log").open("a"))
            process = subprocess.Popen(command, env=environment, cwd=HOME, stdout=log, stderr=log)
            stack.callback(process.wait)
            stack.callback(process.terminate)
        wait_for(lambda: urllib.request.urlopen(f"http://127.0.0.1:{api}/api/health", timeout=5).status == 200)
        wait_for(lambda: socket.create_connection(("127.0.0.1", port), timeout=5).close() is None)
        yield environment, f"tcp://127.0.0.1:{port}"


@pytest.mark.slow
def test_a_dask_cluster_reached_by_its_address_gives_the_same_bytes(cluster, tmp_path):
    """`runner.kind=dask` with an address runs every task in the cluster's workers, and the bytes are a local run's."""
    pytest.importorskip("prefect_dask", reason="the extra dask is not installed")
    environment, address = cluster
    raw = tmp_path / "raw"
    for number in range(3):
        write(raw / f"{number}.json", range(number * 20, number * 20 + 20))
    words = ["run", str(raw), "--data", str(tmp_path / "d")]
    words += ["--set", "runner.kind=dask", "--set", f"runner.address={address}"]
    done = subprocess.run(
        [sys.executable, "-c", CLI, *words], env=environment, cwd=HOME, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    run(raw, tmp_path / "full", pages=True)
    assert bytes_of(tmp_path / "d") == bytes_of(tmp_path / "full")
    assert json.loads((tmp_path / "d" / "runs.jsonl").read_text("utf-8"))["outcome"] == "published"
    shutil.rmtree(tmp_path / "d")


@pytest.mark.parametrize(("fields", "mend"), [({}, "runner.address"), ({"address": "tcp://x:1"}, "PREFECT_API_URL")])
def test_a_cluster_that_cannot_work_is_refused_with_the_mend(fields, mend, monkeypatch, tmp_path):
    """No address, or no server that the cluster reaches: refused before anything starts."""
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    with pytest.raises(SettingsError, match=mend):
        check_cluster(Runner(kind="dask", **fields))

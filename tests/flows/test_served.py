"""`make serve`, really started: a schedule that fires, what a second shell asks for, and what it refuses."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from flows.server import server_to_serve_at
from schemas.errors import PipelineError
from tasks.store.catalogue import FILE
from tests.support.prefect_api import fires, refused_serving
from tests.support.prefect_shell import SOON, call, environment, free_port, healthy, home, running, until


@pytest.fixture(scope="module", params=[True, pytest.param(False, marks=pytest.mark.slow)], ids=["used", "empty"])
def served(tmp_path_factory, database, request):
    """`make serve` in a used or an empty PREFECT_HOME, with no server: it starts one, and names it for others."""
    folder, port = tmp_path_factory.mktemp("serve"), free_port()
    more = {"PREFECT_SERVER_API_PORT": str(port), **SOON}
    first = home(folder, database, **more) if request.param else environment(folder, **more)
    url = f"http://127.0.0.1:{port}/api"
    audit = f"{url}/deployments/name/audit/sharegpt"
    with running(first, folder / "serve.log", "python", "-m", "flows.deployments"):

        def found():
            return healthy(url) and httpx.get(audit, timeout=30).status_code == 200

        until("the served deployments", found)
        assert f"export PREFECT_API_URL={url}" in (folder / "serve.log").read_text()
        yield folder, url, first | {"PREFECT_API_URL": url}


def test_serve_runs_schedules_and_what_a_second_shell_asks_for(served):
    """A schedule starts a run that completes, as does `prefect deployment run` with the address that serve prints."""
    folder, url, second = served
    fires(url, folder / "data")
    assert (folder / "data" / FILE).is_file()
    audit = call(second, "prefect", "deployment", "run", "audit/sharegpt", "-p", f"data={folder}/data", "--watch")
    assert audit.returncode == 0, audit.stdout + audit.stderr + (folder / "serve.log").read_text()[-3_000:]


def test_serving_twice_is_refused(served):
    """Two processes that serve one name would take each other's runs."""
    folder, url, _ = served
    (told,) = refused_serving(folder, url).splitlines()
    assert "served already" in told


def test_a_stale_address_and_a_taken_port_are_told_in_a_sentence():
    """Serve names what does not answer, or what is taken, and the mend."""
    with pytest.raises(PipelineError, match=r"^No Prefect server answers at .*prefect server start"):
        server_to_serve_at(f"http://127.0.0.1:{free_port()}/api", free_port())
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as other:
        threading.Thread(target=other.serve_forever).start()
        try:
            with pytest.raises(PipelineError, match=rf"^Port {other.server_port} is in use .*PREFECT_SERVER_API_PORT"):
                server_to_serve_at(None, other.server_port)
        finally:
            other.shutdown()

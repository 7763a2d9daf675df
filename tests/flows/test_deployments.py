"""The three ways to run, each really started: server with work pool and worker, serve, and a schedule that fires."""

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from flows.server import server_to_serve_at
from schemas.errors import PipelineError
from tasks.store.catalogue import FILE
from tests.support.prefect_shell import HOME, call, environment, free_port, healthy, running, until

NAME = "clean/sharegpt"


def parameters(root, **more):
    return {"source": "data/sample", "data": str(root), "tokens": {"tokenizer": "mistral-v1"}, **more}


def words(given):
    return [word for name, value in given.items() for word in ("-p", f"{name}={json.dumps(value)}")]


def ask(method, url, body=None):
    """Ask the server as Prefect's own client does: again where its database is busy (503)."""

    def answer():
        given = httpx.request(method, url, json=body, timeout=30)
        return given if given.status_code != httpx.codes.SERVICE_UNAVAILABLE else None

    return until(f"an answer to {method} {url}", answer)


@pytest.fixture(scope="module")
def pool(server):
    """The work pool with its deployments and a worker, as `make deploy` and the README have it."""
    folder, url, env = server
    deployed = call(env, "sharegpt", "deploy")
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    with running(env, folder / "worker.log", "prefect", "worker", "start", "--pool", "sharegpt"):
        yield folder, url, env


def runs(url, **state):
    """Return the flow runs that the server knows."""
    body = {"sort": "START_TIME_DESC", "flow_runs": state}
    return ask("POST", f"{url}/flow_runs/filter", body).json()


def fires(url, data):
    """Add a schedule that fires in three seconds, see its run complete, and take it away again."""
    deployment = ask("GET", f"{url}/deployments/name/{NAME}").json()
    assert [one["schedule"]["cron"] for one in deployment["schedules"]] == ["0 3 * * 1"]
    first = datetime.now(UTC) + timedelta(seconds=3)
    hourly = {"interval": 3_600, "anchor_date": first.isoformat()}
    soon = {"schedule": hourly, "active": True, "slug": "soon", "parameters": parameters(data)}
    made = ask("POST", f"{url}/deployments/{deployment['id']}/schedules", [soon])
    assert made.status_code == 201, made.text
    completed = {"type": {"any_": ["COMPLETED"]}}
    try:
        fired = lambda: [run for run in runs(url, state=completed) if run["auto_scheduled"]]  # noqa: E731
        assert until("a scheduled run to complete", fired)[0]["parameters"]["source"] == "data/sample"
    finally:
        ask("DELETE", f"{url}/deployments/{deployment['id']}/schedules/{made.json()[0]['id']}")


def test_a_run_of_the_deployment_through_pool_and_worker(pool):
    """`prefect deployment run clean/sharegpt` runs the DAG in a worker, and the page tells the story."""
    folder, url, env = pool
    given = parameters(folder / "data", language={"keep": "all"})
    done = call(env, "prefect", "deployment", "run", NAME, *words(given), "--watch")
    log = (folder / "worker.log").read_text()
    assert done.returncode == 0, done.stdout + done.stderr + log[-3_000:]
    assert (folder / "data" / FILE).is_file()
    run = runs(url, state={"type": {"any_": ["COMPLETED"]}})[0]
    assert run["name"] == "clean sample"
    tasks = ask("POST", f"{url}/task_runs/filter", {"limit": 200}).json()
    names = {task["name"].split(":")[0] for task in tasks}
    assert {
        "ingest",
        "convert",
        "filter_language",
        "filter_quality",
        "sign",
        "drop_duplicates",
        "cut_windows",
    } <= names
    artifacts = ask("POST", f"{url}/artifacts/filter", {}).json()
    funnel = next(one for one in artifacts if one["key"] == "funnel")
    assert "█" in funnel["data"]
    assert "| shards |" in funnel["data"]


@pytest.mark.slow  # the fast tests see a served schedule fire, and the pool's worker take a run
def test_a_scheduled_run_fires(pool):
    """A schedule alone, without anybody's command, starts a run that completes."""
    folder, url, _ = pool
    fires(url, folder / "data")


def test_unknown_and_unbounded_settings_are_refused_before_anything_runs(pool):
    """A misspelt nested field and a value out of bounds end with exit 1 and the field's name."""
    folder, _, env = pool
    wrong = call(env, "prefect", "deployment", "run", NAME, "-p", 'tokens={"contxt": 512}', "-p", f"data={folder}/x")
    assert wrong.returncode == 1
    assert "contxt" in wrong.stdout + wrong.stderr
    small = call(env, "prefect", "deployment", "run", NAME, "-p", 'tokens={"context": 3}', "-p", f"data={folder}/x")
    assert small.returncode == 1
    assert "context" in small.stdout + small.stderr


def test_serve_refuses_what_is_deployed_to_a_pool(pool):
    """Serving and deploying one name would leave runs without code: one sentence, exit 1."""
    _, _, env = pool
    refused = call(env, "python", "-m", "flows.deployments")
    assert refused.returncode == 1
    assert "is deployed to the work pool sharegpt" in refused.stderr


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """`make serve` in an empty PREFECT_HOME, with no server: it starts one, and names it for a second shell."""
    folder, port = tmp_path_factory.mktemp("serve"), free_port()
    soon = {"PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "1", "PREFECT_RUNNER_POLL_FREQUENCY": "2"}
    first = environment(folder, PREFECT_SERVER_API_PORT=str(port), **soon)
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
    refused = call(served[2], "python", "-m", "flows.deployments")
    assert refused.returncode == 1
    assert "served already" in refused.stderr
    assert "Traceback" not in refused.stderr


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


def test_the_project_is_what_make_and_prefect_name():
    """prefect.yaml's entrypoints exist."""
    assert (HOME / "flows" / "clean.py").is_file()
    assert (HOME / "flows" / "audit.py").is_file()

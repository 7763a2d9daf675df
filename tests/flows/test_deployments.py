"""Deployments in a work pool, as `make deploy` and the README have them: a run, a schedule, and what is refused."""

import pytest

from tasks.store.catalogue import FILE
from tests.support.prefect_api import NAME, ask, fires, parameters, refused_serving, runs, words
from tests.support.prefect_shell import HOME, call, running


@pytest.fixture(scope="module")
def pool(server):
    """The work pool with its deployments and a worker, as `make deploy` and the README have it."""
    folder, url, env = server
    deployed = call(env, "sharegpt", "deploy")
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    with running(env, folder / "worker.log", "prefect", "worker", "start", "--pool", "sharegpt"):
        yield folder, url, env


def test_a_run_of_the_deployment_through_pool_and_worker(pool):
    """`prefect deployment run clean/sharegpt` runs the DAG in a worker, and the page tells the story."""
    folder, url, env = pool
    given = parameters(folder / "data", language={"keep": "all"})
    done = call(env, "prefect", "deployment", "run", NAME, *words(given), "--watch")
    log = (folder / "worker.log").read_text()
    assert done.returncode == 0, done.stdout + done.stderr + log[-3_000:]
    assert (folder / "data" / FILE).is_file()
    run = runs(url, state={"type": {"any_": ["COMPLETED"]}})[0]
    assert run["name"] == "clean other_clients.jsonl"
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
    """A misspelt nested field and a value out of bounds are refused with the field's name."""
    folder, url, env = pool
    wrong = words({"tokens": {"contxt": 512}, "data": f"{folder}/x"})
    refused = call(env, "prefect", "deployment", "run", NAME, *wrong)
    assert refused.returncode == 1
    assert "'contxt' was unexpected" in refused.stdout + refused.stderr
    # What the command asks the server, without the command: it ends with 1 as above.
    deployment = ask("GET", f"{url}/deployments/name/{NAME}").json()
    small = {"parameters": {"tokens": {"context": 3}}, "enforce_parameter_schema": True}
    answer = ask("POST", f"{url}/deployments/{deployment['id']}/create_flow_run", small)
    assert answer.is_client_error
    assert "context" in answer.text, answer.text


def test_serve_refuses_what_is_deployed_to_a_pool(pool):
    """Serving and deploying one name would leave runs without code: one sentence, exit 1."""
    folder, url, _ = pool
    assert "is deployed to the work pool sharegpt" in refused_serving(folder, url).splitlines()[-1]


def test_the_project_is_what_make_and_prefect_name():
    """prefect.yaml's entrypoints exist."""
    assert (HOME / "flows" / "clean.py").is_file()
    assert (HOME / "flows" / "audit.py").is_file()

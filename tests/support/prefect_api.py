"""What the tests of deployments ask a Prefect server for, and the small run that they have it do."""

import contextlib
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from flows import deployments
from tests.support.prefect_shell import until

NAME = "clean/sharegpt"
SOURCE = "data/sample/other_clients.jsonl"
"""One part of the shipped sample, named from the project's root."""


def refused_serving(folder: Path, url: str) -> str:
    """Return what one more `make serve`, in this process, says on stderr before it ends with 1.

    Args:
        folder: where Prefect's home is.
        url: of the server's API.
    """
    settings = {deployments.PREFECT_HOME: folder / "prefect", deployments.PREFECT_API_URL: url}
    err = io.StringIO()
    with deployments.temporary_settings(settings), pytest.MonkeyPatch.context() as patch:
        patch.setenv(deployments.API_URL, url)
        patch.setattr(deployments, "guard_children", lambda: None)  # those of the other tests
        patch.setattr(deployments, "serve", lambda *_: None)  # which has no end
        with contextlib.redirect_stderr(err), pytest.raises(SystemExit, match=r"^1$"):
            deployments.main()
    return err.getvalue()


def parameters(root, **more):
    """Return the parameters of a small run in one worker process."""
    given = {"source": SOURCE, "data": str(root), "tokens": {"tokenizer": "mistral-v1"}, "runner": {"workers": 1}}
    return given | more


def words(given):
    """Return parameters as `prefect deployment run` takes them."""
    return [word for name, value in given.items() for word in ("-p", f"{name}={json.dumps(value)}")]


def ask(method, url, body=None):
    """Ask the server as Prefect's own client does: again where its database is busy (503)."""

    def answer():
        given = httpx.request(method, url, json=body, timeout=30)
        return given if given.status_code != httpx.codes.SERVICE_UNAVAILABLE else None

    return until(f"an answer to {method} {url}", answer)


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
        assert until("a scheduled run to complete", fired)[0]["parameters"]["source"] == SOURCE
    finally:
        ask("DELETE", f"{url}/deployments/{deployment['id']}/schedules/{made.json()[0]['id']}")

"""`make serve`: the deployments of prefect.yaml from one process, with their schedules and no work pool."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from filelock import FileLock, Timeout

from flows.environment import prepare

prepare()

from prefect import Flow, deploy, serve  # noqa: E402  # the environment must be set before
from prefect.client.orchestration import get_client  # noqa: E402
from prefect.client.schemas.actions import WorkPoolCreate  # noqa: E402
from prefect.events import DeploymentTriggerTypes  # noqa: E402
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound  # noqa: E402
from prefect.schedules import Cron  # noqa: E402
from prefect.settings import (  # noqa: E402
    PREFECT_API_URL,
    PREFECT_HOME,
    PREFECT_SERVER_API_PORT,
    temporary_settings,
)
from prefect.types.entrypoint import EntrypointType  # noqa: E402
from pydantic import TypeAdapter  # noqa: E402

from flows.server import API_URL, answers, server_to_serve_at  # noqa: E402
from schemas.errors import PipelineError  # noqa: E402
from schemas.shipped import shipped  # noqa: E402
from tasks.privacy.places import redact_sentence  # noqa: E402
from tasks.runtime.guard import guard_children  # noqa: E402

POOL = "sharegpt"
"""The work pool of the deployments, of type process."""


def load(entrypoint: str) -> Flow[..., Any]:
    """Return the flow that an entrypoint of prefect.yaml names."""
    path, _, name = entrypoint.partition(":")
    flow: Flow[..., Any] = getattr(importlib.import_module(path.removesuffix(".py").replace("/", ".")), name)
    return flow


async def pool_of(name: str) -> str | None:
    """Return the work pool of a deployment the server knows, null where there is none."""
    async with get_client() as client:
        try:
            return (await client.read_deployment_by_name(name)).work_pool_name
        except ObjectNotFound:
            return None


def entries() -> list[dict[str, Any]]:
    """Return the deployments that prefect.yaml declares."""
    found: list[dict[str, Any]] = yaml.safe_load(shipped("prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    return found


def deployment(entry: dict[str, Any], *, served: bool) -> Any:
    """Return the deployment of an entry of prefect.yaml, for this process to serve or for the work pool.

    Raises:
        PipelineError: it is to be served, and the work pool has one of that name.
    """
    flow = load(entry["entrypoint"])
    name = f"{flow.name}/{entry['name']}"
    pool = asyncio.run(pool_of(name)) if served else None
    if pool is not None:
        # Serving and deploying one name leaves runs without code: FileNotFoundError …/None.
        raise PipelineError(
            f"{name} is deployed to the work pool {pool}: use its worker, or `prefect deployment delete {name}` first."
        )
    triggers: list[Any] = TypeAdapter(list[DeploymentTriggerTypes]).validate_python(entry.get("triggers", []))
    limit = entry.get("concurrency_limit", {}).get("limit")
    return flow.to_deployment(
        entry["name"],
        schedules=[Cron(one["cron"], timezone=one["timezone"], slug=one["slug"]) for one in entry.get("schedules", [])],
        parameters=entry.get("parameters", {}),
        triggers=triggers,
        description=entry["description"],
        tags=entry["tags"],
        concurrency_limit=limit,
        entrypoint_type=EntrypointType.FILE_PATH if served else EntrypointType.MODULE_PATH,
        # Sources and data roots are named from the folder in which the deployment was made.
        job_variables=None if served else entry["work_pool"]["job_variables"] | {"working_dir": str(Path.cwd())},
    )


def deploy_all() -> list[str]:
    """Deploy everything that prefect.yaml declares to the work pool, which is made where there is none; return names.

    Raises:
        PipelineError: no server answers.
    """
    url = PREFECT_API_URL.value() or ""
    if not answers(url):
        where = f"No Prefect server answers at {url}" if url else "No Prefect server is configured"
        raise PipelineError(f"{where}: start one with `prefect server start` and set PREFECT_API_URL to its address.")
    with get_client(sync_client=True) as client, contextlib.suppress(ObjectAlreadyExists):
        client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
    made = [deployment(entry, served=False) for entry in entries()]
    deploy(*made, work_pool_name=POOL, build=False, push=False, print_next_steps_message=False)
    return [f"{one.flow_name}/{one.name}" for one in made]


@contextmanager
def only_one() -> Iterator[None]:
    """Hold the right to serve on this machine's Prefect. Raise PipelineError where another process has it."""
    home = PREFECT_HOME.value()
    home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home / "sharegpt-serve.lock", timeout=0)
    try:
        with lock:
            yield
    except Timeout as error:
        raise PipelineError(
            "The deployments are served already by another `make serve`: end that one (Ctrl-C in its shell) first, or "
            "start runs with `prefect deployment run clean/sharegpt`."
        ) from error


def serve_all() -> None:
    """Serve every deployment of prefect.yaml until Ctrl-C, at a server that is there or is started."""
    guard_children()
    url = server_to_serve_at(PREFECT_API_URL.value(), PREFECT_SERVER_API_PORT.value())
    os.environ[API_URL] = url  # for the processes of the runs
    print(f"Prefect's server: {url}  (pages: {url.removesuffix('/api')})", file=sys.stderr)
    print(f"In another shell: export PREFECT_API_URL={url}; prefect deployment run clean/sharegpt", file=sys.stderr)
    with temporary_settings({PREFECT_API_URL: url}):
        serve(*(deployment(entry, served=True) for entry in entries()))


def main() -> None:
    """Serve, or say in one sentence why not."""
    try:
        with only_one():
            serve_all()
    except (PipelineError, OSError) as error:
        print(f"serve: {redact_sentence(str(error))}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()

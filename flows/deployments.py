"""`make serve`: both deployments of prefect.yaml from one process, with their schedules and no work pool."""

from __future__ import annotations

import asyncio
import importlib
import sys
from pathlib import Path
from typing import Any

import yaml

from flows.environment import prepare

prepare()

from prefect import Flow, serve  # noqa: E402  # the environment must be set before
from prefect.client.orchestration import get_client  # noqa: E402
from prefect.events import DeploymentTriggerTypes  # noqa: E402
from prefect.exceptions import ObjectNotFound  # noqa: E402
from prefect.schedules import Cron  # noqa: E402
from pydantic import TypeAdapter  # noqa: E402

from schemas.errors import PipelineError  # noqa: E402

CONFIG = Path(__file__).resolve().parent.parent / "prefect.yaml"


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


def deployment(entry: dict[str, Any]) -> Any:
    """Make a served deployment of an entry of prefect.yaml. Raises PipelineError where a pool has one of that name."""
    flow = load(entry["entrypoint"])
    name = f"{flow.name}/{entry['name']}"
    pool = asyncio.run(pool_of(name))
    if pool is not None:
        # Serving and deploying one name leaves runs without code: FileNotFoundError …/None.
        raise PipelineError(
            f"{name} is deployed to the work pool {pool}: use its worker, or `prefect deployment delete {name}` first."
        )
    triggers: list[Any] = TypeAdapter(list[DeploymentTriggerTypes]).validate_python(entry.get("triggers", []))
    limit = entry.get("concurrency_limit", {}).get("limit")
    return flow.to_deployment(
        entry["name"],
        schedules=[Cron(one["cron"], timezone=one["timezone"], slug=one["slug"]) for one in entry["schedules"]],
        parameters=entry.get("parameters", {}),
        triggers=triggers,
        description=entry["description"],
        tags=entry["tags"],
        concurrency_limit=limit,
    )


def main() -> None:
    """Serve until Ctrl-C."""
    try:
        entries = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["deployments"]
        serve(*(deployment(entry) for entry in entries))
    except PipelineError as error:
        print(f"serve: {error}", file=sys.stderr)  # noqa: T201  # the one sentence of a failure
        sys.exit(1)


if __name__ == "__main__":
    main()

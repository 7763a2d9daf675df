"""Trains on spot instances: task, launch, follow, ledger. Deployment spot/vicuna."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.environment import prepare

prepare()

from prefect import flow, get_run_logger, task  # noqa: E402  # the environment must be set before
from prefect.artifacts import create_markdown_artifact  # noqa: E402
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.states import Completed  # noqa: E402

from flows.clean import data_root  # noqa: E402
from flows.train import run_markdown  # noqa: E402
from schemas.settings.spot import Spot  # noqa: E402
from schemas.settings.train import Train, make_train  # noqa: E402
from tasks import spot as verb  # noqa: E402
from tasks.training.spot.client import check_task  # noqa: E402
from tasks.training.spot.task import to_yaml  # noqa: E402

DEFAULT = make_train("vicuna-7b", {})


@task(
    name="launch",
    task_run_name="launch: {described[name]}",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=2,
    retry_delay_seconds=30,
)
def launch(described: dict[str, Any]) -> int:
    """The task's job: found by name where it goes on, else launched."""
    number, fresh = verb.launch_or_find(described)
    get_run_logger().info("job %d %s", number, "launched" if fresh else "found: it goes on")
    return number


@task(
    name="follow",
    task_run_name="follow: {name}",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=5,
    retry_delay_seconds=60,
)
def follow(name: str, spot: Spot) -> str:
    """Ask after the job every minute until it has ended."""
    logger = get_run_logger()

    def notify(job: Any, spent: float | None) -> None:
        money = "" if spent is None else f", {spent:,.2f} $ so far"
        logger.info("job %d is %s on %s, %d recoveries%s", job.number, job.status, job.resources, job.recoveries, money)

    return verb.follow(name, spot, notify).status


@flow(name="spot", flow_run_name="spot {train.preset}", persist_result=False)
def spot(data: str | None = None, version: str | None = None, train: Train = DEFAULT, spot: Spot = Spot()) -> Any:  # noqa: B008
    """Train on spot instances; a flow run that was killed finds its job again by name.

    Args:
        data: the data root, a folder or s3://…; SHAREGPT_DATA or ./data where none is given.
        version: a published version, or how its name begins; the current one where none is given.
        train: preset, base model and all that differs from the preset.
        spot: machines, prices, bucket.
    """
    root = data_root(data).resolve()
    described, run = verb.plan_spot(root, spot, train, version)
    check_task(described)
    create_markdown_artifact(f"```yaml\n{to_yaml(described)}```\n", "task", f"SkyPilot task of run {run}")
    launch(described)
    follow(described["name"], spot)
    row = verb.bring_home(root, run, spot.bucket)
    create_markdown_artifact(run_markdown(root / "08_models" / run, row), "training", f"Run {run}")
    return Completed(message=f"run {run}: {row['status']}, {row['attempts']} attempts", data=str(Path(run)))

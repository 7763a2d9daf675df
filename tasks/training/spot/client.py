"""SkyPilot's Python API behind five plain functions; the one file that imports it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from tasks.training.files import TrainingError
from tasks.training.spot.task import HOME

ENDED = {
    "SUCCEEDED",
    "CANCELLED",
    "FAILED",
    "FAILED_SETUP",
    "FAILED_PRECHECKS",
    "FAILED_NO_RESOURCE",
    "FAILED_CONTROLLER",
}


@dataclass(frozen=True)
class Job:
    """What SkyPilot knows of a managed job.

    Args:
        number: its id.
        status: SkyPilot's word, such as RUNNING, RECOVERING, SUCCEEDED.
        seconds: it has run, all machines together.
        recoveries: how often it was moved to another machine.
        resources: what it runs on, as SkyPilot prints it.
        reason: why it failed; empty where it did not.
    """

    number: int
    status: str
    seconds: float
    recoveries: int
    resources: str
    reason: str

    @property
    def ended(self) -> bool:
        """Whether nothing will happen any more."""
        return self.status in ENDED


def sky() -> Any:
    """Return the module. Raise TrainingError where the extra is not installed."""
    os.environ.setdefault("SKYPILOT_DISABLE_USAGE_COLLECTION", "1")
    try:
        import sky as found
    except ImportError as error:
        raise TrainingError(
            "Training on spot instances needs SkyPilot, in an environment of its own (its pins and ours differ): "
            "`make setup-spot`, then .venv-spot/bin/sharegpt train --spot …"
        ) from error
    return found


def check_task(task: dict[str, Any]) -> Any:
    """Return SkyPilot's own task of a dict, without network or cloud. Raise TrainingError for what it refuses.

    SkyPilot lets unknown keys of job_recovery and secrets without a value pass; here they are refused.
    """
    module = sky()
    from sky.utils import schemas

    recovery = schemas.get_resources_schema()["properties"]["job_recovery"]
    known = {name for option in recovery["anyOf"] for name in option.get("properties", {})}
    unknown = set(task["resources"].get("job_recovery", {})) - known
    if unknown:
        raise TrainingError(
            f"SkyPilot would ignore {', '.join(sorted(unknown))} in job_recovery; it knows {sorted(known)}."
        )
    secrets = {name: os.environ.get(name) for name in task.get("secrets", {})}
    lacking = [name for name, value in secrets.items() if not value]
    if lacking:
        raise TrainingError(
            f"Set {', '.join(lacking)} in this shell: the machines need it to fetch the base from the hub."
        )
    try:
        return module.Task.from_yaml_config(task | clone() | ({"secrets": secrets} if secrets else {}))
    except ValueError as error:
        raise TrainingError(f"SkyPilot refuses the task: {error}") from error


def clone() -> dict[str, str]:
    """Return the task's workdir, wherever the command was started: the clone, from which machines are set up."""
    if not (HOME / "Makefile").is_file():
        raise TrainingError(
            "Machines are set up from a clone of the project, and this is an installed package: clone it, "
            "`make setup-spot`, then .venv-spot/bin/sharegpt train --spot …"
        )
    return {"workdir": str(HOME)}


def find_job(name: str) -> Job | None:
    """Return the newest job of a name; None where there is none."""
    module = sky()
    wanted = ["job_id", "job_name", "status", "job_duration", "recovery_count", "cluster_resources", "failure_reason"]
    records = module.stream_and_get(module.jobs.queue_v2(refresh=True, fields=wanted))[0]
    jobs = [_job(record) for record in records if record.get("job_name") == name]
    return max(jobs, key=lambda job: job.number, default=None)


def _job(record: Any) -> Job:
    status = record.get("status")
    return Job(
        number=int(record.get("job_id")),
        status=str(getattr(status, "value", status)),
        seconds=float(record.get("job_duration") or 0.0),
        recoveries=int(record.get("recovery_count") or 0),
        resources=str(record.get("cluster_resources") or ""),
        reason=str(record.get("failure_reason") or ""),
    )


def launch(task: dict[str, Any]) -> int:
    """Launch a managed job and return its id. Raise TrainingError where SkyPilot refuses it."""
    checked = check_task(task)
    module = sky()
    try:
        numbers, _ = module.stream_and_get(module.jobs.launch(checked, name=task["name"]))
    except Exception as error:  # sky.exceptions has some fifty, each with its sentence
        raise TrainingError(f"SkyPilot could not launch the job ({type(error).__name__}): {error}") from error
    return int(numbers[0] if isinstance(numbers, list | tuple) else numbers)


def cancel(number: int) -> None:
    """Cancel a job."""
    module = sky()
    module.get(module.jobs.cancel(job_ids=[number]))

"""Settings of training on spot instances: which machines, which bucket, and how much it may cost."""

from __future__ import annotations

from typing import Literal

from schemas.settings.section import Section, setting


class Spot(Section):
    """Where in the clouds a run is trained, through SkyPilot."""

    bucket: str = setting(
        "",
        "Bucket that outlives the machines, such as gs://mine/vicuna: checkpoints and the model end there.",
        "yours; there is no default",
    )
    infra: str | None = setting(
        None, "SkyPilot's infra, such as gcp, aws/us-east-1 or k8s; null = the cheapest that you have.", "SkyPilot"
    )
    gpus: str = setting(
        "A100-80GB:8", "Accelerators of one machine.", "FastChat train-vicuna.yaml", pattern=r"^[\w.-]+:\d+$"
    )
    use: Literal["prefer", "only", "never"] = setting(
        "prefer",
        "Spot instances: prefer = first, on demand where there are none; only; never.",
        "spot first saves 70 %",
    )
    disk_gb: int = setting(
        1_024,
        "Disk of a machine, in GB: checkpoints lie there before they are uploaded.",
        "train-vicuna.yaml: 1000",
        ge=50,
    )
    restarts: int = setting(
        3, "Restarts after a fault of our own; preemptions do not count.", "a bug must not run for ever", ge=0
    )
    max_hours: float | None = setting(None, "The job is cancelled after so many hours; null = no bound.", "yours", gt=0)
    max_cost: float | None = setting(
        None, "The job is cancelled once its hours cost more, in dollars; needs price; null = no bound.", "yours", gt=0
    )
    price: float | None = setting(None, "Dollars of a machine's hour on spot.", "your cloud's list", ge=0)
    price_on_demand: float | None = setting(None, "Dollars of the same hour on demand.", "your cloud's list", ge=0)
    hours_between: float = setting(
        4.0, "Hours between two preemptions that the plan reckons with.", "an A100 on spot lasts hours, not days", gt=0
    )
    restart_minutes: float = setting(
        10.0, "Minutes until a new machine trains again, with which the plan reckons.", "SkyPilot: 5 - 15", ge=0
    )

"""The SkyPilot task of a run, written by code: spot first, on demand as fallback, checkpoints in a bucket."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from schemas.settings.spot import Spot
from schemas.settings.train import Train, make_train
from tasks.training.files import TrainingError

HOME = Path(__file__).resolve().parents[3]
DATA = "~/sharegpt-data"
MIRROR = "/checkpoints"
PLACES = r'export PATH="$PWD/.venv/bin:$PATH" SHAREGPT_DATA="${SHAREGPT_DATA/#\~/$HOME}"'
"""SkyPilot quotes what envs hold, so that no shell makes a home folder of the ~ that file_mounts need."""
SETUP = (
    'export PATH="$HOME/.local/bin:$PATH"; uv venv --quiet --allow-existing --python ">=3.11,<3.14" ~/python '
    '&& PYTHON=~/python/bin/python; make setup-train PYTHON="${PYTHON:-python3}"'
)
"""Images of clouds have Python 3.10; SkyPilot brings uv to ~/.local/bin, and uv finds or fetches a newer one."""
PREEMPTED = 33
"""Exit code of `sharegpt train` that asks for another start. 137 must never be listed: it is also out of memory."""
SECRETS = ("HF_TOKEN",)
"""Passed on by name where the base comes from the hub; never written out."""


def train_words(settings: Train, version: str) -> list[str]:
    """Return the words of `sharegpt train` that give these settings: the preset, and what differs from it."""
    preset = settings.preset
    words = ["sharegpt", "train", f"--version={version}"]
    words += [f"--preset={preset}"] if preset else []
    words += [f"--base={settings.base}"] if settings.base else []
    plain = make_train(preset, {"base": settings.base}).model_dump(mode="json")
    for name, value in settings.model_dump(mode="json").items():
        if name not in ("preset", "base") and value != plain[name]:
            words.append(f"--set=train.{name}={word(value)}")
    return words


def word(value: Any) -> str:
    """Return a value as --set reads it."""
    if isinstance(value, list):
        return ",".join(str(one) for one in value)
    return "null" if value is None else str(value)


def make_task(spot: Spot, settings: Train, run: str, version: Path) -> dict[str, Any]:
    """Return the task as SkyPilot's YAML has it.

    Args:
        spot: machines and bucket.
        settings: of the run.
        run: its id, which names the job: a killed flow finds it again.
        version: folder of the published version.

    Raises:
        TrainingError: there is no bucket, or the base lies on this machine alone.
    """
    if "://" not in spot.bucket:
        raise TrainingError("Name a bucket that outlives the machines: --set spot.bucket=gs://yours/vicuna.")
    if settings.base and Path(settings.base).expanduser().is_dir():
        raise TrainingError(
            f"The base {settings.base} is a folder of this machine: put it on the hub (private will do) and name it "
            "owner/model@revision, so that every machine trains the same."
        )
    priced = settings.model_copy(update={"price": spot.price, "price_on_demand": spot.price_on_demand})
    hub = settings.base is not None and "/" in settings.base
    return {
        "name": job_name(run),
        "resources": resources(spot),
        "workdir": ".",
        "envs": {"SHAREGPT_DATA": DATA, "SHAREGPT_MIRROR": MIRROR},
        **({"secrets": dict.fromkeys(SECRETS)} if hub else {}),
        "file_mounts": {
            f"{DATA}/07_shards/{version.name}": str(version),
            MIRROR: {"source": spot.bucket.rstrip("/"), "mode": "MOUNT_CACHED"},
        },
        "setup": SETUP,
        # One line, run as it is by the simulator too; exec hands signals and the exit code through.
        "run": f"{PLACES}; exec {shlex.join(train_words(priced, version.name))}",
    }


def job_name(run: str) -> str:
    """Return the name of a run's job."""
    return f"sharegpt-{run}"


def resources(spot: Spot) -> dict[str, Any]:
    """Return what machines the task asks for, and when it is started again."""
    kinds = {"prefer": [True, False], "only": [True], "never": [False]}[spot.use]
    return {
        **({"infra": spot.infra} if spot.infra else {}),
        "accelerators": spot.gpus,
        "disk_size": spot.disk_gb,
        "disk_tier": "best",
        "any_of": [{"use_spot": kind} for kind in kinds],
        "job_recovery": {
            "strategy": "EAGER_NEXT_REGION",
            "max_restarts_on_errors": spot.restarts,
            "recover_on_exit_codes": [PREEMPTED],
        },
    }


def to_yaml(task: dict[str, Any]) -> str:
    """Return the task as YAML, keys in the order of the task."""
    import yaml

    text: str = yaml.safe_dump(task, sort_keys=False, width=1_000)
    return text

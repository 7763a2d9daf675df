"""The real SkyPilot, offline: it takes the task, what it would ignore is refused, its optimiser prefers spot."""

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from schemas.settings.spot import Spot
from schemas.settings.train import Train
from tasks.training.files import TrainingError
from tasks.training.spot.client import check_task
from tasks.training.spot.task import make_task

pytestmark = pytest.mark.spot

VMS = """\
InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,GpuInfo,Region,AvailabilityZone,Price,SpotPrice
,A100-80GB,8,,,,us-central1,us-central1-a,31.4,9.4
a2-ultragpu-8g,,,96,1360,,us-central1,us-central1-a,8.8,2.4
"""
CHOOSE = """
import sys, sky, sky.check, yaml
from sky.clouds import GCP
sky.check.get_cached_enabled_clouds_or_refresh = lambda *a, **k: [GCP()]
task = sky.Task.from_yaml_config(yaml.safe_load(sys.stdin.read()))
with sky.Dag() as dag:
    dag.add(task)
sky.Optimizer.optimize(dag, quiet=True)
print(task.best_resources.use_spot, task.best_resources.instance_type, round(task.best_resources.get_cost(3600), 1))
"""


@pytest.fixture
def task(tmp_path, monkeypatch):
    version = tmp_path / "abc123abc123"
    version.mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    return make_task(
        Spot(bucket="gs://mine/vicuna", infra="gcp"), Train(preset="vicuna-13b", base="a/b"), "0" * 12, version
    )


def test_skypilot_takes_the_task_and_keeps_what_matters(task, monkeypatch):
    """The task parses without network; spot first, exit code 33, the bucket mounted with a cache."""
    monkeypatch.setenv("HF_TOKEN", "a token")
    made = check_task(task)
    assert {one.use_spot for one in made.resources} == {True, False}
    recovery = next(iter(made.resources)).job_recovery
    assert recovery["recover_on_exit_codes"] == [33]
    assert recovery["max_restarts_on_errors"] == 3
    assert made.storage_mounts["/checkpoints"].mode.value == "MOUNT_CACHED"
    assert (Path(made.workdir) / "Makefile").is_file()  # wherever the command was started


def test_all_that_skypilot_needs_is_pinned():
    """requirements-spot.lock is installed without dependencies: what SkyPilot asks for stands in it or in ours."""
    asked = [Requirement(line) for line in importlib.metadata.requires("skypilot")]
    needed = [one for one in asked if one.marker is None or one.marker.evaluate({"extra": ""})]
    wrong = [str(one) for one in needed if not one.specifier.contains(importlib.metadata.version(one.name))]
    assert len(needed) > 30
    assert wrong == []


def test_a_key_that_skypilot_would_ignore_is_refused(task, monkeypatch):
    """A misspelt key of job_recovery is named; SkyPilot itself lets it pass."""
    monkeypatch.setenv("HF_TOKEN", "a token")
    task["resources"]["job_recovery"]["max_restart_on_error"] = 3
    with pytest.raises(TrainingError, match="max_restart_on_error"):
        check_task(task)


def test_a_secret_without_a_value_is_asked_for(task, monkeypatch):
    """HF_TOKEN must be set in the shell that launches."""
    monkeypatch.delenv("HF_TOKEN", raising=False)
    with pytest.raises(TrainingError, match="HF_TOKEN"):
        check_task(task)


def test_the_optimiser_chooses_spot(task, tmp_path):
    """Over a hand-made catalogue of prices the cheaper of the two candidates is the spot machine."""
    catalogue = tmp_path / ".sky" / "catalogs" / "v8"
    for name, text in {
        "gcp/vms.csv": VMS,
        "gcp/images.csv": "Tag,Region,OS,OSVersion,ImageId,CreationDate\n",
        "common/accelerators.csv": "AcceleratorName,Clouds\nA100-80GB,\"['GCP']\"\n",
    }.items():
        (catalogue / name).parent.mkdir(parents=True, exist_ok=True)
        (catalogue / name).write_text(text)
    import yaml

    bare = {"resources": task["resources"], "run": task["run"]}
    env = os.environ | {"HOME": str(tmp_path), "SKYPILOT_DISABLE_USAGE_COLLECTION": "1"}
    done = subprocess.run(
        [sys.executable, "-c", CHOOSE], input=yaml.safe_dump(bare), env=env, capture_output=True, text=True
    )
    assert done.stdout.strip().splitlines()[-1:] == ["True a2-ultragpu-8g 11.8"], done.stdout + done.stderr[-2_000:]

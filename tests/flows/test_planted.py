"""Code that lies in the working folder is not run by what Prefect starts; of the command see cli/test_commands.py."""

import subprocess
import sys

import pytest
import yaml

from flows.environment import DEFAULTS
from tests.support.planted import plant
from tests.support.prefect_shell import HOME, environment


@pytest.mark.parametrize("words", [["-m", "prefect.engine"], ["-m", "prefect.flow_engine"]], ids=" ".join)
def test_prefects_processes_run_no_code_of_the_working_folder(tmp_path, words):
    """With the environment that serve and deploy give, what Prefect starts for a flow run imports what is installed."""
    folder, marks = plant(tmp_path)
    safe = environment(tmp_path) | {"PYTHONSAFEPATH": DEFAULTS["PYTHONSAFEPATH"]}
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env=safe, capture_output=True, text=True, timeout=300, check=False
    )
    assert not marks.exists(), marks.read_text() + done.stderr


def test_every_deployment_gives_its_processes_a_safe_path():
    """prefect.yaml sets it for the workers of the pool; `make serve` hands on its own."""
    entries = yaml.safe_load((HOME / "prefect.yaml").read_text("utf-8"))["deployments"]
    assert {entry["work_pool"]["job_variables"]["env"]["PYTHONSAFEPATH"] for entry in entries} == {"1"}
    assert "python -P -m flows.deployments" in (HOME / "Makefile").read_text("utf-8")

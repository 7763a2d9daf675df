"""Code that lies in the working folder is not run by the command, nor by any process that it or Prefect starts."""

import subprocess
import sys

import pytest
import yaml

from flows.environment import DEFAULTS
from tests.support.prefect_shell import BIN, HOME, environment
from tests.support.small_dumps import write

# Of Python's own, of libraries, and of ours: modules that the command's children import.
PLANTED = (
    "secrets", "struct", "random", "uuid", "signal", "selectors", "pickle", "base64", "json/__init__",
    "concurrent/__init__", "uvicorn/__init__", "psutil/__init__", "pyarrow/__init__", "polars/__init__",
    "duckdb/__init__", "prefect/__init__", "pydantic/__init__", "tasks/__init__", "tasks/guard",
    "tasks/runtime/__init__", "tasks/runtime/guard", "flows/__init__", "schemas/__init__", "sitecustomize",
    "usercustomize",
)  # fmt: skip


@pytest.fixture
def planted(tmp_path):
    """A working folder full of modules that leave a mark when they are imported, and the file of the marks."""
    folder, marks = tmp_path / "work", tmp_path / "marks"
    for name in PLANTED:
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"open({str(marks)!r}, 'a').write('{name} ' + __name__ + chr(10))\n")
    return folder, marks


def run(words, folder, env):
    return subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False)


def test_the_command_runs_no_code_of_the_working_folder(planted, tmp_path, own_prefect):
    """Guard, server and workers of `sharegpt run` import what is installed, whatever lies where it was started."""
    folder, marks = planted
    source = write(tmp_path / "raw.json", range(20))
    words = [BIN / "sharegpt", "run", source, "--data", tmp_path / "data", "--workers", "2"]
    done = run(words, folder, own_prefect)
    assert done.returncode == 0, done.stderr
    assert not marks.exists(), marks.read_text()


@pytest.mark.parametrize("words", [["-m", "prefect.engine"], ["-m", "prefect.flow_engine"]], ids=" ".join)
def test_prefects_processes_run_no_code_of_the_working_folder(planted, tmp_path, words):
    """With the environment that serve and deploy give, what Prefect starts for a flow run imports what is installed."""
    folder, marks = planted
    done = run([sys.executable, *words], folder, environment(tmp_path) | {"PYTHONSAFEPATH": DEFAULTS["PYTHONSAFEPATH"]})
    assert not marks.exists(), marks.read_text() + done.stderr


def test_every_deployment_gives_its_processes_a_safe_path():
    """prefect.yaml sets it for the workers of the pool; `make serve` hands on its own."""
    entries = yaml.safe_load((HOME / "prefect.yaml").read_text("utf-8"))["deployments"]
    assert {entry["work_pool"]["job_variables"]["env"]["PYTHONSAFEPATH"] for entry in entries} == {"1"}
    assert "python -P -m flows.deployments" in (HOME / "Makefile").read_text("utf-8")

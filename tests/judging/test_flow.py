"""The flow judge/vicuna: models asked side by side, then compared; what prefect.yaml gives it is what it takes."""

import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.judging_scene import answers, clean, questions
from tests.support.scripted_endpoint import Scripted

HOME = Path(__file__).resolve().parents[2]
RUN = """
import sys
from flows.judge import judge
url, given, asked, data = sys.argv[1:]
state = judge(models=[f"ours={url}", f"theirs={given}"], judge_url=url, questions=asked, data=data, return_state=True)
print("result", state.result().path)
"""


@pytest.mark.slow
def test_the_flow_asks_judges_and_publishes(tmp_path):
    """A run of the flow ends with the comparison's folder; its report and views are there."""
    with Scripted(lambda call: "8 9" if "[System]" in call.prompt else "an answer") as endpoint:
        words = [endpoint.url, answers(tmp_path, "theirs"), questions(tmp_path), tmp_path / "data"]
        done = subprocess.run(
            [sys.executable, "-c", RUN, *map(str, words)],
            env=clean({"PREFECT_HOME": str(tmp_path / "prefect"), "PYTHONPATH": os.pathsep.join(sys.path)}),
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
    [line] = [line for line in done.stdout.splitlines() if line.startswith("result")] or [done.stderr]
    assert (Path(line.split()[1]) / "judge.html").is_file(), done.stderr
    assert "ours: 3 of 3 answers, 3 asked for now" in done.stderr + done.stdout


def test_the_deployment_gives_parameters_that_the_flow_takes():
    """judge/vicuna has no schedule, since judgements cost money, and its parameters are the flow's."""
    entries = yaml.safe_load((HOME / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    [entry] = [entry for entry in entries if entry["entrypoint"] == "flows/judge.py:judge"]
    assert entry["name"] == "vicuna"
    assert "schedules" not in entry
    from flows.judge import judge

    assert set(entry["parameters"]) <= set(inspect.signature(judge.fn).parameters)


def test_production_data_is_decontaminated_against_the_questions():
    """The deployment that makes training data names the file of questions that models are compared on."""
    entries = yaml.safe_load((HOME / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    [entry] = [entry for entry in entries if entry["entrypoint"] == "flows/clean.py:clean"]
    assert "data/questions/questions.jsonl::text" in entry["parameters"]["decontamination"]["files"]

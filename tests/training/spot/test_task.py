"""The task for SkyPilot: what it asks for, what it refuses, and that its run line gives the very settings again."""

import os
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from flows.cli.train import chosen_settings
from schemas.settings.spot import Spot
from schemas.settings.train import PRESETS, Train
from tasks.training.files import TrainingError
from tasks.training.spot.task import make_task, to_yaml, train_words

VERSION = Path("/data/07_shards/abc123abc123")
SPOT = Spot(bucket="gs://mine/vicuna")


def task(spot=SPOT, **chosen):
    return make_task(
        spot, Train(**{"preset": "vicuna-13b", "base": "huggyllama/llama-13b"} | chosen), "0123456789ab", VERSION
    )


def test_the_documented_task_is_the_rendered_one():
    """docs/how-to/spot.md shows what `--print` writes."""
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "spot.md").read_text()
    shown = page.partition("```yaml\n")[2].partition("```")[0]
    assert shown == to_yaml(task())


def test_spot_comes_first_and_on_demand_is_the_fallback():
    """Prefer lists both, only and never one."""
    kinds = {use: task(Spot(bucket="gs://b", use=use))["resources"]["any_of"] for use in ("prefer", "only", "never")}
    assert kinds["prefer"] == [{"use_spot": True}, {"use_spot": False}]
    assert (kinds["only"], kinds["never"]) == ([{"use_spot": True}], [{"use_spot": False}])


def test_the_run_line_finds_the_shards_where_they_were_mounted(tmp_path):
    """SkyPilot exports envs in quotes: the ~ of the data root becomes the home folder all the same, and words stay."""
    tool = tmp_path / ".venv" / "bin" / "sharegpt"
    tool.parent.mkdir(parents=True)
    tool.write_text('#!/bin/sh\necho "$SHAREGPT_DATA"; for word in "$@"; do echo "$word"; done; exit 33\n')
    tool.chmod(0o755)
    rendered = task(base="a/b c")
    exports = "\n".join(f"export {name}={shlex.quote(value)}" for name, value in rendered["envs"].items())
    home = {"HOME": str(tmp_path / "a b"), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        ["bash", "-c", f"{exports}\n{rendered['run']}"], cwd=tmp_path, env=home, capture_output=True, text=True
    )
    data = next(goal for goal in rendered["file_mounts"] if "07_shards" in goal)
    assert done.stdout.splitlines()[0] == data.replace("~", home["HOME"]).partition("/07_shards")[0]
    assert done.stdout.splitlines()[1:] == ["train", "--version=abc123abc123", "--preset=vicuna-13b", "--base=a/b c"]
    assert done.returncode == 33


def test_a_preempted_exit_is_recovered_and_out_of_memory_is_not():
    """Exit 33 starts again without counting; 137 is never listed."""
    assert task()["resources"]["job_recovery"]["recover_on_exit_codes"] == [33]


def test_what_no_machine_could_use_is_refused(tmp_path):
    """No bucket, and a base that lies on this machine alone, end in a sentence."""
    with pytest.raises(TrainingError, match="outlives the machines"):
        task(Spot())
    with pytest.raises(TrainingError, match="folder of this machine"):
        task(base=str(tmp_path))


def test_a_token_for_the_hub_is_a_secret_and_never_written_out():
    """HF_TOKEN is passed by name where the base comes from the hub, and not asked for where it does not."""
    assert yaml.safe_load(to_yaml(task()))["secrets"] == {"HF_TOKEN": None}
    assert "secrets" not in task(preset="tiny", base="tiny")


CHOSEN = st.fixed_dictionaries(
    {},
    optional={
        "learning_rate": st.floats(1e-7, 1.0),
        "batch": st.integers(1, 4096),
        "unit": st.sampled_from(["sample", "pack"]),
        "max_steps": st.none() | st.integers(1, 10**6),
        "evaluate_steps": st.none() | st.integers(1, 10**6),
        "lora_targets": st.lists(st.sampled_from(["q_proj", "v_proj", "o_proj"]), min_size=1, unique=True).map(tuple),
        "deterministic": st.booleans(),
    },
)


@budget(max_examples=60, deadline=None)
@given(preset=st.none() | st.sampled_from(sorted(PRESETS)), chosen=CHOSEN)
def test_the_run_line_gives_the_very_settings_again(preset, chosen):
    """Whatever the settings, the words that are sent to the machine parse to them."""
    base = "tiny" if preset == "tiny" else "small" if preset == "small" else "me/model@abc"
    made = Train(**({"preset": preset, "base": base} | chosen))
    words = shlex.split(shlex.join(train_words(made, "v")))
    given_back = {word.partition("=")[0]: word.partition("=")[2] for word in words[2:] if not word.startswith("--set")}
    sets = [word.removeprefix("--set=") for word in words if word.startswith("--set=")]
    assert chosen_settings(given_back.get("--preset"), given_back.get("--base"), sets)[0] == made

"""A run from its first step to a published model: memorised answers, resumed and refused runs."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from schemas.settings.train import make_train
from schemas.tables import Shards
from schemas.training import FOLDER
from tasks.train import train
from tasks.training.publish import read_model
from tests.support.window_rows import BYTES
from tests.training.versions import TALKS, publish

pytestmark = pytest.mark.train

QUICK = {
    "longest": None,
    "threads": 1,
    "batch": 4,
    "device_batch": 4,
    "epochs": 12.0,
    "save_steps": 5,
    "evaluate_steps": None,
}


def settings(**chosen):
    return make_train("tiny", QUICK | chosen)


def losses(folder):
    table = pq.read_table(folder / "log").to_pylist()
    return {
        row["step"]: (row["loss"], row["grad_norm"], row["learning_rate"]) for row in table if not row["superseded"]
    }


def weights(folder):
    return (folder / "final" / "model.safetensors").read_bytes()


@pytest.mark.parametrize(
    "tokenizer",
    [pytest.param(BYTES, marks=pytest.mark.core, id="bytes"), pytest.param("mistral-v1", id="32000")],
)
def test_a_tiny_llama_memorises_four_conversations(tmp_path, tokenizer):
    """Every greedy answer equals the training answer token by token and ends in EOS."""
    root = publish(tmp_path / "data", TALKS[:4], "deduplication.validation_share=0", tokenizer=tokenizer)
    done = train(root, settings(epochs=80.0, save_steps=100))
    answers = json.loads((done.folder / "answers.json").read_text())
    assert done.outcome == "finished", done.message
    assert [(one["equal"], one["ended"]) for one in answers] == [(True, True)] * 4
    assert read_model(done.folder)["gate"] == {"split": "train", "samples": 4}
    assert train(root, settings(epochs=80.0, save_steps=7)).outcome == "unchanged"


@pytest.fixture(scope="module")
def unbroken(small_root, tmp_path_factory):
    """A run of 20 steps that nobody disturbed: its folder."""
    root = tmp_path_factory.mktemp("unbroken") / "data"
    shutil.copytree(small_root / Shards.folder, root / Shards.folder)
    return train(root, settings(max_steps=20)).folder


def command(root, *more):
    """Return `sharegpt train` with the settings of the unbroken run."""
    words = [
        f"--set=train.{name}={'null' if value is None else value}"
        for name, value in (QUICK | {"max_steps": 20}).items()
    ]
    return [str(Path(sys.executable).with_name("sharegpt")), "train", "--base=tiny", f"--data={root}", *words, *more]


def planted(folder):
    """Return a working folder whose modules end any process that imports one of them."""
    folder.mkdir(exist_ok=True)
    for name in ("random", "torch", "schemas", "tasks"):
        (folder / f"{name}.py").write_text("import os\nos._exit(9)\n")
    return folder


def stop_at(root, step, number, *more):
    """Start `sharegpt train`, send its process group a signal once a step is in the log, and return its exit code."""
    process = subprocess.Popen(command(root, *more), cwd=planted(root.parent / "work"), start_new_session=True)
    deadline = time.monotonic() + 240
    while process.poll() is None and time.monotonic() < deadline:
        lines = sorted((root / FOLDER).glob("*/attempts/*.jsonl"))
        if lines and f'"step": {step},' in lines[-1].read_text():
            os.killpg(process.pid, number)
            break
        time.sleep(0.02)
    return process.wait(240)


@pytest.mark.core
def test_a_killed_run_goes_on_and_ends_bit_for_bit_as_an_unbroken_one(root, unbroken):
    """SIGKILL after step 13, resumed from step 10: losses, gradient norms, learning rates and weights are equal."""
    assert stop_at(root, 13, signal.SIGKILL) == -signal.SIGKILL
    done = train(root, settings(max_steps=20))
    assert (done.outcome, done.row["attempts"], done.row["preemptions"]) == ("finished", 2, 1)
    assert 1 <= done.row["lost_steps"] <= 5
    assert losses(done.folder) == losses(unbroken)
    assert weights(done.folder) == weights(unbroken)
    attempts = pq.read_table(done.folder / "attempts.parquet").to_pylist()
    assert [(one["outcome"], one["resumed_step"]) for one in attempts] == [("killed", 0), ("finished", 10)]


@pytest.mark.core
def test_sigterm_saves_and_asks_to_be_started_again(root, unbroken, tmp_path):
    """SIGTERM ends with 33 and a whole checkpoint of that very step; a machine with an empty disk goes on from it."""
    assert stop_at(root, 7, signal.SIGTERM, f"--mirror={tmp_path / 'bucket'}") == 33
    assert not list((root / FOLDER).glob("*/final"))
    shutil.rmtree(root / FOLDER)
    done = train(root, settings(max_steps=20), mirror=tmp_path / "bucket")
    attempts = pq.read_table(done.folder / "attempts.parquet").to_pylist()
    assert [one["outcome"] for one in attempts] == ["preempted", "finished"]
    assert attempts[1]["resumed_step"] >= 7
    assert done.row["lost_steps"] == 0
    assert losses(done.folder) == losses(unbroken)
    assert weights(done.folder) == weights(unbroken)


@pytest.mark.core
def test_two_processes_save_stop_and_go_on_as_one_does(root, unbroken):
    """Under torchrun a checkpoint is sealed by all, SIGTERM reaches every process, and the losses are one process's."""
    assert stop_at(root, 7, signal.SIGTERM, "--set=train.devices=2") == 33
    done = train(root, settings(max_steps=20, devices=2))
    assert (done.outcome, done.row["attempts"], done.row["lost_steps"]) == ("finished", 2, 0), done.message
    one, two = losses(unbroken), losses(done.folder)
    assert [two[step][0] for step in two] == pytest.approx([one[step][0] for step in one], rel=1e-2)


def test_a_run_that_ended_before_its_export_is_exported_without_training(root, unbroken):
    """Where the last checkpoint is whole and only final/ is missing, the next start writes it and trains no step."""
    first = train(root, settings(max_steps=20))
    (first.folder / "manifest.json").unlink()
    shutil.rmtree(first.folder / "final")
    done = train(root, settings(max_steps=20))
    assert (done.outcome, done.row["lost_steps"], done.row["last_step"]) == ("finished", 0, 20)
    assert weights(done.folder) == weights(unbroken)

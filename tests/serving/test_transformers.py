"""The real engine: a model that learned four conversations, `transformers serve`, and OpenAI's client."""

import json

import pytest

from flows.chat_demo import main
from schemas.settings.train import make_train
from tests.support.serving_scene import export, prompts, samples
from tests.training.versions import TALKS, publish

pytestmark = pytest.mark.train

QUICK = {"longest": None, "threads": 1, "batch": 4, "device_batch": 4, "epochs": 80.0, "save_steps": 100}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A data root with a tiny model that learned four conversations by heart."""
    from tasks.train import train

    root = tmp_path_factory.mktemp("trained") / "data"
    publish(root, TALKS[:4], "deduplication.validation_share=0", tokenizer="mistral-v1")
    done = train(root, make_train("tiny", QUICK | {"evaluate_steps": None}))
    assert done.outcome == "finished", done.message
    return root


def test_what_was_learned_comes_back_word_for_word(trained, capsys, monkeypatch):
    """From raw conversations to four answers through a real server: equal to the letter, each ended by itself."""
    monkeypatch.delenv("SHAREGPT_SERVE_KEY", raising=False)
    assert main(["--data", str(trained)]) == 0
    assert "4 of 4 answers word for word" in capsys.readouterr().out


def test_shard_template_and_server_agree_on_every_exact_sample(sample_root, tmp_path):
    """Of each round of each exact sample the shard, apply_chat_template and the server have the same ids."""
    from tasks.serve_model import find_models
    from tasks.training.gate import load_tokenizer

    folder = export(sample_root, tmp_path)
    tokenizer, (model,) = load_tokenizer(folder / "final"), find_models(tmp_path, [])
    rows = [row for row in samples(sample_root) if row["exact_messages"]]
    assert len(rows) >= 92
    for row in rows:
        for asked, ids, _ in prompts(row):
            rendered = tokenizer.apply_chat_template(asked, add_generation_prompt=True, return_dict=True)["input_ids"]
            assert list(rendered) == ids == model.writer.ids(asked), row["sample_id"]


def test_the_engine_sees_the_ids_and_gives_ids(trained):
    """The tokenizer written for the engine reads numbers as ids and writes ids as numbers, special ones too."""
    import tempfile
    from pathlib import Path

    from transformers import AutoTokenizer

    from tasks.serve_model import find_models
    from tasks.serving.engines import write_numbers

    (model,) = find_models(trained, [])
    with tempfile.TemporaryDirectory() as folder:
        write_numbers(model, Path(folder))
        assert json.loads((Path(folder) / "generation_config.json").read_text())["eos_token_id"] == [2]
        tokenizer = AutoTokenizer.from_pretrained(folder)
    ids = [1, 0, 2, *model.proof["input_ids"], 31_999]
    assert tokenizer(" ".join(map(str, ids)))["input_ids"] == ids
    assert tokenizer.decode(ids, skip_special_tokens=True).split() == list(map(str, ids))

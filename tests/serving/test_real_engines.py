"""The real engines: a model that learned four conversations, `transformers serve`, llama.cpp, and OpenAI's client."""

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
    assert len(rows) == 91  # of 99: three long conversations in cut windows, one injected, one whose end has no label
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


def test_llama_cpp_says_the_same_word_for_word(trained, capsys, monkeypatch):
    """The weights under llama.cpp's names give the four answers too."""
    pytest.importorskip("xllamacpp", reason="make setup-serve installs it")
    monkeypatch.delenv("SHAREGPT_SERVE_KEY", raising=False)
    assert main(["--data", str(trained), "--engine", "llama.cpp"]) == 0
    assert "4 of 4 answers word for word" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["float32", "bfloat16"])
def test_llama_cpp_has_the_logits_of_transformers(trained, tmp_path, kind):
    """On prompts of the data the fifty likeliest next tokens have transformers' log-probabilities, to 1e-3 in float32.

    Grouped heads and bfloat16 are tried on a model of random weights beside the trained one.
    """
    pytest.importorskip("xllamacpp", reason="make setup-serve installs it")
    import dataclasses

    import httpx
    import torch
    from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM

    from schemas.settings.serve import Serve
    from tasks.serve_model import find_models
    from tasks.serving.process import EngineProcess

    (model,) = find_models(trained, [])
    if kind == "bfloat16":
        torch.manual_seed(1)
        config = LlamaConfig(hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
                             num_key_value_heads=2, vocab_size=model.vocabulary, rope_theta=50_000.0)  # fmt: skip
        LlamaForCausalLM(config).to(torch.bfloat16).save_pretrained(tmp_path / "run" / "final")
        model = dataclasses.replace(model, folder=tmp_path / "run" / "final")
    reference = AutoModelForCausalLM.from_pretrained(model.folder, dtype=torch.float32).eval()
    with EngineProcess(model, Serve(engine="llama.cpp")) as engine, httpx.Client(trust_env=False, timeout=60) as client:
        engine.wait_until_ready()
        for row in samples(trained):
            _, ids, _ = prompts(row)[0]
            body = {"prompt": ids, "n_predict": 1, "n_probs": 50, "temperature": 0, "post_sampling_probs": False}
            found = client.post(f"{engine.url}/completion", json=body).json()["completion_probabilities"][0][
                "top_logprobs"
            ]
            with torch.no_grad():
                theirs = torch.log_softmax(reference(torch.tensor([ids])).logits[0, -1], -1)
            gaps = [abs(one["logprob"] - theirs[one["id"]].item()) for one in found]
            assert len(gaps) == 50
            assert max(gaps) < (1e-3 if kind == "float32" else 2e-2)

"""Trainers read the published shards as they are: datasets, transformers' Trainer, TRL, axolotl's contract, packs."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.counts import Counts
from schemas.settings import Input, Tokens
from schemas.tables import Shards
from tasks.cut_windows import cut_windows
from tasks.store.parts import write_table
from tasks.tokens.packing import pack
from tasks.tokens.shards import publishable
from tests.support.chats import talks
from tests.support.window_rows import BYTES, rows

pytestmark = pytest.mark.slow

VOCABULARY = 1_024
CONTEXT = 256


@pytest.fixture(scope="module")
def shard(tmp_path_factory) -> Path:
    """One shard of small samples over the small vocabulary, as `publish` writes it."""
    table = cut_windows(rows(talks(24)), Tokens(tokenizer=BYTES, template="chatml", context=CONTEXT), Input())
    path = tmp_path_factory.mktemp("shards") / "part-00000.parquet"
    write_table(path, Shards, [(publishable(table), Counts())], "")
    return path


@pytest.fixture
def model():
    """A LLaMA of random weights, small enough for a CPU."""
    torch = pytest.importorskip("torch", reason="make test-slow installs the trainers")
    transformers = pytest.importorskip("transformers", reason="make test-slow installs the trainers")
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=CONTEXT,
        attn_implementation="sdpa",
    )
    return transformers.LlamaForCausalLM(config)


def load(shard: Path):
    datasets = pytest.importorskip("datasets", reason="make test-slow installs the trainers")
    cache = str(shard.parent / "cache")
    return datasets.load_dataset("parquet", data_files={"train": str(shard)}, split="train", cache_dir=cache)


def losses(trainer) -> list[float]:
    trainer.train()
    return [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]


def test_transformers_trainer_learns_from_the_shards(shard, model, tmp_path):
    """Trainer with gradient checkpointing and SDPA takes input_ids, labels and attention_mask; the loss falls."""
    import transformers

    dataset = load(shard).select_columns(["input_ids", "labels", "attention_mask"])
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=BYTES, pad_token="</s>")
    arguments = transformers.TrainingArguments(
        output_dir=str(tmp_path),
        max_steps=12,
        per_device_train_batch_size=4,
        learning_rate=1e-2,
        logging_steps=1,
        gradient_checkpointing=True,
        report_to=[],
        save_strategy="no",
        use_cpu=True,
        seed=1,
    )
    trainer = transformers.Trainer(
        model=model,
        args=arguments,
        train_dataset=dataset,
        data_collator=transformers.DataCollatorForSeq2Seq(tokenizer, label_pad_token_id=-100),
    )
    found = losses(trainer)
    assert np.mean(found[-3:]) < np.mean(found[:3]) - 0.5


@pytest.mark.parametrize("columns", [["input_ids", "labels"], ["messages"]], ids=["ready", "messages"])
def test_trl_learns_from_the_shards(shard, model, columns, tmp_path):
    """SFTTrainer takes ready ids and labels as they are, and messages with a chat template; the loss falls."""
    trl = pytest.importorskip("trl", reason="make test-slow installs the trainers")
    import transformers

    from tasks.tokens.template import built_in

    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=BYTES, eos_token="</s>", pad_token="</s>")
    tokenizer.chat_template = built_in()["chatml"]
    arguments = trl.SFTConfig(
        output_dir=str(tmp_path),
        max_steps=10,
        per_device_train_batch_size=4,
        learning_rate=1e-2,
        logging_steps=1,
        max_length=CONTEXT,
        gradient_checkpointing=True,
        report_to=[],
        save_strategy="no",
        use_cpu=True,
        bf16=False,
        seed=1,
    )
    dataset = load(shard)
    trainer = trl.SFTTrainer(
        model=model, args=arguments, train_dataset=dataset.select_columns(columns), processing_class=tokenizer
    )
    if "labels" in columns:
        batch = trainer.data_collator([trainer.train_dataset[0]])
        assert batch["labels"][0].tolist()[: dataset[0]["n_tokens"]] == dataset[0]["labels"]
    found = losses(trainer)
    assert np.mean(found[-3:]) < np.mean(found[:3]) - 0.5


def test_messages_render_to_the_same_ids(shard):
    """Every exact sample's messages give its input_ids again in transformers, by the same template."""
    transformers = pytest.importorskip("transformers", reason="make test-slow installs the trainers")

    from tasks.tokens.template import built_in

    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=BYTES)
    exact = [row for row in pq.read_table(shard).to_pylist() if row["exact_messages"]]
    assert len(exact) > 10
    for row in exact:
        text = tokenizer.apply_chat_template(row["messages"], chat_template=built_in()["chatml"], tokenize=False)
        # The built-in template leaves BOS to the tokenizer, which adds it here.
        assert tokenizer(text)["input_ids"] == row["input_ids"]


def test_axolotls_pretokenised_contract_holds(shard):
    """Axolotl wants input_ids, attention_mask and labels of one length, within the context (its documentation)."""
    for row in load(shard).select_columns(["input_ids", "attention_mask", "labels"]):
        assert set(row) == {"input_ids", "attention_mask", "labels"}
        assert 0 < len(row["input_ids"]) == len(row["attention_mask"]) == len(row["labels"]) <= CONTEXT
        assert all(label in (-100, number) for label, number in zip(row["labels"], row["input_ids"], strict=True))


def test_packs_train_as_the_samples_do(shard, model, tmp_path):
    """The Dataset of docs/ gives packs whose samples have the logits they have alone, under a block mask."""
    import shutil

    import torch

    from docs.packed_dataset import Packed

    (tmp_path / "train").mkdir()
    shutil.copy(shard, tmp_path / "train")
    samples = pq.read_table(shard, columns=["sample_id", "input_ids", "n_tokens"])
    made = pack(samples["sample_id"].combine_chunks(), samples["n_tokens"].to_numpy(), CONTEXT)
    pq.write_table(made.table, tmp_path / "packs.parquet")
    dataset = Packed(tmp_path)
    assert len(dataset) == made.packs
    assert sum(len(item["input_ids"]) for item in dataset) == sum(samples["n_tokens"].to_pylist())
    item = next(item for item in dataset if (item["position_ids"] == 0).sum() > 1)
    own = torch.cumsum(item["position_ids"] == 0, 0)
    block = (own[:, None] == own[None, :]) & torch.tril(torch.ones(len(own), len(own), dtype=torch.bool))
    mask = torch.zeros(block.shape).masked_fill(~block, torch.finfo(torch.float32).min)[None, None]
    packed, positions = item["input_ids"][None], item["position_ids"][None]
    with torch.no_grad():
        together = model(input_ids=packed, position_ids=positions, attention_mask=mask).logits[0]
        for number in own.unique():
            alone = model(input_ids=packed[:, own == number]).logits[0]
            assert torch.allclose(together[own == number], alone, atol=1e-4)


def test_the_fastchat_export_is_read_by_fastchats_rules(shard, tmp_path):
    """The export is one JSON array of human and gpt in turn, without the samples that text cannot give exactly."""
    from flows.cli.export import Target, write_split

    path = tmp_path / "train.json"
    written, left = write_split([shard], path, Target.FASTCHAT)
    table: pa.Table = pq.read_table(shard)
    assert (written, left) == (sum(table["exact_messages"].to_pylist()), table.num_rows - written)
    for row in json.loads(path.read_text()):
        assert [turn["from"] for turn in row["conversations"]] == ["human", "gpt"] * (len(row["conversations"]) // 2)

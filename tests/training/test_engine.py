"""What is proven before the first step, and how a run is refused, stopped or exported."""

import json
import shutil

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.errors import PipelineError
from schemas.settings.train import Train
from tasks.store.versions import latest
from tasks.train import train
from tasks.training import gate, model, probe
from tasks.training.base import find_base, hashes
from tasks.training.collate import Collate
from tasks.training.files import TrainingError
from tasks.training.publish import read_model
from tasks.training.samples import Items, Sample, Split, copy_split
from tasks.training.shapes import config_of
from tests.support.window_rows import BYTES
from tests.training.versions import TALKS, publish

pytestmark = pytest.mark.train

QUICK = {
    "base": "tiny",
    "longest": None,
    "threads": 1,
    "batch": 4,
    "device_batch": 4,
    "epochs": 3.0,
    "save_steps": 50,
    "evaluate_steps": None,
}
IDS = {"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1}


def tiny(attention="sdpa"):
    return model.build_model(config_of("tiny", 300, 256, IDS), None, attention, 3)


def samples(*lengths):
    chance = np.random.default_rng(4)
    made = [chance.integers(2, 300, length).astype(np.int32) for length in lengths]
    return [Sample(ids, np.where(np.arange(len(ids)) == 0, -100, ids).astype(np.int32)) for ids in made]


@pytest.fixture(scope="module")
def finished(small_root, tmp_path_factory):
    """A finished run: data root and result."""
    root = tmp_path_factory.mktemp("finished") / "data"
    shutil.copytree(small_root, root, ignore=shutil.ignore_patterns("0[1-6]*", ".spool"))
    return root, train(root, Train(**QUICK))


@pytest.mark.core
@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_packed_samples_have_the_logits_they_have_alone(attention):
    """One row of three samples: the difference is rounding."""
    assert probe.check_packing(tiny(attention), samples(20, 33, 7), 1, "fp32") < 1e-5


@pytest.mark.core
def test_lost_packing_is_refused_before_the_first_step():
    """With a cache transformers lets samples see their neighbours without a word: the probe says so."""
    contaminated = tiny()
    contaminated.config.use_cache = True
    with pytest.raises(TrainingError, match="see their neighbours"):
        probe.check_packing(contaminated, samples(20, 33, 7), 1, "fp32")


def test_several_rows_and_padding_stay_apart_too():
    """In a batch of rows of unlike lengths every sample's loss is what it is alone."""
    import torch

    llama, items = tiny(), [[one] for one in samples(30, 12, 25, 40, 9)]
    batch = Collate(64, 1)(items)
    assert batch["input_ids"].shape[0] > 1
    assert int(batch.pop("n_tokens")) == 116
    with torch.no_grad():
        together = llama(**batch).loss
        alone = [
            (llama(**{k: v for k, v in Collate(64, 1)([item]).items() if k != "n_tokens"}).loss, len(item[0].ids) - 1)
            for item in items
        ]
    assert float(together) == pytest.approx(
        float(sum(loss * n for loss, n in alone) / sum(n for _, n in alone)), abs=1e-5
    )


def test_how_a_step_is_shared_changes_no_loss(small_root, tmp_path):
    """Four samples at once, two and two, or one by one: the same losses to the fifth decimal."""
    found = []
    for device_batch in (4, 2, 1):
        root = tmp_path / str(device_batch)
        shutil.copytree(small_root / "07_shards", root / "07_shards")
        done = train(root, Train(**(QUICK | {"device_batch": device_batch, "epochs": 1.0})))
        found.append([row["loss"] for row in pq.read_table(done.folder / "log").to_pylist()])
    assert found[1] == pytest.approx(found[0], abs=2e-5)
    assert found[2] == pytest.approx(found[0], abs=2e-5)


def test_packs_as_units_see_every_sample(root):
    """With train.unit=pack an epoch has the tokens of the whole split, in rows of packs.parquet."""
    done = train(root, Train(**(QUICK | {"unit": "pack", "batch": 1, "epochs": 1.0})))
    version = done.row["version"]
    whole = sum(
        pq.read_table(path)["n_tokens"].to_numpy().sum() for path in (root / "07_shards" / version).glob("train/*")
    )
    assert (done.outcome, done.row["tokens"]) == ("finished", whole)


def test_the_gate_refuses_the_first_sample_that_would_be_rendered_otherwise(finished, tmp_path):
    """A template without BOS, and one with another separator, are refused with sample and token."""
    _, done = finished
    version = done.folder.parents[1] / "07_shards" / done.row["version"]
    rows = [row for path in version.glob("train/*.parquet") for row in pq.read_table(path).to_pylist()]
    assert gate.check_samples(done.folder / "final", rows) == len(rows)
    folder = tmp_path / "final"
    shutil.copytree(done.folder / "final", folder)
    template = (folder / "chat_template.jinja").read_text()
    for old, new, what in (("{{ bos_token }}", "", "ids from token 0"), ("ASSISTANT:", "BOT:", "ids from token")):
        (folder / "chat_template.jinja").write_text(template.replace(old, new))
        with pytest.raises(TrainingError, match=what.replace("ids from", "has other ids from")):
            gate.check_samples(folder, rows)
    marks = template.replace("{% generation %}", "").replace("{% endgeneration %}", "")
    (folder / "chat_template.jinja").write_text(marks)
    with pytest.raises(TrainingError, match="other labels from token"):
        gate.check_samples(folder, rows)
    with pytest.raises(TrainingError, match="nothing proves"):
        gate.check_samples(done.folder / "final", [])


def test_the_final_folder_is_ready_to_be_served(finished):
    """Cache on, stop tokens and sampling set, template with BOS, cards, manifest with every file's hash."""
    _, done = finished
    final = done.folder / "final"
    config, generation = (json.loads((final / name).read_text()) for name in ("config.json", "generation_config.json"))
    assert (config["use_cache"], generation["use_cache"], generation["temperature"]) == (True, True, 0.7)
    assert generation["eos_token_id"] == [config["eos_token_id"]]
    assert (final / "chat_template.jinja").read_text().startswith("{{ bos_token }}")
    assert "non-commercial" in (final / "README.md").read_text()
    assert (final / "DATA_CARD.md").is_file()
    names = {entry["name"] for entry in read_model(done.folder)["files"]}
    assert names == {path.relative_to(done.folder).as_posix() for path in final.rglob("*") if path.is_file()}
    serving = json.loads((final / "serving.json").read_text())
    made = gate.load_tokenizer(final).apply_chat_template(
        serving["prompt"]["messages"], add_generation_prompt=True, return_dict=True
    )["input_ids"]
    assert made == serving["prompt"]["input_ids"]
    assert (done.folder / "report.html").read_text().count("<svg") >= 2


def test_a_finished_model_is_a_base_for_low_rank_additions(finished):
    """method=lora on a finished run: adapter and merged weights, a run of its own, hashes kept beside the base."""
    root, done = finished
    base = str(done.folder / "final")
    lora = train(root, Train(**(QUICK | {"base": base, "method": "lora", "learning_rate": 0.01, "epochs": 1.0})))
    assert lora.outcome == "finished", lora.message
    assert (lora.folder / "final" / "adapter" / "adapter_model.safetensors").is_file()
    assert lora.run != done.run
    weights = [(one.folder / "final" / "model.safetensors").stat().st_size for one in (done, lora)]
    assert weights[1] == pytest.approx(weights[0], rel=0.01)
    assert (done.folder / "final" / ".sharegpt-hashes.json").is_file()
    (done.folder / "final" / ".sharegpt-hashes.json").unlink()


def test_a_base_that_does_not_fit_the_shards_is_refused(finished, tmp_path):
    """Another vocabulary, other pieces under the same ids, and too short a context each have their sentence."""
    root, done = finished
    folder = tmp_path / "base"

    def refused(change, sentence):
        shutil.copytree(done.folder / "final", folder)
        change(folder)
        with pytest.raises(TrainingError, match=sentence):
            train(root, Train(**(QUICK | {"base": str(folder)})))
        shutil.rmtree(folder)

    def edit(name, **changed):
        return lambda at: (at / name).write_text(json.dumps(json.loads((at / name).read_text()) | changed))

    def swap(at):
        config = json.loads((at / "tokenizer.json").read_text())
        vocab = config["model"]["vocab"]
        first, second = list(vocab)[100:102]
        vocab[first], vocab[second] = vocab[second], vocab[first]
        (at / "tokenizer.json").write_text(json.dumps(config))

    refused(swap, "another tokenizer than the shards")
    refused(edit("config.json", vocab_size=32_001), "32,001 embeddings")
    refused(edit("config.json", max_position_embeddings=128), "made for 128 positions")
    refused(lambda at: (at / "model.safetensors").unlink(), "holds no")


def test_what_cannot_be_trained_is_refused_in_one_sentence(root):
    """No base, no such base, no version, shards cut for too long a context, or with other bytes than were written."""
    for chosen, version, sentence in (
        ({"base": None}, None, "Name what is trained"),
        ({"base": "./nowhere"}, None, "no folder and no hub id"),
        ({}, "nosuch", "No whole version begins with 'nosuch'"),
        ({"context": 128}, None, "was cut for 256 tokens"),
    ):
        with pytest.raises(PipelineError, match=sentence):
            train(root, Train(**(QUICK | chosen)), version)
    path = next((root / "07_shards").glob("*/train/*.parquet"))
    path.write_bytes(path.read_bytes()[:-40] + bytes(32) + path.read_bytes()[-8:])
    with pytest.raises(TrainingError, match=f"lists \\(train/{path.name} has other bytes\\)"):
        train(root, Train(**QUICK))


@pytest.mark.parametrize("name", ["loss", "grad_norm", "eval_loss"])
def test_the_first_number_that_is_none_ends_the_run(tmp_path, name):
    """A loss or gradient of NaN raises before its checkpoint could be written; the line of the log is not written."""
    from types import SimpleNamespace

    from tasks.training.callbacks import StepLog
    from tasks.training.trainer import Counted

    log = StepLog(tmp_path / "log.jsonl", Counted(0, 0), 1.0, None, 10.0)
    state = SimpleNamespace(global_step=7, is_world_process_zero=True)
    with pytest.raises(TrainingError, match=f"{name} is nan at step 7: training has diverged"):
        log.on_log(None, state, None, {"loss": 1.0, name: float("nan")})
    assert not (tmp_path / "log.jsonl").exists()


def test_a_base_of_nan_is_refused(finished, tmp_path):
    """Weights that are no numbers fail the probe: exit 1, one sentence, nothing published."""
    from safetensors.torch import load_file, save_file

    root, done = finished
    folder = tmp_path / "base"
    shutil.copytree(done.folder / "final", folder)
    weights = load_file(folder / "model.safetensors")
    weights["model.norm.weight"][0] = float("nan")
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    failed = train(root, Train(**(QUICK | {"base": str(folder)})))
    assert (failed.outcome, failed.code) == ("failed", 1)
    assert "are no numbers" in failed.message
    assert not (failed.folder / "final").exists()


def test_shards_that_would_teach_a_neighbour_are_refused(small_root, tmp_path):
    """A label on a first token or that is not its token, an id out of the vocabulary: the sample is named."""
    path = next((small_root / "07_shards").glob("*/train/*.parquet"))
    table = pq.read_table(path)

    def refused(sentence, change):
        rows = table.to_pylist()
        change(rows[2])
        folder = tmp_path / sentence[:8] / "train"
        folder.mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), folder / "part.parquet")
        with pytest.raises(TrainingError, match=sentence) as error:
            copy_split(folder.parent, "train", tmp_path / "out.arrow", 1_024)
        assert rows[2]["sample_id"] in str(error.value)
        assert not (tmp_path / "out.arrow").exists()

    refused("crosses samples", lambda row: row["labels"].__setitem__(0, row["input_ids"][0]))
    refused("is not its token", lambda row: row["labels"].__setitem__(-1, 5))
    refused("outside the vocabulary", lambda row: row["input_ids"].__setitem__(3, 5_000))


def test_the_order_shows_every_sample_once_an_epoch(small_root, tmp_path):
    """Three epochs of items: each holds every sample once, in orders of their own, the same for the same seed."""
    version = small_root / "07_shards" / latest(small_root)
    copy_split(version, "train", tmp_path / "train.arrow", 1_024)
    split = Split(tmp_path / "train.arrow")
    items = Items(split, None, 9, 3 * len(split))
    epochs = [[items.members(n)[0] for n in range(e * len(split), (e + 1) * len(split))] for e in range(3)]
    assert all(sorted(epoch) == list(range(len(split))) for epoch in epochs)
    assert epochs[0] != epochs[1]
    assert Items(split, None, 9, len(split)).members(2) == items.members(2)


def test_a_base_is_known_by_its_bytes(tmp_path):
    """Hashes are kept beside the weights; another byte is another base, another README is not."""
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / "config.json").write_text('{"vocab_size": 10, "model_type": "llama"}')
    (folder / "model.safetensors").write_bytes(b"weights")
    (folder / "README.md").write_text("---\nlicense: llama2\n---\n")
    first = find_base(str(folder), 10, 64, IDS)
    assert first.licence == "llama2"
    (folder / "README.md").write_text("other words")
    assert hashes(folder) == first.identity["files"]
    (folder / "model.safetensors").write_bytes(b"weighty")
    assert hashes(folder) != first.identity["files"]


@pytest.mark.parametrize(("name", "parameters"), [("7b", 6_738_415_616), ("13b", 13_015_864_320)])
def test_llamas_are_built_with_the_right_number_of_parameters(name, parameters):
    """Transformers builds the 7B and 13B on the meta device from our config, with as many parameters as we reckon."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    config = config_of(name, 32_000, 2_048, IDS)
    with torch.device("meta"):
        made = AutoModelForCausalLM.from_config(
            AutoConfig.for_model("llama", **{key: value for key, value in config.items() if key != "model_type"})
        )
    assert sum(one.numel() for one in made.parameters()) == parameters


def test_chatml_ends_answers_with_its_own_token(tmp_path):
    """Under ChatML the model stops at <|im_end|>, which the samples teach, as well as at EOS."""
    root = publish(tmp_path / "data", TALKS, "tokens.template=chatml", tokenizer=BYTES)
    done = train(root, Train(**(QUICK | {"epochs": 1.0})))
    generation = json.loads((done.folder / "final" / "generation_config.json").read_text())
    pieces = {
        token["content"]: token["id"]
        for token in json.loads((done.folder / "final" / "tokenizer.json").read_text())["added_tokens"]
    }
    assert set(generation["eos_token_id"]) == {pieces["<|im_end|>"], pieces["</s>"]}


def test_long_samples_can_be_left_out_and_are_counted(root):
    """train.longest trains on the short samples alone, and says how many; a version is known by how it begins."""
    version = root / "07_shards" / latest(root)
    lengths = [n for path in version.glob("train/*.parquet") for n in pq.read_table(path)["n_tokens"].to_pylist()]
    middle = sorted(lengths)[len(lengths) // 2]
    short = [length for length in lengths if length <= middle]
    lines = []
    done = train(root, Train(**(QUICK | {"longest": middle, "epochs": 1.0})), latest(root)[:5], notify=lines.append)
    assert 0 < len(short) < len(lengths)
    assert done.row["tokens"] == sum(short)
    assert f"{len(lengths) - len(short)} samples of more than" in lines[0]["notes"][0]

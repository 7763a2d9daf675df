"""Recipes and arithmetic: the presets are the published numbers, and steps, memory and FLOP follow from them."""

import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.settings.train import PRESETS, Train
from tasks.tokens.sp_model import to_config
from tasks.tokens.tokenizer import find_vocabulary
from tasks.training.base import Base, check_base, pieces_of
from tasks.training.files import TrainingError
from tasks.training.plan import make_plan, memory_needed
from tasks.training.shapes import config_of, shape_of


def llama(name):
    return shape_of(config_of(name, 32_000, 2_048, {}))


@pytest.mark.parametrize(
    ("preset", "context", "device_batch"), [("vicuna-7b", 2_048, 2), ("vicuna-13b", 2_048, 4), ("alpaca", 512, 4)]
)
def test_a_preset_is_the_published_recipe(preset, context, device_batch):
    """3 epochs, 2e-5, cosine, 0.03, no weight decay, 128 samples, bf16, clip 1: FastChat's README and scripts."""
    made = Train(preset=preset).model_dump()
    published = {
        "epochs": 3.0, "learning_rate": 2e-5, "schedule": "cosine", "warmup": 0.03, "weight_decay": 0.0, "clip": 1.0,
        "batch": 128, "unit": "sample", "context": context, "device_batch": device_batch, "precision": "bf16",
        "recompute": True, "method": "full",
    }  # fmt: skip
    assert {name: made[name] for name in published} == published


def test_low_rank_defaults_are_fastchats():
    """train_lora.py: rank 8, alpha 16, dropout 0.05 on q_proj and v_proj."""
    made = Train(method="lora", base="a/b")
    assert (made.lora_rank, made.lora_alpha, made.lora_dropout) == (8, 16, 0.05)
    assert made.lora_targets == ("q_proj", "v_proj")


@pytest.mark.parametrize(("devices", "preset", "share"), [(4, "vicuna-7b", (2, 16)), (8, "vicuna-13b", (4, 4))])
def test_the_batch_is_shared_as_the_scripts_share_it(devices, preset, share):
    """4 GPUs x 2 x 16 and 8 GPUs x 4 x 4 are 128 samples."""
    plan = make_plan(Train(preset=preset).model_dump(), 70_000, devices)
    assert (plan.device_batch, plan.accumulation) == share


@budget(max_examples=200, deadline=None)
@given(st.integers(1, 512), st.integers(1, 16), st.integers(1, 64), st.integers(1, 9_999), st.floats(0.1, 9))
def test_a_step_is_the_whole_batch_on_any_number_of_devices(batch, devices, device_batch, each, epochs):
    """Devices x device_batch x accumulation is the batch, or the plan is refused; all items are seen."""
    settings = Train(batch=batch, device_batch=device_batch, epochs=epochs).model_dump()
    if batch % devices:
        with pytest.raises(TrainingError, match="cannot be shared"):
            make_plan(settings, each, devices)
        return
    plan = make_plan(settings, each, devices)
    assert plan.devices * plan.device_batch * plan.accumulation == batch
    assert plan.device_batch <= device_batch
    assert (plan.steps - 1) * batch < plan.items <= plan.steps * batch
    assert plan.items == max(1, round(epochs * each))


def test_sizes_are_llamas():
    """Parameters of the 7B and the 13B, FLOP of a token at 2,048, and 16 bytes a parameter over eight GPUs."""
    assert (llama("7b").parameters, llama("13b").parameters) == (6_738_415_616, 13_015_864_320)
    assert llama("7b").flops(2_048) == pytest.approx(4.13e10, rel=0.002)
    assert llama("13b").flops(2_048) == pytest.approx(7.96e10, rel=0.002)
    assert llama("7b").state_bytes(8) / 1e9 == pytest.approx(13.5, abs=0.05)
    assert llama("13b").state_bytes(8) / 1e9 == pytest.approx(26.0, abs=0.05)
    assert llama("small").parameters == pytest.approx(134e6, rel=0.01)


def test_a_13b_fits_on_eight_gpus_and_not_on_one():
    """By the arithmetic: 32 GB a GPU over eight, 214 GB on one."""
    settings = Train(preset="vicuna-13b").model_dump()
    on = {devices: memory_needed(llama("13b"), make_plan(settings, 70_000, devices), 2_048) for devices in (1, 8)}
    assert on[8]["together"] < 40 < 80 < on[1]["together"]


@pytest.mark.parametrize(
    ("given_", "sentence"),
    [
        ({"preset": "vicuna-70b"}, "there is no preset vicuna-70b"),
        ({"learning_rate": -1}, "greater than 0"),
        ({"epoch": 3}, "Extra inputs"),
        ({"base": "tiny", "method": "lora"}, "teach nothing"),
    ],
)
def test_settings_that_cannot_be_are_refused(given_, sentence):
    """Unknown presets and fields, numbers out of bounds and useless pairs are refused before anything runs."""
    with pytest.raises(ValidationError, match=sentence):
        Train(**given_)


def test_a_preset_fills_only_what_is_not_given():
    """A chosen field wins over the preset's; settings written out and read again are the same."""
    made = Train(preset="tiny", epochs=2.0)
    assert (made.epochs, made.learning_rate) == (2.0, PRESETS["tiny"]["learning_rate"])
    assert Train(**made.model_dump()) == made


def test_a_base_is_compared_by_its_sentencepiece_file_where_it_has_no_other(tmp_path):
    """Of the first LLaMAs there is tokenizer.model alone: other pieces are refused, and so is a base without any."""
    base = Base("llama", tmp_path, {}, {"vocab_size": 32_000, "max_position_embeddings": 2_048})
    model = find_vocabulary("mistral-v1").read_bytes()
    pieces = pieces_of(to_config(model))
    with pytest.raises(TrainingError, match=r"holds neither tokenizer\.json nor tokenizer\.model"):
        check_base(base, pieces, 2_048)
    (tmp_path / "tokenizer.model").write_bytes(model)
    check_base(base, pieces, 2_048)
    first, second = list(pieces)[1_000:1_002]
    swapped = pieces | {first: pieces[second], second: pieces[first]}
    with pytest.raises(TrainingError, match="has another tokenizer than the shards"):
        check_base(base, swapped, 2_048)
    (tmp_path / "tokenizer.model").write_bytes(model[:-3])
    with pytest.raises(TrainingError, match="holds no vocabulary that can be read"):
        check_base(base, pieces, 2_048)

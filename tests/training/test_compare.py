"""Which data is better: two versions, equal budgets, and a verdict on conversations that neither has seen."""

import json
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from schemas.settings.train import Train
from tasks import compare_training
from tasks.compare_training import compare, verdict
from tasks.store.versions import latest
from tasks.train import Trained
from tasks.training.files import TrainingError
from tasks.training.held_out import find_held_out
from tasks.training.intervals import Interval, difference_interval, loss_interval
from tasks.training.near import near_any, shingles
from tests.support.pipeline import run
from tests.support.window_rows import BYTES
from tests.training.versions import SETS

NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
COLOURS = ("red", "blue", "green", "black", "white", "brown")


def write(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps(
            [
                {"id": name, "conversations": [{"from": "human", "value": ask}, {"from": "gpt", "value": answer}]}
                for name, ask, answer in rows
            ]
        )
    )


@pytest.fixture(scope="module")
def two_versions(tmp_path_factory):
    """A data root with a version of 60 regular conversations, and one with 180 nonsensical ones added."""
    folder = tmp_path_factory.mktemp("compare")
    chance = random.Random(2)
    things = [(a, b) for a in NUMBERS for b in COLOURS]
    write(
        folder / "raw" / "a_good.json",
        [
            (f"g{n}", f"Paint {a} boxes {b}, please.", f"Here are {a} boxes, and all {a} of them are {b} now.")
            for n, (a, b) in enumerate(things)
        ],
    )
    words = [*NUMBERS, *COLOURS, "boxes", "please", "now", "here", "all", "paint"]
    noise = [
        (f"n{n}", f"Paint {' '.join(chance.sample(words, 3))}.", " ".join(chance.sample(words, 12)).capitalize() + ".")
        for n in range(180)
    ]
    sets = (*SETS, f"tokens.tokenizer={BYTES}", "deduplication.validation_share=0.2", "deduplication.threshold=1.0")
    names = []
    for extra in (None, noise):
        if extra:
            write(folder / "raw" / "b_noise.json", extra)
        run(folder / "raw", folder / "data", *sets)
        names.append(latest(folder / "data"))
    return folder / "data", tuple(names)


QUICK = {
    "base": "tiny",
    "longest": None,
    "threads": 1,
    "batch": 8,
    "device_batch": 8,
    "evaluate_steps": None,
    "save_steps": 500,
    "near": 0.99,
}


@pytest.mark.train
def test_data_without_nonsense_is_found_to_be_better(two_versions):
    """At equal tokens and seeds, the version with noise gives the higher loss on what is validation in both."""
    root, names = two_versions
    result = compare(root, names, Train(**QUICK, epochs=6.0, seeds=2))
    assert result["verdict"] == f"{names[0]} is the better training data"
    seen = [tokens for found in result["tokens_seen"].values() for tokens in found]
    assert max(seen) <= result["budget_tokens"]
    assert min(seen) > 0.95 * result["budget_tokens"]
    assert set(result["sets"]) == {"both", *names}
    assert "95 % interval" in (root / "08_models" / "comparisons").glob("*/comparison.html").__next__().read_text()


def test_what_was_trained_on_is_never_held_out(two_versions):
    """The shared set is validation in both; a conversation near a training sample is left out and counted."""
    root, names = two_versions
    versions = {name: root / "07_shards" / name for name in names}
    wide, strict = (find_held_out(versions, threshold) for threshold in (0.99, 0.6))
    rows = [row for row in wide.table.to_pylist() if row["set"] == "both"]
    assert len({row["row_id"] for row in rows}) == wide.shared
    assert all(row["row_id"].startswith("a_good") for row in rows)
    assert strict.shared + strict.near == wide.shared + wide.near
    assert strict.near > wide.near


def test_versions_without_a_common_unit_are_refused(two_versions, tmp_path_factory):
    """Another context, or the same version twice, cannot be compared."""
    root, names = two_versions
    settings = ("tokens.template=vicuna_v1.1", "tokens.context=224", "language.keep=all", f"tokens.tokenizer={BYTES}")
    run(root.parent / "raw", root, *settings)
    with pytest.raises(TrainingError, match="cut for 256 and 224 tokens"):
        compare(root, (names[0], latest(root)), Train(**QUICK))
    with pytest.raises(TrainingError, match="two different versions"):
        compare(root, (names[0], names[0][:6]), Train(**QUICK))


def test_a_comparison_that_is_stopped_asks_for_another_start(two_versions, tmp_path, monkeypatch):
    """A run that ends with 33, a whole checkpoint, ends the comparison with the same code and no fault."""
    root, names = two_versions
    stopped = Trained("0123456789ab", tmp_path, "preempted", {"last_step": 1_200})
    monkeypatch.setattr(compare_training, "train", lambda *_, **__: stopped)
    with pytest.raises(compare_training.StoppedError, match="stopped at step 1,200; the same command") as error:
        compare(root, names, Train(**QUICK))
    assert error.value.code == 33


@budget(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(0, 30), min_size=1, max_size=40), min_size=1, max_size=8), st.floats(0.1, 1.0))
def test_nearness_is_the_jaccard_index(samples, threshold):
    """What is found by sorted hashes is what sets say, for every pair."""
    arrays = [np.array(sample) for sample in samples]
    held, train = arrays[:1], arrays[1:]
    sets = [set(shingles(array).tolist()) for array in arrays]
    expected = any(len(sets[0] & other) >= threshold * len(sets[0] | other) for other in sets[1:])
    assert near_any(held, train, threshold) == [expected]


def test_intervals_hold_the_value_and_see_a_clear_difference():
    """A constant gap has an interval that excludes zero; none does not."""
    chance = np.random.default_rng(1)
    tokens = chance.integers(5, 50, 80).astype(float)
    losses = chance.normal(2, 0.3, (3, 80)) * tokens
    found = loss_interval(losses, tokens, 5)
    assert found.low < found.value < found.high
    assert difference_interval(losses + 0.1 * tokens, losses, tokens, 5).low > 0.09
    noise = chance.normal(0, 0.3, (3, 80)) * tokens
    around = difference_interval(losses + noise - noise.mean(), losses, tokens, 5)
    assert around.low < 0 < around.high


def test_the_verdict_follows_the_interval():
    """Below zero the first is better, above the second, around zero nobody knows."""
    names = ("a", "b")
    assert verdict(names, Interval(-2, -1, -0.1)) == "a is the better training data"
    assert verdict(names, Interval(0.1, 1, 2)) == "b is the better training data"
    assert verdict(names, Interval(-1, 0.1, 1)) == "no difference shows at this size"

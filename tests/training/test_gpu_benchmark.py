"""benchmarks/gpu_training.py as far as a CPU can run it: its batches, and its kill and resume."""

import itertools

import pytest

pytestmark = [pytest.mark.train, pytest.mark.slow]


def test_batches_hold_what_they_say(tmp_path):
    """Padded rows hold one sample each; packed ones hold several, without more positions."""
    from benchmarks.gpu_training import batches, generate
    from tasks.training.samples import Split

    generate(tmp_path / "samples.arrow", 60)
    split = Split(tmp_path / "samples.arrow")
    padded, packed = (list(itertools.islice(batches(split, way, 4), 3)) for way in ("padded", "packed"))
    assert all(batch["input_ids"].shape == (4, 2_048) for batch in padded)
    share = [
        sum(int(b["n_tokens"]) for b in found) / sum(b["input_ids"].numel() for b in found)
        for found in (padded, packed)
    ]
    assert share[1] > 0.8 > share[0]


def test_kill_and_resume_of_the_benchmark(tmp_path):
    """SIGKILL and SIGTERM end with equal losses, 33 after SIGTERM."""
    from benchmarks.gpu_training import generate, resume

    generate(tmp_path / "samples.arrow", 60)
    found = resume(tmp_path / "samples.arrow", "tiny", steps=12, batch=1)
    assert found["exit_codes"] == {"undisturbed": [0], "SIGKILL": [-9, 0], "SIGTERM": [33, 0]}
    assert found["equal_losses"] == {"SIGKILL": True, "SIGTERM": True}

"""Checkpoints: only what its list proves is loaded, whatever a kill, a lost upload or a rotation left behind."""

import hashlib
import multiprocessing
import os
import random
import shutil
import signal
import time

import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from tasks.training import checkpoints
from tasks.training.files import TrainingError

RUN = "0123456789ab"
NAMES = ("model.safetensors", "optimizer.pt", "scheduler.pt", "rng_state.pth", "trainer_state.json")


def content(step: int, name: str, size: int = 2_000) -> bytes:
    """Return bytes that only this step's file has."""
    return hashlib.shake_128(f"{step}/{name}".encode()).digest(size)


def write(home, step, size=2_000, run=RUN, seal=True):
    folder = home / f"checkpoint-{step}"
    folder.mkdir(parents=True)
    for name in NAMES:
        with (folder / name).open("wb") as handle:
            for start in range(0, size, 1_000):
                handle.write(content(step, name, size)[start : start + 1_000])
                handle.flush()
    if seal:
        checkpoints.seal(folder, {"run": run, "step": step, "tokens": step * 10})
    return folder


def loaded_right(found, size=2_000):
    return all((found.path / name).read_bytes() == content(found.step, name, size) for name in NAMES)


def test_the_newest_whole_one_is_taken(tmp_path):
    """Of several whole checkpoints the highest step counts, by number and not by name."""
    for step in (5, 10, 100):
        write(tmp_path, step)
    found, faults = checkpoints.newest_whole(tmp_path, RUN)
    assert (found.step, found.facts["tokens"], faults) == (100, 1_000, [])


DAMAGES = {
    "no list": lambda folder: (folder / "complete.json").unlink(),
    "a torn list": lambda folder: (folder / "complete.json").write_text('{"run": "01'),
    "no optimiser": lambda folder: (folder / "optimizer.pt").unlink(),
    "a cut file": lambda folder: os.truncate(folder / "optimizer.pt", 100),
    "a flipped byte": lambda folder: (folder / "model.safetensors").write_bytes(bytes(2_000)),
    "another step's list": lambda folder: shutil.copy(folder.parent / "checkpoint-5" / "complete.json", folder),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_half_checkpoint_is_set_aside_and_named(tmp_path, damage):
    """Whatever is wrong with the newest one, the one before is taken, and the sentence says why."""
    write(tmp_path, 5)
    damage(write(tmp_path, 10))
    found, faults = checkpoints.newest_whole(tmp_path, RUN)
    assert (found.step, loaded_right(found)) == (5, True)
    assert faults[0].startswith("checkpoint-10 was set aside: ")
    assert [path.name for path in (tmp_path / "set-aside").iterdir()] == ["checkpoint-10-1"]


def test_a_checkpoint_of_another_run_is_refused(tmp_path):
    """Another version, base or setting has another id: it is never gone on from."""
    write(tmp_path, 5, run="other")
    with pytest.raises(TrainingError, match="is a checkpoint of run other"):
        checkpoints.newest_whole(tmp_path, RUN)


@budget(max_examples=30, deadline=None)
@given(
    keep=st.integers(0, 4), whole=st.sets(st.integers(1, 12), max_size=6), half=st.sets(st.integers(1, 12), max_size=4)
)
def test_rotation_never_removes_the_last_whole_one(tmp_path_factory, keep, whole, half):
    """However few are kept and whatever half ones lie about, the newest whole checkpoint stays."""
    home = tmp_path_factory.mktemp("rotation")
    for step in whole | half:
        write(home, step, 100, seal=step in whole)
    checkpoints.rotate(home, keep)
    left = {checkpoints.step_of(folder) for folder in checkpoints.folders(home)}
    assert left & whole == set(sorted(whole)[-max(1, keep) :])
    assert half - whole <= left


def test_two_places_give_the_newer_whole_one(tmp_path):
    """The bucket's newest is half, its second is newer than the disk's: that one is brought to the disk."""
    local, bucket = tmp_path / "disk", tmp_path / "bucket"
    write(local, 5)
    write(bucket, 10)
    (write(bucket, 15) / "optimizer.pt").unlink()
    found, faults = checkpoints.newest_of(local, bucket, RUN)
    assert (found.step, found.path.parent, loaded_right(found)) == (10, local, True)
    assert "in" in faults[0]


def _write_for_ever(home, first):
    for step in range(first, first + 10_000):
        write(home, step, 40_000)
        checkpoints.rotate(home, 2)


@pytest.mark.slow
def test_a_hundred_kills_never_leave_a_half_checkpoint_that_is_loaded(tmp_path):
    """Killed at 100 seeded moments, the writer's newest whole checkpoint always has every byte of its step."""
    chance, before, taken = random.Random(11), 0, 0
    for _ in range(100):
        writer = multiprocessing.get_context("fork").Process(target=_write_for_ever, args=(tmp_path, before + 1))
        writer.start()
        time.sleep(chance.uniform(0.01, 0.15))
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        found, faults = checkpoints.newest_whole(tmp_path, RUN)
        taken += bool(faults)
        if found is not None:
            assert loaded_right(found, 40_000)
            assert found.step >= before
            before = found.step
        shutil.rmtree(tmp_path / "set-aside", ignore_errors=True)
    assert before >= 10, "the writer never finished a checkpoint: the machine is too busy to tell"
    assert taken > 20, "the kills did not hit the writing"

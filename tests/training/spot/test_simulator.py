"""Machines that vanish: the rendered task, killed at seeded moments, ends as the undisturbed run does."""

import pyarrow.parquet as pq
import pytest

from schemas.settings.train import Train
from tasks.training.spot.demo import simulate
from tasks.training.spot.simulator import KINDS, draw_kills

QUICK = {
    "longest": None,
    "threads": 1,
    "batch": 4,
    "device_batch": 4,
    "epochs": 12.0,
    "evaluate_steps": 10,
    "save_steps": 5,
    "max_steps": 30,
}


SEED = 28
"""Its third preemption, at step 15, takes the disk and half of a checkpoint in the bucket, which holds another."""


def test_every_kind_of_preemption_comes_before_any_comes_twice():
    """Four kills are of four kinds, at rising steps, and a seed gives the same ones again."""
    kills = draw_kills(3, 4, 40)
    assert {kill.kind for kill in kills} == set(KINDS)
    assert [kill.step for kill in kills] == sorted(kill.step for kill in kills)
    assert draw_kills(3, 4, 40) == kills


@pytest.mark.train
def test_a_preempted_run_equals_an_undisturbed_one_bit_for_bit(root, tmp_path):
    """Notice, crash, death in mid-save and a lost upload later: log and weights are equal, losses are bounded."""
    started = []
    done = simulate(root, Train(base="tiny", **QUICK), tmp_path / "sandbox", SEED, 4, started.append)
    assert done["differs"] == []
    assert done["codes"]["undisturbed"] == [0]
    assert len(done["codes"]["preempted"]) == 5, started
    folder = done["folders"]["preempted"]
    attempts = pq.read_table(folder / "attempts.parquet").to_pylist()
    run = pq.read_table(folder / "run.parquet").to_pylist()[0]
    # The machine that had nothing but the bucket went on from there.
    order = [kill.kind for kill in draw_kills(SEED, 4, QUICK["max_steps"])]
    assert attempts[order.index("lost upload") + 1]["resumed_step"] >= 5
    # A lost upload costs one interval more: the newest checkpoint is half, the one before is taken.
    assert all(attempt["lost_steps"] <= 10 for attempt in attempts)
    assert run["lost_steps"] == sum(attempt["lost_steps"] for attempt in attempts)
    assert run["preemptions"] == 4
    assert run["cost"] == pytest.approx(sum(attempt["cost"] for attempt in attempts))
    # What was done again is paid for, and would not have been needed on demand.
    superseded = sum(line["seconds"] for line in pq.read_table(folder / "log").to_pylist() if line["superseded"])
    assert superseded > 0
    assert run["cost_on_demand"] == pytest.approx(41.67 * (run["hours"] - superseded / 3_600))
    assert run["saved_share"] < 1 - 12.5 / 41.67
    assert not list(folder.glob("checkpoints/set-aside"))

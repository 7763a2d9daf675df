"""The arithmetic of saving on machines that vanish."""

import pytest

from tasks.training.spot.cost import best_interval, expected_loss


def test_how_often_to_save():
    """Young: a checkpoint of 81 s and a preemption every 4 hours ask for one every 25 minutes."""
    assert best_interval(81, 4) == pytest.approx(25.5, abs=0.1)
    assert expected_loss(20, 10) == 20

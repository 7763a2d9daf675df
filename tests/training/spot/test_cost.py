"""The arithmetic of spot instances, against the article's own numbers."""

import pytest

from tasks.training.spot.cost import Charge, best_interval, bill, expected_loss

DAY, EIGHT_A100 = 24.0, 41.67
"""A day of eight A100-80GB: 192 GPU-hours, some 1,000 $ on demand."""


def test_the_articles_13b_costs_300_instead_of_1000():
    """A day at 12.50 $ an hour instead of 41.67 is 300 $ instead of 1,000: 70 % saved."""
    made = bill([Charge(DAY, 12.5, EIGHT_A100)])
    assert (round(made.cost), round(made.on_demand)) == (300, 1_000)
    assert made.saved == pytest.approx(0.70, abs=0.005)


def test_the_articles_7b_costs_140_instead_of_500():
    """Half a day at 11.67 $ an hour is 140 $ instead of 500: 72 % saved."""
    made = bill([Charge(DAY / 2, 140 / 12, EIGHT_A100)])
    assert (round(made.cost), round(made.on_demand)) == (140, 500)
    assert made.saved == pytest.approx(0.72, abs=0.005)


def test_lost_work_is_paid_for():
    """Hours that had to be done again cost, but would not have been needed on demand."""
    broken = bill([Charge(10, 12.5, EIGHT_A100), Charge(16, 12.5, EIGHT_A100)], useful_hours=24)
    assert broken.cost == pytest.approx(26 * 12.5)
    assert broken.on_demand == pytest.approx(24 * EIGHT_A100)


def test_a_fallback_on_demand_is_billed_as_such():
    """An attempt that found no spot machine saves nothing."""
    assert bill([Charge(1, EIGHT_A100, EIGHT_A100)]).saved == pytest.approx(0.0)


def test_how_often_to_save():
    """Young: a checkpoint of 81 s and a preemption every 4 hours ask for one every 25 minutes."""
    assert best_interval(81, 4) == pytest.approx(25.5, abs=0.1)
    assert expected_loss(20, 10) == 20

"""What spot instances cost and save, what a preemption loses, and how often to save."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Charge:
    """The machine time of one attempt.

    Args:
        hours: from start to end.
        price: dollars an hour.
        price_on_demand: dollars of the same hour on demand.
    """

    hours: float
    price: float
    price_on_demand: float


@dataclass(frozen=True)
class Bill:
    """What a run cost, what it would have cost on demand, and the share saved."""

    cost: float
    on_demand: float

    @property
    def saved(self) -> float:
        """Return the share of the on-demand cost that was saved; 0 where nothing was charged."""
        return 1 - self.cost / self.on_demand if self.on_demand else 0.0


def bill(charges: Iterable[Charge], useful_hours: float | None = None) -> Bill:
    """Return the bill of a run.

    Args:
        charges: of all attempts, lost work included.
        useful_hours: hours that an unbroken run on demand would have taken; None = those of all attempts.
    """
    charges = list(charges)
    cost = sum(charge.hours * charge.price for charge in charges)
    hours = sum(charge.hours for charge in charges)
    on_demand = sum(charge.hours * charge.price_on_demand for charge in charges)
    if useful_hours is not None and hours:
        on_demand *= useful_hours / hours
    return Bill(cost, on_demand)


def best_interval(save_seconds: float, hours_between: float) -> float:
    """Return the minutes between checkpoints that lose least: Young's square root (1974).

    Args:
        save_seconds: what a checkpoint takes.
        hours_between: mean time between preemptions.
    """
    return math.sqrt(2 * save_seconds * hours_between * 3_600) / 60


def expected_loss(save_minutes: float, restart_minutes: float) -> float:
    """Return the minutes that a preemption costs on average: half an interval, and the restart."""
    return save_minutes / 2 + restart_minutes


def save_seconds(state_bytes: float, bytes_per_second: float = 1e9) -> float:
    """Return what a checkpoint takes: its bytes over what the disk writes in a second (10^9: a local NVMe)."""
    return state_bytes / bytes_per_second

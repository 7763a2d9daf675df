"""What a preemption loses, and how often to save."""

from __future__ import annotations

import math


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

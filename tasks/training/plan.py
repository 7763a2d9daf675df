"""What a run will do before it does it: steps, accumulation, warm-up, and the memory a device needs."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.training.files import TrainingError
from tasks.training.shapes import Shape

GPUS = Path("/proc/driver/nvidia/gpus")


@dataclass(frozen=True)
class Plan:
    """The arithmetic of a run.

    Args:
        items: samples or packs that are seen in all, repeats counted.
        steps: optimiser steps.
        devices: processes, one a GPU (1 on a CPU).
        device_batch: items of one forward pass on one device.
        accumulation: forward passes of one step on one device.
        warmup_steps: steps over which the learning rate rises.
        each: items of one epoch.
    """

    items: int
    steps: int
    devices: int
    device_batch: int
    accumulation: int
    warmup_steps: int
    each: int


def count_gpus() -> int:
    """Return how many NVIDIA GPUs this process may use, without loading torch."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return len([one for one in visible.split(",") if one.strip() and one.strip() != "-1"])
    return len(list(GPUS.iterdir())) if GPUS.is_dir() else 0


def make_plan(settings: dict[str, Any], each: int, devices: int, max_steps: int | None = None) -> Plan:
    """Return the plan of a run.

    Args:
        settings: of train, as plain values.
        each: items of one epoch.
        devices: processes that share a step.
        max_steps: most steps, where a budget of tokens sets them.

    Raises:
        TrainingError: there is nothing to train on, or a step cannot be shared evenly.
    """
    if not each:
        raise TrainingError("The version has no sample in its train split: nothing to train on.")
    batch = settings["batch"]
    if batch % devices:
        raise TrainingError(
            f"train.batch = {batch} cannot be shared by {devices} devices: give a multiple of {devices}, or other "
            "train.devices."
        )
    share = batch // devices
    device_batch = max(size for size in range(1, min(settings["device_batch"], share) + 1) if share % size == 0)
    items = max(1, round(settings["epochs"] * each))
    limits = [limit for limit in (settings["max_steps"], max_steps) if limit is not None]
    steps = min([math.ceil(items / batch), *limits])
    return Plan(
        items=min(items, steps * batch),
        steps=steps,
        devices=devices,
        device_batch=device_batch,
        accumulation=share // device_batch,
        warmup_steps=math.ceil(settings["warmup"] * steps),
        each=each,
    )


def memory_needed(shape: Shape, plan: Plan, context: int, *, recompute: bool = True) -> dict[str, float]:
    """Return 10^9 bytes that a device needs at least, by what they hold; activations are estimates for bf16.

    Args:
        shape: of the model, all of it trained.
        plan: devices and items of a forward pass.
        context: tokens of an item.
        recompute: activation checkpointing: the input of each block is kept, and one block whole.
    """
    tokens = plan.device_batch * context
    block = 34 * tokens * shape.hidden  # Korthikanti et al. 2022, without attention's square, which no kernel keeps
    kept = 2 * tokens * shape.hidden * shape.layers + block if recompute else block * shape.layers
    logits = 6 * tokens * shape.vocabulary  # bf16 and fp32 together; Liger never holds them
    found = {
        "state": shape.state_bytes(plan.devices) / 1e9,
        "activations": kept / 1e9,
        "logits": logits / 1e9,
    }
    return found | {"together": sum(found.values())}

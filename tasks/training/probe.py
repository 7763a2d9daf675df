"""Proof before the first step: samples packed into a row have the logits that they have alone."""

from __future__ import annotations

import math
from typing import Any

from tasks.training.collate import Collate
from tasks.training.files import TrainingError
from tasks.training.samples import Sample, Split

TOLERANCE = {"fp32": 1e-3, "bf16": 5e-2}
"""Largest difference as a share of the largest logit. Lost packing gives 0.5 to 0.8, rounding 1e-6 (bf16: 1e-2)."""
MEMBERS = 3
MOST = 512
"""Samples of the probe, and most tokens of them together: enough to see a neighbour, cheap on any model."""


def shortest(split: Split) -> list[Sample]:
    """Return the shortest samples of a split that make up the probe's row; one alone is taken twice."""
    lengths = split.lengths()
    chosen = sorted(range(len(split)), key=lambda number: (int(lengths[number]), number))[:MEMBERS]
    samples = [split[number] for number in chosen]
    room = MOST // max(2, len(samples))
    cut = [Sample(sample.ids[:room], sample.labels[:room]) for sample in samples]
    return cut if len(cut) > 1 else [cut[0], cut[0]]


def packed_difference(model: Any, samples: list[Sample], pad: int) -> float:
    """Return how far the logits of packed samples are from those of each alone, as a share of the largest logit.

    Args:
        model: on its device; it is put into evaluation mode for this.
        samples: at least two.
        pad: id of padding.
    """
    import torch

    device = next(model.parameters()).device
    together = Collate(sum(len(sample.ids) for sample in samples), pad)([samples])
    was, worst, scale = model.training, 0.0, 1e-9
    model.eval()
    with torch.no_grad():
        row = model(
            input_ids=together["input_ids"].to(device), position_ids=together["position_ids"].to(device)
        ).logits[0]
        at = 0
        for sample in samples:
            ids = torch.tensor(sample.ids.astype("int64"), device=device)[None]
            alone = model(input_ids=ids).logits[0].float()
            if not torch.isfinite(alone).all():
                return math.nan
            worst = max(worst, float((row[at : at + len(sample.ids)].float() - alone).abs().max()))
            scale = max(scale, float(alone.abs().max()))
            at += len(sample.ids)
    model.train(was)
    return worst / scale


def check_packing(model: Any, samples: list[Sample], pad: int, precision: str) -> float:
    """Return the difference that was found. Raises TrainingError where samples of a row see each other."""
    found = packed_difference(model, samples, pad)
    if math.isnan(found):
        raise TrainingError("The base's logits are no numbers: its weights are damaged, fetch or convert them again.")
    if not found <= TOLERANCE[precision]:
        raise TrainingError(
            f"Packed samples see their neighbours: logits differ from those of each sample alone by {found:.2g} of "
            f"their size (allowed {TOLERANCE[precision]:g}). This model or attention ignores position_ids: try "
            "--set train.attention=sdpa."
        )
    return found

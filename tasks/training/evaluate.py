"""Scores samples with finished models, in a process of its own: `python -m tasks.training.evaluate JOB.json`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tasks.training.collate import Collate
from tasks.training.files import read_json, write_json
from tasks.training.process import end_with_parent
from tasks.training.samples import IGNORED, Sample


def score(model: Any, samples: list[Sample]) -> list[tuple[float, int]]:
    """Return the summed loss and the tokens with loss of every sample, each alone in its row.

    Args:
        model: in evaluation mode, on its device.
        samples: to score.
    """
    import torch

    device = next(model.parameters()).device
    collate = Collate(1, 0)
    found = []
    for sample in samples:
        batch = collate([[sample]])
        with torch.no_grad():
            logits = model(input_ids=batch["input_ids"].to(device)).logits[0, :-1].float()
        labels = batch["labels"][0, 1:].to(device)
        loss = torch.nn.functional.cross_entropy(logits, labels, ignore_index=IGNORED, reduction="sum")
        found.append((float(loss), int((labels != IGNORED).sum())))
    return found


def main(path: str) -> int:
    """Score the samples of a job with each of its models; the result lies beside the job."""
    import torch
    import transformers

    end_with_parent()
    transformers.utils.logging.disable_progress_bar()
    job = read_json(Path(path))
    if job["threads"]:
        torch.set_num_threads(job["threads"])
    table = pq.read_table(job["samples"]).to_pylist()
    samples = [Sample(*(_array(row[name]) for name in ("input_ids", "labels"))) for row in table]
    scores = {}
    for name, folder in job["models"].items():
        model = transformers.AutoModelForCausalLM.from_pretrained(folder, local_files_only=True).eval()
        scores[name] = score(model.to("cuda" if torch.cuda.is_available() else "cpu"), samples)
    write_json(Path(job["out"]), scores)
    return 0


def _array(values: list[int]) -> Any:
    import numpy as np

    return np.array(values, np.int32)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

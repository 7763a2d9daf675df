"""What two versions are compared on: conversations that neither has trained on, nor anything near them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.manifest import Manifest
from tasks.training.files import TrainingError
from tasks.training.near import near_any

COLUMNS = ["row_id", "sample_id", "input_ids", "labels"]
SHARED = "both"


@dataclass(frozen=True)
class HeldOut:
    """Samples to score, and how many conversations were left out.

    Args:
        table: set (both, or a version's name), row_id, input_ids, labels.
        near: conversations validation in both, but near a training sample of either.
        shared: conversations of the set `both`.
    """

    table: pa.Table
    near: int
    shared: int


def check_comparable(one: Manifest, other: Manifest) -> None:
    """Raise TrainingError where tokenizer, template or context differ: losses then have no common unit."""
    for what in ("tokenizer", "template"):
        if getattr(one.digests, what) != getattr(other.digests, what):
            names = [manifest.settings["tokens"][what] for manifest in (one, other)]
            raise TrainingError(
                f"Versions {one.version} and {other.version} have different {what}s ({names[0]} and {names[1]}): a "
                "loss per token of the one means nothing beside the other's. Make both with the same."
            )
    contexts = [manifest.settings["tokens"]["context"] for manifest in (one, other)]
    if contexts[0] != contexts[1]:
        raise TrainingError(
            f"Versions {one.version} and {other.version} were cut for {contexts[0]:,} and {contexts[1]:,} tokens: make "
            "both with the same context."
        )


def _rows(version: Path, split: str, columns: list[str]) -> Iterator[dict[str, Any]]:
    for path in sorted((version / split).glob("*.parquet")):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=512, columns=columns):
                yield from batch.to_pylist()


def find_held_out(versions: dict[str, Path], threshold: float) -> HeldOut:
    """Return the samples to score: the set `both`, and each version's own validation split.

    Args:
        versions: folders of the two versions by name.
        threshold: Jaccard index from which on a conversation is near a training sample.

    Raises:
        TrainingError: nothing is validation in both.
    """
    own = {name: list(_rows(folder, "validation", COLUMNS)) for name, folder in versions.items()}
    ids = [{row["row_id"] for row in rows} for rows in own.values()]
    trained = {row["row_id"] for folder in versions.values() for row in _rows(folder, "train", ["row_id"])}
    shared = set.intersection(*ids) - trained
    # As each version has it; what both write alike is one sample.
    texts = {tuple(row["input_ids"]): row for rows in own.values() for row in rows if row["row_id"] in shared}
    chosen = [texts[key] for key in sorted(texts, key=lambda key: (texts[key]["sample_id"], key))]
    train = (
        np.array(row["input_ids"], np.int64)
        for folder in versions.values()
        for row in _rows(folder, "train", ["input_ids"])
    )
    near = near_any([np.array(row["input_ids"], np.int64) for row in chosen], train, threshold)
    leaking = {row["row_id"] for row, is_near in zip(chosen, near, strict=True) if is_near}
    left = [row for row in chosen if row["row_id"] not in leaking]
    if not left:
        raise TrainingError(
            f"No conversation is validation in both versions and unlike all they train on ({len(shared)} are in both, "
            f"{len(leaking)} of them near a training sample): raise deduplication.validation_share of both."
        )
    rows = [row | {"set": SHARED} for row in left]
    rows += [row | {"set": name} for name, found in own.items() for row in found]
    return HeldOut(pa.Table.from_pylist(rows), len(leaking), len({row["row_id"] for row in left}))

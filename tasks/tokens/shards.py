"""Windows to published samples: labels and attention mask beside the ids."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from schemas.tables import Shards

IGNORED = -100
"""The label that every trainer's cross entropy leaves out (torch's ignore_index)."""


def publishable(windows: pa.Table) -> pa.Table:
    """Give the published columns of the rows that are samples, in their order.

    Args:
        windows: rows of the Windows contract.
    """
    samples = windows.filter(pc.is_valid(windows["sample_id"])).combine_chunks()
    lists = samples["input_ids"].combine_chunks() if samples.num_rows else pa.array([], pa.list_(pa.int32()))
    ids = lists.flatten().to_numpy(zero_copy_only=False)
    lengths = lists.value_lengths().to_numpy(zero_copy_only=False).astype(np.int64)
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
    columns = {name: samples[name] for name in Shards.columns() if name in samples.column_names}
    columns["labels"] = pa.ListArray.from_arrays(offsets, pa.array(_labels(ids, lengths, samples)))
    columns["attention_mask"] = pa.ListArray.from_arrays(offsets, pa.array(np.ones(len(ids), np.int8)))
    return pa.table([columns[name] for name in Shards.columns()], names=list(Shards.columns())).cast(Shards.schema())


def _labels(ids: npt.NDArray[Any], lengths: npt.NDArray[Any], samples: pa.Table) -> npt.NDArray[Any]:
    """Copy the ids inside the spans; -100 elsewhere."""
    spans = samples["label_spans"].combine_chunks() if samples.num_rows else pa.array([], samples["label_spans"].type)
    base = np.repeat(np.cumsum(lengths) - lengths, spans.value_lengths().to_numpy(zero_copy_only=False))
    flat = spans.flatten()
    edges = np.zeros(len(ids) + 1, np.int32)
    np.add.at(edges, base + flat.field("token_start").to_numpy(zero_copy_only=False), 1)
    np.add.at(edges, base + flat.field("token_end").to_numpy(zero_copy_only=False), -1)
    return np.where(np.cumsum(edges[:-1]) > 0, ids, np.int32(IGNORED)).astype(np.int32)

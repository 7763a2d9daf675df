"""Windows to published samples: labels and attention mask beside the ids."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from schemas.tables import Shards
from tasks.conversations.ragged import offsets_of

IGNORED = -100
"""The label that every trainer's cross entropy leaves out (torch's ignore_index)."""


def publishable(windows: pa.Table) -> pa.Table:
    """Return the published columns of the rows that are samples, in their order.

    Args:
        windows: rows of the Windows contract.
    """
    whole = windows["sample_id"]
    samples = (windows.filter(pc.is_valid(whole)) if whole.null_count else windows).combine_chunks()
    lists = samples["input_ids"].combine_chunks() if samples.num_rows else pa.array([], pa.list_(pa.int32()))
    ids = lists.flatten().to_numpy(zero_copy_only=False)
    lengths = lists.value_lengths().to_numpy(zero_copy_only=False).astype(np.int64)
    offsets = offsets_of(lengths)
    bounds = pa.array(offsets, pa.int32())
    columns = {name: samples[name] for name in Shards.columns() if name in samples.column_names}
    columns["labels"] = pa.ListArray.from_arrays(bounds, pa.array(_labels(ids, offsets, samples)))
    columns["attention_mask"] = pa.ListArray.from_arrays(bounds, pa.array(np.ones(len(ids), np.int8)))
    table = pa.table([columns[name] for name in Shards.columns()], names=list(Shards.columns())).cast(Shards.schema())
    return table.replace_schema_metadata(windows.schema.metadata)  # names the tokenizer


def _labels(ids: npt.NDArray[Any], offsets: npt.NDArray[Any], samples: pa.Table) -> npt.NDArray[Any]:
    """Copy the ids inside the spans; -100 elsewhere."""
    spans = samples["label_spans"].combine_chunks() if samples.num_rows else pa.array([], samples["label_spans"].type)
    base = np.repeat(offsets[:-1], spans.value_lengths().to_numpy(zero_copy_only=False))
    starts, ends = (
        (base + spans.flatten().field(name).to_numpy(zero_copy_only=False)).tolist()
        for name in ("token_start", "token_end")
    )
    labels = np.full(len(ids), IGNORED, np.int32)
    for start, end in zip(starts, ends, strict=True):
        labels[start:end] = ids[start:end]
    return labels

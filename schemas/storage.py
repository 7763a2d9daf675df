"""How Parquet stores a contract's columns."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

IDS = ("input_ids", "labels")
TOKEN_LISTS = (*IDS, "attention_mask")
"""Columns with one number for each token: nearly all of the bytes of windows and shards."""


def layout(types: dict[str, pa.DataType], bare: tuple[str, ...], level: int) -> dict[str, Any]:
    """Return pyarrow's ParquetWriter options for columns of these types.

    Args:
        types: by column.
        bare: columns that are stored as they are.
        level: of zstd, for all others.
    """
    lists = [name for name, kind in types.items() if pa.types.is_list(kind)]
    plain = [name for name in types if name not in lists]
    # Token ids hardly repeat in a page and use two bytes of four: split by byte they are written a sixth faster than
    # plain, and as small; their least and greatest tell nobody anything. A mask of ones is written faster plain.
    numbers = [name for name in lists if name in TOKEN_LISTS]
    packed = {leaf: level for name, kind in types.items() if name not in bare for leaf in _leaves(name, kind)}
    left = {leaf: "NONE" for name in bare for leaf in _leaves(name, types[name])}
    return {
        "compression": dict.fromkeys(packed, "zstd") | left,
        "compression_level": packed,
        "use_dictionary": plain,
        "write_statistics": plain if numbers else True,
        "column_encoding": {f"{name}.list.element": "BYTE_STREAM_SPLIT" for name in numbers if name in IDS},
        # The levels of long lists in batches of 65,536 instead of 1,024: shards are written in a sixth less time.
        "write_batch_size": 65_536 if numbers else None,
        "store_schema": True,
    }


def _leaves(path: str, kind: pa.DataType) -> list[str]:
    """List the columns that Parquet makes of one."""
    if pa.types.is_list(kind):
        return _leaves(f"{path}.list.element", kind.value_type)
    if pa.types.is_struct(kind):
        return [leaf for field in kind for leaf in _leaves(f"{path}.{field.name}", field.type)]
    return [path]

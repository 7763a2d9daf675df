"""Reads the signature files of all parts in bounded memory: numbers of all conversations, strings on demand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tasks.conversations.ragged import offsets_of
from tasks.deduplication.buckets import BandBuckets, Numbers, Places, PrefixBuckets, repeated_keys
from tasks.deduplication.preference import TIE, by_preference
from tasks.deduplication.shingles import Hashes
from tasks.store.parts import open_part


@dataclass(frozen=True)
class ConversationIndex:
    """What the barrier holds in memory of every conversation, some 50 bytes. A row is its place in all files.

    Args:
        files: one per part.
        start: the first row of each file, and how many rows there are.
        content: rows × 2: both halves of the content hash.
        rounds: by row.
        size: bytes of canonical text, by row.
        name_hash: hash of the conversation_id, by row.
        tilde: whether the conversation_id holds a ~, by row.
        rank: place in the order of preference (preference.py), by row.
        row: by rank.
        first: rank of the most preferred conversation of the same text, by rank.
    """

    files: list[Path]
    start: Places
    content: Hashes
    rounds: Numbers
    size: Places
    name_hash: Hashes
    tilde: NDArray[np.bool_]
    rank: Numbers
    row: Numbers
    first: Numbers

    def __len__(self) -> int:
        return len(self.rank)


def read_index(files: list[Path]) -> ConversationIndex:
    """Read the numbers of all conversations, and put them in order of preference."""
    start = offsets_of([rows_in(path) for path in files])
    n = int(start[-1])
    content, name_hash = np.empty((n, 2), np.uint64), np.empty(n, np.uint64)
    rounds, size, tilde = np.empty(n, np.int32), np.empty(n, np.int64), np.empty(n, np.bool_)
    for at, path in zip(start.tolist(), files, strict=False):
        for batch in batches(path, ["conversation_id", "content_hash", "rounds", "size"]):
            end = at + batch.num_rows
            content[at:end] = _halves(batch["content_hash"])
            rounds[at:end], size[at:end] = batch["rounds"].to_numpy(), batch["size"].to_numpy()
            name_hash[at:end] = pl.Series(batch["conversation_id"]).hash().to_numpy()
            tilde[at:end] = pc.match_substring(batch["conversation_id"], "~").to_numpy(zero_copy_only=False)
            at = end
    row = by_preference(rounds, size, content)
    fresh = np.ones(n, np.bool_)
    fresh[1:] = (content[row[1:]] != content[row[:-1]]).any(axis=1)
    first = np.maximum.accumulate(np.where(fresh, np.arange(n, dtype=np.int32), 0))
    _break_ties(row, fresh, files, start)
    rank = np.empty(n, np.int32)
    rank[row] = np.arange(n, dtype=np.int32)
    return ConversationIndex(files, start, content, rounds, size, name_hash, tilde, rank, row, first)


def _break_ties(row: Numbers, fresh: NDArray[np.bool_], files: list[Path], start: Places) -> None:
    """Put the rows of one text in order of TIE, in place."""
    tied = ~fresh
    tied[:-1] |= ~fresh[1:]
    ties = pl.DataFrame({"text": np.cumsum(fresh)[tied], "row": row[tied]})
    rows = ties["row"].sort()
    names = pl.DataFrame({"row": rows, "name": pl.Series(strings(files, start, TIE, rows.to_numpy()))})
    row[tied] = ties.join(names, on="row").sort("text", "name")["row"].to_numpy()


def strings(files: list[Path], start: Places, column: str, rows: NDArray[np.integer]) -> pa.Array:
    """Read a column of strings for some rows, given in ascending order."""
    borders = np.searchsorted(rows, start).tolist()
    pieces = [pa.array([], pa.string())]
    for number, path in enumerate(files):
        wanted = rows[borders[number] : borders[number + 1]]
        if len(wanted):
            whole = pq.read_table(path, columns=[column], use_threads=False)[column].combine_chunks()
            pieces.append(whole.take(pa.array(wanted - start[number])))
    return pa.concat_arrays(pieces)


def rows_in(path: Path) -> int:
    """Return how many rows a file has."""
    with open_part(path) as file:
        return int(file.metadata.num_rows)


def batches(path: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
    """Yield a file's row groups."""
    with open_part(path) as file:
        for group in range(file.num_row_groups):
            yield from file.read_row_group(group, columns, use_threads=False).combine_chunks().to_batches()


def _halves(hexes: pa.Array) -> Hashes:
    """Read strings of 32 hex digits as two numbers each."""
    digits = pl.Series(hexes).str
    halves = [digits.slice(at, 16).str.to_integer(base=16, dtype=pl.UInt64).to_numpy() for at in (0, 16)]
    return np.stack(halves, axis=1)


def read_prefixes(index: ConversationIndex) -> PrefixBuckets:
    """Return the prefixes of rounds that two texts have in common."""
    count = np.where(index.first[index.rank] == index.rank, index.rounds, 0)
    ends = np.cumsum(count, dtype=np.int64)
    total = int(count.sum())
    hashes, sizes = np.empty(total, np.uint64), np.empty(total, np.int64)
    row = at = 0
    for path in index.files:
        for batch in batches(path, ["prefix_hashes", "prefix_sizes"]):
            take_or_null = pa.array(count[row : row + batch.num_rows] > 0)
            row += batch.num_rows
            prefix, size = (batch[name].filter(take_or_null).flatten() for name in batch.schema.names)
            hashes[at : at + len(prefix)], sizes[at : at + len(prefix)] = prefix.to_numpy(), size.to_numpy()
            at += len(prefix)
    place, bucket = repeated_keys(hashes)
    owner = np.searchsorted(ends, place, side="right")
    rounds = (place - ends[owner] + count[owner] + 1).astype(np.int32)
    share = sizes[place] / np.maximum(index.size[owner], 1)
    return PrefixBuckets(index.rank[owner], bucket.astype(np.int32), rounds, share, rounds == index.rounds[owner])


def read_bands(index: ConversationIndex, temp: Path) -> BandBuckets:
    """Return the LSH buckets that two texts have in common; the keys go through a file, to be read band by band."""
    n, bands, owners = len(index), 0, [np.empty(0, np.int32)]
    with (temp / "bands").open("w+b", buffering=0) as file:
        row = at = 0
        for path in index.files:
            for batch in batches(path, ["bands"]):
                rank = index.rank[row : row + batch.num_rows]
                row += batch.num_rows
                some = pc.list_value_length(batch["bands"]).to_numpy() > 0
                take_or_null = some & (index.first[rank] == rank)
                if take_or_null.any():
                    keys = batch["bands"].filter(pa.array(take_or_null)).flatten().to_numpy()
                    bands = len(keys) // int(take_or_null.sum())
                    for band, column in enumerate(np.ascontiguousarray(keys.reshape(-1, bands).T)):
                        os.pwrite(file.fileno(), column, 8 * (band * n + at))
                    owners.append(rank[take_or_null])
                    at += len(owners[-1])
        rank, base, ranks, buckets = np.concatenate(owners), 0, [owners[0]], [owners[0]]
        for band in range(bands):
            file.seek(8 * band * n)
            place, bucket = repeated_keys(np.fromfile(file, np.uint64, at))
            ranks.append(rank[place])
            buckets.append((bucket + base).astype(np.int32))
            base += int(bucket.max(initial=-1)) + 1
    return BandBuckets(np.concatenate(ranks), np.concatenate(buckets))

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
from tasks.deduplication.buckets import InBand, InPrefix, Numbers, Places, meetings
from tasks.deduplication.shingles import Hashes


@dataclass(frozen=True)
class Heads:
    """What the barrier holds of every conversation: some 50 bytes. A row is a conversation's place in all files.

    Args:
        files: one per part.
        start: the first row of each file, and how many rows there are.
        content: rows × 2: both halves of the content hash.
        rounds: by row.
        size: bytes of canonical text, by row.
        named: hash of the conversation_id, by row.
        tilde: whether the conversation_id holds a ~, by row.
        rank: place in the order of preference, by row: most rounds, then longest, then smallest content hash, then
            smallest row_id.
        row: by rank.
        first: rank of the most preferred conversation of the same text, by rank.
    """

    files: list[Path]
    start: Places
    content: Hashes
    rounds: Numbers
    size: Places
    named: Hashes
    tilde: NDArray[np.bool_]
    rank: Numbers
    row: Numbers
    first: Numbers

    def __len__(self) -> int:
        return len(self.rank)


def read_heads(files: list[Path]) -> Heads:
    """Read the numbers of all conversations, and put them in order of preference."""
    start = offsets_of([pq.read_metadata(path).num_rows for path in files])
    n = int(start[-1])
    content, named = np.empty((n, 2), np.uint64), np.empty(n, np.uint64)
    rounds, size, tilde = np.empty(n, np.int32), np.empty(n, np.int64), np.empty(n, np.bool_)
    for at, path in zip(start.tolist(), files, strict=False):
        for batch in batches(path, ["conversation_id", "content_hash", "rounds", "size"]):
            end = at + batch.num_rows
            content[at:end] = _halves(batch["content_hash"])
            rounds[at:end], size[at:end] = batch["rounds"].to_numpy(), batch["size"].to_numpy()
            named[at:end] = pl.Series(batch["conversation_id"]).hash().to_numpy()
            tilde[at:end] = pc.match_substring(batch["conversation_id"], "~").to_numpy(zero_copy_only=False)
            at = end
    row = np.lexsort((content[:, 1], content[:, 0], -size, -rounds)).astype(np.int32)
    fresh = np.ones(n, np.bool_)
    fresh[1:] = (content[row[1:]] != content[row[:-1]]).any(axis=1)
    first = np.maximum.accumulate(np.where(fresh, np.arange(n, dtype=np.int32), 0))
    _break_ties(row, fresh, files, start)
    rank = np.empty(n, np.int32)
    rank[row] = np.arange(n, dtype=np.int32)
    return Heads(files, start, content, rounds, size, named, tilde, rank, row, first)


def _break_ties(row: Numbers, fresh: NDArray[np.bool_], files: list[Path], start: Places) -> None:
    """Put the rows of one text in order of row_id, in place."""
    tied = ~fresh
    tied[:-1] |= ~fresh[1:]
    ties = pl.DataFrame({"text": np.cumsum(fresh)[tied], "row": row[tied]})
    rows = ties["row"].sort()
    names = pl.DataFrame({"row": rows, "name": pl.Series(strings(files, start, "row_id", rows.to_numpy()))})
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


def batches(path: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
    """Yield a file's row groups."""
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            yield from file.read_row_group(group, columns, use_threads=False).combine_chunks().to_batches()


def _halves(hexes: pa.Array) -> Hashes:
    """Read strings of 32 hex digits as two numbers each."""
    digits = pl.Series(hexes).str
    halves = [digits.slice(at, 16).str.to_integer(base=16, dtype=pl.UInt64).to_numpy() for at in (0, 16)]
    return np.stack(halves, axis=1)


def read_prefixes(heads: Heads) -> InPrefix:
    """Find the prefixes of rounds that two texts have in common."""
    count = np.where(heads.first[heads.rank] == heads.rank, heads.rounds, 0)
    ends = np.cumsum(count, dtype=np.int64)
    total = int(count.sum())
    hashes, sizes = np.empty(total, np.uint64), np.empty(total, np.int64)
    row = at = 0
    for path in heads.files:
        for batch in batches(path, ["prefix_hashes", "prefix_sizes"]):
            chosen = pa.array(count[row : row + batch.num_rows] > 0)
            row += batch.num_rows
            told, size = (batch[name].filter(chosen).flatten() for name in batch.schema.names)
            hashes[at : at + len(told)], sizes[at : at + len(told)] = told.to_numpy(), size.to_numpy()
            at += len(told)
    place, bucket = meetings(hashes)
    owner = np.searchsorted(ends, place, side="right")
    rounds = (place - ends[owner] + count[owner] + 1).astype(np.int32)
    share = sizes[place] / np.maximum(heads.size[owner], 1)
    return InPrefix(heads.rank[owner], bucket.astype(np.int32), rounds, share, rounds == heads.rounds[owner])


def read_bands(heads: Heads, temp: Path) -> InBand:
    """Find the LSH buckets that two texts have in common; the keys go through a file, to be read band by band."""
    n, bands, owners = len(heads), 0, [np.empty(0, np.int32)]
    with (temp / "bands").open("w+b", buffering=0) as file:
        row = at = 0
        for path in heads.files:
            for batch in batches(path, ["bands"]):
                rank = heads.rank[row : row + batch.num_rows]
                row += batch.num_rows
                some = pc.list_value_length(batch["bands"]).to_numpy() > 0
                chosen = some & (heads.first[rank] == rank)
                if chosen.any():
                    keys = batch["bands"].filter(pa.array(chosen)).flatten().to_numpy()
                    bands = len(keys) // int(chosen.sum())
                    for band, column in enumerate(np.ascontiguousarray(keys.reshape(-1, bands).T)):
                        os.pwrite(file.fileno(), column, 8 * (band * n + at))
                    owners.append(rank[chosen])
                    at += len(owners[-1])
        rank, base, ranks, buckets = np.concatenate(owners), 0, [owners[0]], [owners[0]]
        for band in range(bands):
            file.seek(8 * band * n)
            place, bucket = meetings(np.fromfile(file, np.uint64, at))
            ranks.append(rank[place])
            buckets.append((bucket + base).astype(np.int32))
            base += int(bucket.max(initial=-1)) + 1
    return InBand(np.concatenate(ranks), np.concatenate(buckets))

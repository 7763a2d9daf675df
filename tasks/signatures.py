"""Reads the signature files of all parts in bounded memory: their heads, what is shared, and shingles on demand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tasks.likeness.keepers import Conversation, Shared

HEADS = ["row_id", "conversation_id", "content_hash", "rounds", "size"]
# DuckDB's memory in bytes, the rest spills to disk: the barrier has 400 MiB over the baseline at 110,000
# conversations. It needs some 128 bytes a conversation, since not every operator can spill all that it holds.
MEMORY, MEMORY_EACH = 128_000_000, 128
THREADS = 2  # each needs buffers of its own within that
CACHED_SHINGLES = 256  # keepers of large clusters are read once, not once per copy

# Of the first conversation of each text: the keys (of LSH bands, or of prefixes) that another one has too.
SIGNED = """
CREATE TEMP TABLE signed AS
SELECT firsts.rank AS rank, signed.bands AS keys
FROM read_parquet($files) AS signed JOIN firsts USING (row_id)
WHERE len(signed.bands) > 0
"""
BANDS = "CREATE TEMP TABLE bands (rank BIGINT, key UBIGINT)"
# One band at a time: a twentieth of the memory.
BAND = """
INSERT INTO bands
WITH keyed AS (SELECT rank, keys[$band] AS key FROM signed),
often AS (SELECT key FROM keyed GROUP BY key HAVING count(*) > 1)
SELECT rank, key FROM keyed SEMI JOIN often USING (key)
"""
PREFIXES = """
CREATE TEMP TABLE prefixes AS
WITH keyed AS (
    SELECT
        firsts.rank AS rank, firsts.rounds AS of_rounds, firsts.size AS of_size,
        unnest(signed.prefix_hashes) AS key,
        unnest(signed.prefix_sizes) AS prefix_size,
        generate_subscripts(signed.prefix_hashes, 1) AS rounds
    FROM read_parquet($files) AS signed JOIN firsts USING (row_id)
),
often AS (SELECT key FROM keyed GROUP BY key HAVING count(*) > 1)
SELECT rank, key, rounds, prefix_size / greatest(of_size, 1) AS share, rounds = of_rounds AS whole
FROM keyed JOIN often USING (key)
"""
IN_ORDER = """
SELECT rank, key, rounds, share, whole FROM prefixes
UNION ALL BY NAME SELECT rank, key, NULL AS rounds FROM bands
ORDER BY rank, rounds DESC NULLS LAST, key
"""


def read_heads(files: list[Path]) -> pl.DataFrame:
    """Give the small columns of all signatures, with part, place, rank (of preference) and first.

    `first` is the rank of the most preferred conversation of the same text. Preference: most rounds, then
    longest, then smallest content hash, then smallest row_id.
    """
    frames = [
        pl.DataFrame(pq.read_table(path, columns=HEADS))
        .with_columns(part=pl.lit(number, pl.Int32))
        .with_row_index("place")
        for number, path in enumerate(files)
    ]
    heads = pl.concat(frames).sort("rounds", "size", "content_hash", "row_id", descending=[True, True, False, False])
    heads = heads.with_row_index("rank").with_columns(pl.col("rank").cast(pl.Int64))
    return heads.with_columns(first=pl.col("rank").min().over("content_hash"))


class Sharing:
    """Which conversations share a prefix or an LSH bucket with another one: a DuckDB job that spills to disk."""

    def __init__(self, heads: pl.DataFrame, files: list[Path], temp: Path) -> None:
        self.connection = duckdb.connect(
            config={
                "memory_limit": f"{MEMORY + MEMORY_EACH * heads.height}B",
                "threads": THREADS,
                "temp_directory": str(temp),
                "preserve_insertion_order": False,  # what comes out is ordered at the end
            }
        )
        firsts = heads.filter(pl.col("rank") == pl.col("first")).select("row_id", "rank", "rounds", "size")
        self.connection.register("firsts", firsts.to_arrow())
        for sql in (PREFIXES, SIGNED):
            self.connection.execute(sql, {"files": [str(path) for path in files]})
        self.connection.execute(BANDS)
        (bands,) = self.connection.execute("SELECT coalesce(max(len(keys)), 0) FROM signed").fetchall()[0]
        for band in range(bands):
            self.connection.execute(BAND, {"band": band + 1})

    def ranks(self) -> list[int]:
        """Give the ranks of all that share something, ascending."""
        both = "SELECT rank FROM prefixes UNION SELECT rank FROM bands ORDER BY rank"
        return [rank for (rank,) in self.connection.execute(both).fetchall()]

    def conversations(self) -> Iterator[Conversation]:
        """Yield them by ascending rank, each with its prefixes (the longest first) and buckets."""
        for rank, rows in groupby(self._rows(), key=itemgetter(0)):
            one = Conversation(rank)
            for _, key, rounds, share, whole in rows:
                if rounds is None:
                    one.buckets.append(key)
                else:
                    one.prefixes.append(Shared(key, rounds, share, whole))
            yield one

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        answer = self.connection.execute(IN_ORDER)
        while rows := answer.fetchmany(10_000):
            yield from rows


class Shelf(AbstractContextManager["Shelf"]):
    """The shingles of the conversations that are to be compared, in one file on disk."""

    def __init__(self, heads: pl.DataFrame, files: list[Path], wanted: list[int], temp: Path) -> None:
        path = temp / "shingles"
        self.span: dict[int, tuple[int, int]] = {}
        needed = heads.filter(pl.col("rank").is_in(wanted)).sort("part", "place")
        with path.open("wb") as file:
            for (part,), rows in needed.partition_by("part", as_dict=True, maintain_order=True).items():
                self._copy(files[int(part)], rows["place"].to_numpy(), rows["rank"].to_list(), file)
        self.descriptor = os.open(path, os.O_RDONLY)
        self.read = lru_cache(CACHED_SHINGLES)(self._read)

    def _copy(self, path: Path, places: NDArray[Any], ranks: list[int], file: Any) -> None:
        """Append the shingles of some rows of a part."""
        with pq.ParquetFile(path) as signed:
            before = 0
            for group in range(signed.num_row_groups):
                after = before + signed.metadata.row_group(group).num_rows
                first, last = np.searchsorted(places, [before, after])
                if first < last:
                    column = signed.read_row_group(group, columns=["shingles"])["shingles"].combine_chunks()
                    chosen = column.take(places[first:last] - before)
                    start, ends = file.tell(), chosen.offsets.to_numpy() * 4
                    file.write(chosen.values.to_numpy().tobytes())
                    spans = zip(start + ends[:-1], np.diff(ends), strict=True)
                    self.span.update(zip(ranks[first:last], spans, strict=True))
                before = after

    def _read(self, rank: int) -> NDArray[np.uint32]:
        start, size = self.span[rank]
        return np.frombuffer(os.pread(self.descriptor, int(size), int(start)), np.uint32)

    def jaccard(self, one: int, other: int) -> float:
        """Give the Jaccard of two conversations' shingle sets, by rank; 0 where both are empty."""
        mine, theirs = self.read(one), self.read(other)
        both = np.concatenate([mine, theirs])
        both.sort()
        common = int(np.count_nonzero(both[1:] == both[:-1]))
        return common / max(len(both) - common, 1)

    def __exit__(self, *_: object) -> None:
        os.close(self.descriptor)

"""Turns the choice of the barrier into verdicts: groups, split and names, written a slice per part."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from schemas.counts import Counts
from schemas.deduplication import Verdicts
from schemas.reasons import Reason
from schemas.settings import Deduplication
from tasks.deduplication.buckets import Numbers
from tasks.deduplication.choose_kept import EXACT, KINDS, Choice
from tasks.deduplication.groups import distinct, roots, validation
from tasks.deduplication.row_names import NOBODY, Named, chosen, write_pairs
from tasks.deduplication.signature_files import Heads, strings
from tasks.store.parts import Part, part_key, write_table

REASONS = {
    "exact": Reason.EXACT_DUPLICATE,
    "continuation": Reason.CONTINUATION,
    "branch": Reason.BRANCH,
    "near": Reason.NEAR_DUPLICATE,
}
HASHES_AT_ONCE = 100_000


@dataclass(frozen=True)
class Fates:
    """What becomes of every conversation, by rank.

    Args:
        kept: rank of the one it was dropped for; NOBODY = it is kept.
        kind: place in KINDS of the relation; NOBODY = it is kept.
        jaccard: of the two.
        root: the smallest rank of its group.
    """

    kept: Numbers
    kind: NDArray[np.int8]
    jaccard: NDArray[np.float64]
    root: Numbers


def fates(heads: Heads, choice: Choice) -> Fates:
    """Return every conversation its fate; copies of a text share its first one's, or are dropped for it."""
    n = len(heads)
    kept, kind, jaccard = np.full(n, NOBODY, np.int32), np.full(n, NOBODY, np.int8), np.zeros(n)
    dropped, *fate = choice.fates.arrays()
    kept[dropped], kind[dropped], jaccard[dropped] = fate
    kept, kind, jaccard = kept[heads.first], kind[heads.first], jaccard[heads.first]
    copy = np.flatnonzero((kind == NOBODY) & (heads.first != np.arange(n)))
    kept[copy], kind[copy], jaccard[copy] = heads.first[copy], EXACT, 1.0
    return Fates(kept, kind, jaccard, roots(n, zip(*choice.links.columns, strict=True))[heads.first])


def write_verdicts(out: Path, heads: Heads, choice: Choice, deduplication: Deduplication) -> list[Part]:
    """Write a slice of verdicts per part, and the verified pairs."""
    told = fates(heads, choice)
    pairs = choice.pairs.arrays()
    members = np.flatnonzero(np.bincount(told.root)[told.root] > 1).astype(np.int32)
    named = Named(heads, np.concatenate([members, *pairs[:2]]))
    # Each further copy of a text makes a pair with the conversation kept for it.
    copies = np.flatnonzero((told.kind != NOBODY) & (heads.first != np.arange(len(heads)))).astype(np.int32)
    further = [copies, told.kept[copies], told.jaccard[copies]]
    every = [np.concatenate([one, other]) for one, other in zip(pairs, further, strict=True)]
    write_pairs(out / "similar_pairs.parquet", named, every)
    writer = Slices(heads, told, named, members, deduplication)
    return [writer.write(out, number) for number in range(len(heads.files))]


class Slices:
    """Writes the verdicts of one part after the other."""

    def __init__(self, heads: Heads, told: Fates, named: Named, members: Numbers, deduplication: Deduplication) -> None:
        self.heads, self.told, self.named = heads, told, named
        self.held = _held(heads, told, deduplication)
        self.leader = np.full(len(heads), NOBODY, np.int32)
        if len(members):
            frame = pl.DataFrame({"root": told.root[members], "rank": members, "name": pl.Series(named.of(members))})
            first = frame.sort("name").unique("root", keep="first", maintain_order=True)
            self.leader[first["root"].to_numpy()] = first["rank"].to_numpy()
        self.longer, self.lengthened = _longer_names(heads, told)

    def write(self, out: Path, number: int) -> Part:
        """Write the verdicts of one part; the digest is of the rows, not of the file."""
        table = self._table(number)
        counts = Counts(rows=table.num_rows, kept=table["reason"].null_count)
        key = part_key(self.heads.files[number])
        path = out / "verdicts" / f"{Verdicts.prefix}-{key}.parquet"
        digest = digest_of(table)
        write_table(path, Verdicts, [(table, counts)], digest)
        return Part(Verdicts.view, key, path, digest, counts, fresh=True)

    def _table(self, number: int) -> pa.Table:
        heads, told = self.heads, self.told
        own = pq.read_table(heads.files[number], columns=["row_id", "conversation_id"], use_threads=False)
        rank = heads.rank[heads.start[number] : heads.start[number + 1]]
        root, kind, kept = told.root[rank], told.kind[rank], told.kind[rank] == NOBODY
        reasons = pa.array([REASONS[name].value for name in KINDS])
        name = pc.coalesce(chosen(self.longer, self.lengthened[rank]), own["conversation_id"].combine_chunks())
        columns = {
            "row_id": own["row_id"],
            "group_id": pc.coalesce(self.named.of(self.leader[root]), own["row_id"].combine_chunks()),
            "split": pc.if_else(pa.array(self.held[root]), "validation", "train"),
            "sample_prefix": pc.if_else(pa.array(kept), name, None),
            "kept_row_id": self.named.of(told.kept[rank]),
            "kind": chosen(pa.array(KINDS), kind),
            "jaccard": pa.array(told.jaccard[rank], mask=kept),
            "reason": chosen(reasons, kind),
        }
        return pa.table(columns).cast(Verdicts.schema())


def digest_of(table: pa.Table) -> str:
    """Return the digest of a table's values: of strings and numbers, whatever lies in memory under a null."""
    hasher = hashlib.sha256(Verdicts.proof().encode())
    for column in table.combine_chunks().columns:
        hasher.update(np.packbits(column.is_null().to_numpy()).tobytes())
        text = pa.types.is_string(column.type)
        filled = column.fill_null("" if text else 0.0)
        hasher.update((pc.binary_length(filled) if text else filled).to_numpy().tobytes())
        if text and len(column):
            hasher.update(
                pc.binary_join(pa.ListArray.from_arrays([0, len(column)], filled.combine_chunks()), "")[0].as_buffer()
            )
    return hasher.hexdigest()[:16]


def _held(heads: Heads, told: Fates, deduplication: Deduplication) -> NDArray[np.bool_]:
    """Return for each group, by its root, whether it goes to validation."""
    content = heads.content[heads.row]
    order = np.lexsort((content[:, 1], content[:, 0], told.root))
    groups, first = np.unique(told.root[order], return_index=True)
    smallest = _hexes(content[order[first]])
    enough = int(np.count_nonzero(told.kind == NOBODY)) >= deduplication.validation_least
    held = np.zeros(len(heads), np.bool_)
    held[groups] = validation(smallest, deduplication.salt, deduplication.validation_share, enough)
    return held


def _hexes(content: NDArray[np.uint64]) -> Iterator[str]:
    """Yield content hashes as they are written."""
    for start in range(0, len(content), HASHES_AT_ONCE):
        for high, low in content[start : start + HASHES_AT_ONCE].tolist():
            yield f"{high:016x}{low:016x}"


def _longer_names(heads: Heads, told: Fates) -> tuple[pa.Array, Numbers]:
    """Name those kept whose id another kept one has too: the names, and per rank which; row order decides nothing."""
    kept = np.flatnonzero(told.kind == NOBODY)
    row = heads.row[kept]
    named = np.sort(heads.named[row])
    again = named[1:][named[1:] == named[:-1]]
    # An id with a ~ of its own could be the lengthened name of another.
    rows = np.sort(row[np.isin(heads.named[row], again) | heads.tilde[row]])
    ids = pl.Series("id", strings(heads.files, heads.start, "conversation_id", rows), dtype=pl.String)
    frame = pl.DataFrame({"rank": heads.rank[rows], "row": rows, "id": ids}).sort("rank")
    shared = frame.filter(pl.col("id").is_duplicated() | pl.col("id").str.contains("~", literal=True))
    names = distinct(shared["id"].to_list(), list(_hexes(heads.content[shared["row"].to_numpy()])))
    place = np.full(len(heads), NOBODY, np.int32)
    place[shared["rank"].to_numpy()] = np.arange(len(names), dtype=np.int32)
    return pa.array(names, pa.string()), place

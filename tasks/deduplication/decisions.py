"""Turns the barrier's choice into decisions on every conversation: groups, split and names, a file per part."""

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
from schemas.deduplication import Decisions
from schemas.enums import DuplicateKind, Split
from schemas.settings import Deduplication
from tasks.deduplication.buckets import Numbers
from tasks.deduplication.choose_kept import KINDS, Choice
from tasks.deduplication.groups import distinct, roots, validation
from tasks.deduplication.row_names import NONE, RowNames, take_or_null, write_pairs
from tasks.deduplication.signature_files import ConversationIndex, strings
from tasks.store.parts import Part, part_key, write_table

HASHES_AT_ONCE = 100_000


@dataclass(frozen=True)
class Outcomes:
    """What becomes of every conversation, by rank.

    Args:
        kept: rank of the one it was dropped for; NONE = it is kept.
        kind: place in KINDS of how the two are alike; NONE = it is kept.
        jaccard: of the two, 0 – 1.
        root: the smallest rank of its group.
    """

    kept: Numbers
    kind: NDArray[np.int8]
    jaccard: NDArray[np.float64]
    root: Numbers


def outcomes(index: ConversationIndex, choice: Choice) -> Outcomes:
    """Return what becomes of every conversation; copies of one text share the first one's outcome, or go for it."""
    n = len(index)
    kept, kind, jaccard = np.full(n, NONE, np.int32), np.full(n, NONE, np.int8), np.zeros(n)
    dropped, *match = choice.dropped.arrays()
    kept[dropped], kind[dropped], jaccard[dropped] = match
    kept, kind, jaccard = kept[index.first], kind[index.first], jaccard[index.first]
    copy = np.flatnonzero((kind == NONE) & (index.first != np.arange(n)))
    kept[copy], kind[copy], jaccard[copy] = index.first[copy], KINDS.index(DuplicateKind.EXACT), 1.0
    return Outcomes(kept, kind, jaccard, roots(n, zip(*choice.links.columns, strict=True))[index.first])


def write_decisions(out: Path, index: ConversationIndex, choice: Choice, deduplication: Deduplication) -> list[Part]:
    """Write the decisions on each part's rows, and the verified pairs."""
    found = outcomes(index, choice)
    pairs = choice.pairs.arrays()
    members = np.flatnonzero(np.bincount(found.root)[found.root] > 1).astype(np.int32)
    names = RowNames(index, np.concatenate([members, *pairs[:2]]))
    # Each further copy of a text makes a pair with the conversation kept for it.
    copies = np.flatnonzero((found.kind != NONE) & (index.first != np.arange(len(index)))).astype(np.int32)
    further = [copies, found.kept[copies], found.jaccard[copies]]
    every = [np.concatenate([one, other]) for one, other in zip(pairs, further, strict=True)]
    write_pairs(out / "similar_pairs.parquet", names, every)
    writer = DecisionWriter(index, found, names, members, deduplication)
    return [writer.write(out, number) for number in range(len(index.files))]


class DecisionWriter:
    """Writes the decisions on one part after the other."""

    def __init__(
        self, index: ConversationIndex, found: Outcomes, names: RowNames, members: Numbers, deduplication: Deduplication
    ) -> None:
        self.index, self.outcomes, self.names = index, found, names
        self.in_validation = _in_validation(index, found, deduplication)
        self.leader = np.full(len(index), NONE, np.int32)
        if len(members):
            frame = pl.DataFrame({"root": found.root[members], "rank": members, "name": pl.Series(names.of(members))})
            first = frame.sort("name").unique("root", keep="first", maintain_order=True)
            self.leader[first["root"].to_numpy()] = first["rank"].to_numpy()
        self.longer, self.lengthened = _longer_names(index, found)

    def write(self, out: Path, number: int) -> Part:
        """Write the decisions on one part; the digest is of the rows, not of the file."""
        table = self._table(number)
        counts = Counts(rows=table.num_rows, kept=table["reason"].null_count)
        key = part_key(self.index.files[number])
        path = out / "decisions" / f"{Decisions.prefix}-{key}.parquet"
        digest = digest_of(table)
        write_table(path, Decisions, [(table, counts)], digest)
        return Part(Decisions.view, key, path, digest, counts, fresh=True)

    def _table(self, number: int) -> pa.Table:
        index, found = self.index, self.outcomes
        own = pq.read_table(index.files[number], columns=["row_id", "conversation_id"], use_threads=False)
        rank = index.rank[index.start[number] : index.start[number + 1]]
        root, kind, kept = found.root[rank], found.kind[rank], found.kind[rank] == NONE
        reasons = pa.array([kind.reason.value for kind in KINDS])
        name = pc.coalesce(take_or_null(self.longer, self.lengthened[rank]), own["conversation_id"].combine_chunks())
        columns = {
            "row_id": own["row_id"],
            "group_id": pc.coalesce(self.names.of(self.leader[root]), own["row_id"].combine_chunks()),
            "split": pc.if_else(pa.array(self.in_validation[root]), Split.VALIDATION, Split.TRAIN),
            "sample_prefix": pc.if_else(pa.array(kept), name, None),
            "kept_row_id": self.names.of(found.kept[rank]),
            "kind": take_or_null(pa.array(KINDS, pa.string()), kind),
            "jaccard": pa.array(found.jaccard[rank], mask=kept),
            "reason": take_or_null(reasons, kind),
        }
        return pa.table(columns).cast(Decisions.schema())


def digest_of(table: pa.Table) -> str:
    """Return the digest of a table's values: of strings and numbers, whatever lies in memory under a null."""
    hasher = hashlib.sha256(Decisions.proof().encode())
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


def _in_validation(index: ConversationIndex, found: Outcomes, deduplication: Deduplication) -> NDArray[np.bool_]:
    """Return for each group, by its root, whether it goes to validation."""
    content = index.content[index.row]
    order = np.lexsort((content[:, 1], content[:, 0], found.root))
    groups, first = np.unique(found.root[order], return_index=True)
    smallest = _hexes(content[order[first]])
    kept = found.kind == NONE
    sizes = np.zeros(len(index), np.int64)
    np.add.at(sizes, found.root[kept], index.size[index.row][kept])
    enough = int(np.count_nonzero(kept)) >= deduplication.validation_least
    share = deduplication.validation_share
    in_validation = np.zeros(len(index), np.bool_)
    in_validation[groups] = validation(smallest, sizes[groups], deduplication.salt, share, enough)
    return in_validation


def _hexes(content: NDArray[np.uint64]) -> Iterator[str]:
    """Yield content hashes as they are written."""
    for start in range(0, len(content), HASHES_AT_ONCE):
        for high, low in content[start : start + HASHES_AT_ONCE].tolist():
            yield f"{high:016x}{low:016x}"


def _longer_names(index: ConversationIndex, found: Outcomes) -> tuple[pa.Array, Numbers]:
    """Return longer names of the kept conversations that share an id, and per rank the place of its name, or NONE."""
    kept = np.flatnonzero(found.kind == NONE)
    row = index.row[kept]
    hashes = np.sort(index.name_hash[row])
    again = hashes[1:][hashes[1:] == hashes[:-1]]
    # An id with a ~ of its own could be the lengthened name of another.
    rows = np.sort(row[np.isin(index.name_hash[row], again) | index.tilde[row]])
    ids = pl.Series("id", strings(index.files, index.start, "conversation_id", rows), dtype=pl.String)
    frame = pl.DataFrame({"rank": index.rank[rows], "row": rows, "id": ids}).sort("rank")
    shared = frame.filter(pl.col("id").is_duplicated() | pl.col("id").str.contains("~", literal=True))
    names = distinct(shared["id"].to_list(), list(_hexes(index.content[shared["row"].to_numpy()])))
    place = np.full(len(index), NONE, np.int32)
    place[shared["rank"].to_numpy()] = np.arange(len(names), dtype=np.int32)
    return pa.array(names, pa.string()), place

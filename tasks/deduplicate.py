"""Deduplicates: signs each part alone, finds all copies in one barrier, and drops them from each part alone."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from schemas.likeness import Signatures, SimilarPairs, Verdicts
from schemas.parts import Part, write_table
from schemas.reasons import Reason
from schemas.settings import Likeness
from schemas.tables import Deduplicated
from tasks.likeness.fingerprint import sign
from tasks.likeness.groups import distinct, roots, validation
from tasks.likeness.keepers import Choice, choose
from tasks.signatures import Sharing, Shelf, read_heads
from tasks.stage import Stage

REASONS = {
    "exact": Reason.EXACT_DUPLICATE,
    "continuation": Reason.CONTINUATION,
    "branch": Reason.BRANCH,
    "near": Reason.NEAR_DUPLICATE,
}


def fingerprint(rows: pa.Table, likeness: Likeness) -> pa.Table:
    """Give one row of Signatures per living conversation, in order.

    Args:
        rows: row_id, conversation_id, turns (the newest).
        likeness: the settings.
    """
    return sign(rows, likeness)


def find_twins(signatures: list[Path], likeness: Likeness, out: Path, temp: Path) -> list[Part]:
    """Compare all conversations, and write one slice of verdicts per part and the verified pairs.

    Args:
        signatures: one file per part, in order of part number.
        likeness: the settings.
        out: where `verdicts/part-NNNNN.parquet` and `similar_pairs.parquet` are written.
        temp: a folder for what does not fit into memory; emptied at the end.

    Returns:
        One Part per slice; its digest covers the slice's verdicts alone, so an equal slice has an equal digest.
    """
    temp.mkdir(parents=True, exist_ok=True)
    try:
        heads = read_heads(signatures)
        sharing = Sharing(heads, signatures, temp)
        with Shelf(heads, signatures, sharing.ranks(), temp) as shelf:
            choice = choose(sharing.conversations(), shelf.jaccard, likeness)
    finally:
        shutil.rmtree(temp, ignore_errors=True)
    verdicts = _judge(heads, choice, likeness)
    _write_pairs(out / "similar_pairs.parquet", verdicts, choice)
    slices = verdicts.sort("part", "place").partition_by("part", as_dict=True)
    return [_write_slice(out, number, slices.get((number,), verdicts.clear())) for number in range(len(signatures))]


def drop_twins(rows: pa.Table, verdicts: pa.Table) -> pa.Table:
    """Give the columns of Deduplicated for living rows, out of their part's verdicts.

    Args:
        rows: row_id.
        verdicts: the slice of the part that the rows belong to.
    """
    place = pc.index_in(rows["row_id"], verdicts["row_id"].combine_chunks())
    if place.null_count:
        raise ValueError(f"no verdict on {rows['row_id'].filter(pc.is_null(place))[0]}: the slice is of other rows.")
    return verdicts.take(place).select([name for name in Deduplicated.columns() if name != "row_id"])


def _judge(heads: pl.DataFrame, choice: Choice, likeness: Likeness) -> pl.DataFrame:
    """Give a verdict on every conversation; copies of a text share its first one's fate, or are dropped for it."""
    fates = pl.DataFrame(
        [(rank, fate.kept, fate.kind, fate.jaccard) for rank, fate in choice.fates.items()],
        schema={"first": pl.Int64, "kept": pl.Int64, "kind": pl.String, "jaccard": pl.Float64},
        orient="row",
    )
    copy = pl.col("kind").is_null() & (pl.col("rank") != pl.col("first"))
    judged = heads.join(fates, on="first", how="left", maintain_order="left").with_columns(
        kept=pl.when(copy).then("first").otherwise("kept"),
        jaccard=pl.when(copy).then(1.0).otherwise("jaccard"),
        kind=pl.when(copy).then(pl.lit("exact")).otherwise("kind"),
    )
    names = heads.select(kept="rank", kept_row_id="row_id")
    judged = judged.join(names, on="kept", how="left", maintain_order="left")
    reasons = {kind: reason.value for kind, reason in REASONS.items()}
    judged = judged.with_columns(reason=pl.col("kind").replace_strict(reasons, return_dtype=pl.String))
    return _name(_split(judged, choice, likeness))


def _split(judged: pl.DataFrame, choice: Choice, likeness: Likeness) -> pl.DataFrame:
    """Add group_id and split."""
    root = roots(judged.height, choice.links)
    judged = judged.with_columns(root=pl.Series(root)[judged["first"]])
    groups = judged.group_by("root").agg(group_id=pl.col("row_id").min(), content=pl.col("content_hash").min())
    groups = groups.sort("content")
    enough = judged["kind"].null_count() >= likeness.validation_least
    held = validation(groups["content"].to_list(), likeness.salt, likeness.validation_share, enough)
    groups = groups.with_columns(split=pl.Series(np.where(held, "validation", "train")))
    return judged.join(groups.drop("content"), on="root", how="left", maintain_order="left")


def _name(judged: pl.DataFrame) -> pl.DataFrame:
    """Add sample_prefix: a kept conversation's id, made unique; in order of rank, so that row order decides nothing."""
    name = pl.col("conversation_id")
    kept = judged.filter(pl.col("kind").is_null()).sort("rank")
    # An id with a ~ of its own could be the lengthened name of another.
    shared = kept.filter(name.is_duplicated() | name.str.contains("~", literal=True))
    names = distinct(shared["conversation_id"].to_list(), shared["content_hash"].to_list())
    longer = shared.select("rank", sample_prefix=pl.Series(names, dtype=pl.String))
    judged = judged.join(longer, on="rank", how="left", maintain_order="left")
    own = pl.when(pl.col("kind").is_null()).then(pl.coalesce("sample_prefix", name))
    return judged.with_columns(sample_prefix=own)


def _write_slice(out: Path, number: int, verdicts: pl.DataFrame) -> Part:
    """Write the verdicts of one part; the digest is of the rows, not of the file."""
    table = verdicts.select(list(Verdicts.columns())).to_arrow().cast(Verdicts.schema())
    hasher = hashlib.sha256(Verdicts.proof().encode())
    for column in table.columns:
        hasher.update(repr(column.to_pylist()).encode())
    path = out / "verdicts" / f"{Verdicts.prefix}-{number:05d}.parquet"
    digest = hasher.hexdigest()[:16]
    counts = {"rows": table.num_rows, "kept": table["reason"].null_count}
    write_table(path, Verdicts, [(table, counts)], digest)
    return Part(Verdicts.view, number, path, digest, counts, fresh=True)


def _write_pairs(path: Path, verdicts: pl.DataFrame, choice: Choice) -> None:
    """Write every verified pair, and that of each further copy of a text with the conversation kept for it."""
    pairs = pl.DataFrame(
        choice.pairs, schema={"rank": pl.Int64, "other": pl.Int64, "jaccard": pl.Float64}, orient="row"
    )
    names = verdicts.select(other="rank", other_row_id="row_id")
    named = pairs.join(verdicts.select("rank", "row_id"), on="rank").join(names, on="other")
    copies = verdicts.filter((pl.col("rank") != pl.col("first")) & pl.col("kind").is_not_null())
    copies = copies.rename({"kept_row_id": "other_row_id"})
    columns = list(SimilarPairs.columns())
    table = pl.concat([named.select(columns), copies.select(columns)]).sort("row_id", "other_row_id")
    table = table.unique(maintain_order=True)

    def batches() -> Iterator[tuple[pa.Table, dict[str, int]]]:
        for piece in table.iter_slices(100_000):
            yield piece.to_arrow().cast(SimilarPairs.schema()), {"rows": piece.height}

    write_table(path, SimilarPairs, batches(), "")


FINGERPRINT = Stage(Signatures, ("conversation_id", "turns"), ("likeness",), fingerprint, aligned=False)
STAGE = Stage(Deduplicated, (), (), drop_twins)

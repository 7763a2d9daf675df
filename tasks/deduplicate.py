"""Deduplicates: signs each part alone, finds all copies in one barrier, and drops them from each part alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from schemas.likeness import Signatures
from schemas.parts import Part
from schemas.settings import Likeness
from schemas.tables import Deduplicated
from tasks.likeness.buckets import Gathering
from tasks.likeness.fingerprint import sign
from tasks.likeness.keepers import choose
from tasks.shingles import Shelf
from tasks.signatures import read_bands, read_heads, read_prefixes
from tasks.stage import Stage
from tasks.verdicts import write_verdicts


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
        gathering = Gathering(read_bands(heads, temp), read_prefixes(heads))
        with Shelf(heads, gathering.ranks, temp) as shelf:
            choice = choose(gathering.conversations(), shelf.jaccard, likeness)
    finally:
        shutil.rmtree(temp, ignore_errors=True)
    del gathering, shelf
    return write_verdicts(out, heads, choice, likeness)


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


FINGERPRINT = Stage(Signatures, ("conversation_id", "turns"), ("likeness",), fingerprint, aligned=False)
STAGE = Stage(Deduplicated, (), (), drop_twins)

"""Deduplicates: signs each part alone, finds all copies in one barrier, and drops them from each part alone."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from schemas.deduplication import Signatures, SimilarPairs, Verdicts
from schemas.settings import Deduplication
from schemas.tables import Deduplicated
from tasks.deduplication.buckets import Gathering
from tasks.deduplication.choose_kept import choose
from tasks.deduplication.decisions import write_verdicts
from tasks.deduplication.shingle_file import ShingleFile
from tasks.deduplication.sign import sign
from tasks.deduplication.signature_files import read_bands, read_heads, read_prefixes
from tasks.runtime.run_config import RunConfig
from tasks.runtime.stage import Stage
from tasks.store.code_digest import code_digest
from tasks.store.digest import combine
from tasks.store.parts import DIGEST, Part, find, part_path, read_footer, write_text


def fingerprint(rows: pa.Table, deduplication: Deduplication) -> pa.Table:
    """Return one row of Signatures per living conversation, in order.

    Args:
        rows: row_id, conversation_id, turns (the newest).
        deduplication: the settings.
    """
    return sign(rows, deduplication)


def find_duplicates(signatures: list[Path], deduplication: Deduplication, out: Path, temp: Path) -> list[Part]:
    """Compare all conversations, and write one slice of verdicts per part and the verified pairs.

    Args:
        signatures: one file per part, in order of part number.
        deduplication: the settings.
        out: where `verdicts/part-NNNNN.parquet` and `similar_pairs.parquet` are written.
        temp: a folder for what does not fit into memory; emptied at the end.

    Returns:
        One Part per slice; its digest covers the slice's verdicts alone, so an equal slice has an equal digest.
    """
    temp.mkdir(parents=True, exist_ok=True)
    try:
        heads = read_heads(signatures)
        gathering = Gathering(read_bands(heads, temp), read_prefixes(heads))
        with ShingleFile(heads, gathering.ranks, temp) as shelf:
            choice = choose(gathering.conversations(), shelf.jaccard, deduplication)
    finally:
        shutil.rmtree(temp, ignore_errors=True)
    del gathering, shelf
    return write_verdicts(out, heads, choice, deduplication)


def drop_duplicates(rows: pa.Table, verdicts: pa.Table) -> pa.Table:
    """Return the columns of Deduplicated for living rows, out of their part's verdicts.

    Args:
        rows: row_id.
        verdicts: the slice of the part that the rows belong to.
    """
    place = pc.index_in(rows["row_id"], verdicts["row_id"].combine_chunks())
    if place.null_count:
        raise ValueError(f"no verdict on {rows['row_id'].filter(pc.is_null(place))[0]}: the slice is of other rows.")
    return verdicts.take(place).select([name for name in Deduplicated.columns() if name != "row_id"])


SIGNATURES = Stage(Signatures, ("conversation_id", "turns"), ("deduplication",), fingerprint, aligned=False)
STAGE = Stage(Deduplicated, (), (), drop_duplicates)
RECEIPT = "decisions.json"


def duplicates_digest(prints: list[Part], config: RunConfig) -> str:
    """Return the digest of the barrier's whole input."""
    inputs = [part.digest for part in prints]
    contracts = (Verdicts.proof(), SimilarPairs.proof())
    return combine(contracts, code_digest("tasks.deduplicate"), config.digest(("deduplication",)), inputs)


def with_decisions(parts: list[Part], decisions: list[Part]) -> list[Part]:
    """Return parts of stage 04 bound to the decisions on their rows: what the stage that drops copies reads."""
    pairs = zip(parts, decisions, strict=True)
    return [replace(part, digest=combine(part.digest, one.digest), decisions=one.path) for part, one in pairs]


def find_decisions(root: Path, prints: list[Part], config: RunConfig) -> list[Part] | None:
    """Return the barrier's verdict slices where its receipt and every slice prove themselves."""
    home = root / Deduplicated.folder
    try:
        receipt = json.loads((home / RECEIPT).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    whole = DIGEST in read_footer(home / "similar_pairs.parquet")
    if receipt.get("digest") != duplicates_digest(prints, config) or not whole:
        return None
    found = [
        find(part_path(root, Verdicts, part.key), Verdicts, part.key, digest)
        for part, digest in zip(prints, receipt["slices"], strict=True)
    ]
    return [part for part in found if part] if all(found) else None


def make_decisions(root: Path, prints: list[Part], config: RunConfig) -> list[Part]:
    """Run the barrier; its receipt is written last, so that its being there means that all is there."""
    home = root / Deduplicated.folder
    began = time.process_time()
    (home / RECEIPT).unlink(missing_ok=True)
    slices = find_duplicates(
        [part.path for part in prints], config.settings.deduplication, home, home / ".tmp-duplicates"
    )
    receipt = {"digest": duplicates_digest(prints, config), "slices": [part.digest for part in slices]}
    write_text(home / RECEIPT, json.dumps(receipt) + "\n")
    each = (time.process_time() - began) / max(1, len(slices))
    return [replace(part, seconds=each) for part in slices]

"""Stage 05: signs each part alone, finds all duplicates in one barrier, and drops them from each part alone."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from schemas.deduplication import Decisions, Signatures, SimilarPairs
from schemas.settings import Deduplication
from schemas.tables import Deduplicated
from tasks.deduplication.buckets import Candidates
from tasks.deduplication.choose_kept import choose_kept
from tasks.deduplication.decisions import write_decisions
from tasks.deduplication.shingle_file import ShingleFile
from tasks.deduplication.sign import sign
from tasks.deduplication.signature_files import read_bands, read_index, read_prefixes
from tasks.runtime.run_config import RunConfig
from tasks.runtime.stage import Stage
from tasks.store.code_digest import code_digest
from tasks.store.digest import combine
from tasks.store.hashes import State, state_of
from tasks.store.parts import DIGEST, Part, find, part_path, read_footer, write_text


def find_duplicates(signatures: list[Path], deduplication: Deduplication, out: Path, temp: Path) -> list[Part]:
    """Compare all conversations, and write the decisions on each part and the verified pairs.

    Args:
        signatures: one file per part, in order of part number.
        deduplication: the settings.
        out: where `decisions/part-….parquet` and `similar_pairs.parquet` are written.
        temp: a folder for what does not fit into memory; emptied at the end.

    Returns:
        One Part per file of decisions; its digest covers its rows alone, so equal decisions have an equal digest.
    """
    temp.mkdir(parents=True, exist_ok=True)
    try:
        index = read_index(signatures)
        candidates = Candidates(read_bands(index, temp), read_prefixes(index))
        with ShingleFile(index, candidates.ranks, temp) as shingles:
            choice = choose_kept(candidates.conversations(), shingles.jaccard, deduplication)
    finally:
        shutil.rmtree(temp, ignore_errors=True)
    del candidates, shingles
    return write_decisions(out, index, choice, deduplication)


def drop_duplicates(rows: pa.Table, decisions: pa.Table) -> pa.Table:
    """Return the columns of Deduplicated for the rows that are kept so far, out of the decisions on their part.

    Args:
        rows: row_id.
        decisions: those on the part that the rows belong to.
    """
    place = pc.index_in(rows["row_id"], decisions["row_id"].combine_chunks())
    if place.null_count:
        raise ValueError(
            f"no decision on {rows['row_id'].filter(pc.is_null(place))[0]}: these are the decisions on other rows."
        )
    return decisions.take(place).select([name for name in Deduplicated.columns() if name != "row_id"])


SIGNATURES = Stage(Signatures, ("conversation_id", "turns"), ("deduplication",), sign, aligned=False)
STAGE = Stage(Deduplicated, (), (), drop_duplicates)
RECEIPT = "decisions.json"


def duplicates_digest(signatures: list[Part], config: RunConfig) -> str:
    """Return the digest of the barrier's whole input."""
    inputs = [part.digest for part in signatures]
    contracts = (Decisions.proof(), SimilarPairs.proof())
    return combine(contracts, code_digest("tasks.deduplicate"), config.digest(("deduplication",)), inputs)


def with_decisions(parts: list[Part], decisions: list[Part]) -> list[Part]:
    """Return parts of stage 04 bound to the decisions on their rows: what the stage that drops copies reads."""
    pairs = zip(parts, decisions, strict=True)
    return [replace(part, digest=combine(part.digest, one.digest), decisions=one.path) for part, one in pairs]


def find_decisions(root: Path, signatures: list[Part], config: RunConfig) -> list[Part] | None:
    """Return the decisions on each part where the barrier's receipt and every file match their digests."""
    home = root / Deduplicated.folder
    try:
        receipt = json.loads((home / RECEIPT).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    digest = duplicates_digest(signatures, config)
    beside = (home / RECEIPT, home / "similar_pairs.parquet")
    whole = all(state_of(path) is State.SOUND for path in beside) and DIGEST in read_footer(beside[1])
    if not isinstance(receipt, dict) or receipt.get("digest") != digest or not whole:
        return None
    found = [
        find(part_path(root, Decisions, part.key), Decisions, part.key, digest)
        for part, digest in zip(signatures, receipt["decisions"], strict=True)
    ]
    return [part for part in found if part] if all(found) else None


def make_decisions(root: Path, signatures: list[Part], config: RunConfig) -> list[Part]:
    """Run the barrier; its receipt is written last, so where there is one, all is there."""
    home = root / Deduplicated.folder
    began = time.process_time()
    (home / RECEIPT).unlink(missing_ok=True)
    made = find_duplicates(
        [part.path for part in signatures], config.settings.deduplication, home, home / ".tmp-duplicates"
    )
    receipt = {"digest": duplicates_digest(signatures, config), "decisions": [part.digest for part in made]}
    write_text(home / RECEIPT, json.dumps(receipt) + "\n")
    each = (time.process_time() - began) / max(1, len(made))
    return [replace(part, seconds=each) for part in made]

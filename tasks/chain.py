"""The stages in order, and what a data root must hold for a run to have nothing to do."""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.contract import Contract
from schemas.errors import PipelineError
from schemas.ledger import Broken
from schemas.likeness import SimilarPairs, Verdicts
from schemas.parts import DIGEST, Part, arrange, find, part_path, read_footer, write_text
from schemas.tables import Deduplicated, Ingested, Windows
from tasks import convert, deduplicate, filter_language, filter_quality, windows
from tasks.code import code_digest
from tasks.origins import claim
from tasks.plan import Map, known, plan
from tasks.publish import version_of
from tasks.ranges import Range
from tasks.recipe import Recipe, combine
from tasks.sample import choose_rows
from tasks.shelf import Published, latest, read_manifest, shelf
from tasks.stage import Stage
from tasks.tokens.codec import load_codec

ROW_STAGES: tuple[Stage, ...] = (convert.STAGE, filter_language.STAGE, filter_quality.STAGE)
RECEIPT = "twins.json"
SPOOL = ".spool"
"""Below the data root: plain copies of what is packed or remote while a run needs them, and what is known of files."""


def plan_run(source: str | list[str], root: Path, sample: int | None, workers_map: Map = map) -> list[Range]:
    """Plan a run on a data root: files to byte ranges, in order, their origins claimed; of a sample, its rows alone.

    Args:
        source: file, folder, glob, URL, or a list of those.
        root: the data root, held by the caller.
        sample: how many rows; null = all.
        workers_map: maps over ranges; give a pool's to use more cores.

    Raises:
        SourceError: the source cannot be read, or is another file of a known name.
    """
    ranges = plan(source, root / SPOOL, workers_map=workers_map)
    claim(root, ranges)
    return choose_rows(ranges, sample) if sample else ranges


def nothing_new(source: str | list[str], root: Path, sample: int | None, recipe: Recipe) -> Published | None:
    """Give the current version if no file changed since the last plan, and nothing else; null: plan, and see."""
    ranges = known(source, root / SPOOL)
    if ranges is None:
        return None
    claim(root, ranges)
    return standing(root, choose_rows(ranges, sample) if sample else ranges, recipe)


def warm(tokenizer: str, template: str) -> None:
    """Load in a worker what its first parts need, while Prefect starts; what fails here fails again in the run."""
    with contextlib.suppress(PipelineError):
        load_codec(tokenizer, template)


def ingest_digest(range_: Range) -> str:
    """Give the digest of an ingested part: its own bytes, where they stand, and the code that reads them."""
    code = code_digest("tasks.take_in")
    return combine(Ingested.proof(), Broken.proof(), code, range_.identity())


def find_ingested(root: Path, range_: Range) -> Part | None:
    """Give an ingested part where both of its files prove themselves."""
    digest = ingest_digest(range_)
    found = [
        find(part_path(root, contract, range_.number), contract, range_.number, digest)
        for contract in (Ingested, Broken)
    ]
    return found[0] if all(found) else None


def twins_digest(prints: list[Part], recipe: Recipe) -> str:
    """Give the digest of the barrier's whole input."""
    inputs = [part.digest for part in prints]
    contracts = (Verdicts.proof(), SimilarPairs.proof())
    return combine(contracts, code_digest("tasks.deduplicate"), recipe.digest(("likeness",)), inputs)


def find_slices(root: Path, prints: list[Part], recipe: Recipe) -> list[Part] | None:
    """Give the barrier's verdict slices where its receipt and every slice prove themselves."""
    home = root / Deduplicated.folder
    try:
        receipt = json.loads((home / RECEIPT).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    whole = DIGEST in read_footer(home / "similar_pairs.parquet")
    if receipt.get("digest") != twins_digest(prints, recipe) or not whole:
        return None
    found = [
        find(part_path(root, Verdicts, number), Verdicts, number, digest)
        for number, digest in enumerate(receipt["slices"])
    ]
    return [part for part in found if part] if all(found) else None


def make_slices(root: Path, prints: list[Part], recipe: Recipe) -> list[Part]:
    """Run the barrier; its receipt is written last, so that its being there means that all is there."""
    home = root / Deduplicated.folder
    began = time.process_time()
    (home / RECEIPT).unlink(missing_ok=True)
    likeness: Any = recipe.settings["likeness"]
    slices = deduplicate.find_twins([part.path for part in prints], likeness, home, home / ".tmp-twins")
    receipt = {"digest": twins_digest(prints, recipe), "slices": [part.digest for part in slices]}
    write_text(home / RECEIPT, json.dumps(receipt) + "\n")
    each = (time.process_time() - began) / max(1, len(slices))
    return [replace(part, seconds=each) for part in slices]


def _drop_from(path: Path, rows: pa.Table) -> pa.Table:
    return deduplicate.drop_twins(rows, pq.read_table(path))


def joined(worthy: Part, verdicts: Part) -> tuple[Stage, Part]:
    """Give the stage that drops copies, bound to a part's verdicts, and the upstream that stands for both."""
    upstream = replace(worthy, digest=combine(worthy.digest, verdicts.digest))
    return replace(deduplicate.STAGE, work=partial(_drop_from, verdicts.path), code=deduplicate.__name__), upstream


def standing(root: Path, ranges: list[Range], recipe: Recipe) -> Published | None:
    """Give the current version if every file that this run would make is there already; else null."""

    def each(stage: Stage, parts: list[Part]) -> list[Part]:
        return [part for part in (stage.find(root, one, recipe) for one in parts) if part]

    ingested = [part for part in (find_ingested(root, range_) for range_ in ranges) if part]
    parts = ingested
    for stage in ROW_STAGES:
        parts = each(stage, parts)
    prints = each(deduplicate.FINGERPRINT, parts)
    if len(prints) != len(ranges):
        return None
    slices = find_slices(root, prints, recipe)
    if slices is None or not (root / Ingested.folder / "broken.parquet").is_file():
        return None
    pairs = [joined(part, verdicts) for part, verdicts in zip(parts, slices, strict=True)]
    unique = [part for part in (stage.find(root, upstream, recipe) for stage, upstream in pairs) if part]
    windowed = each(windows.STAGE, unique)
    if len(windowed) != len(ranges):
        return None
    version = version_of(windowed, recipe)
    manifest = read_manifest(shelf(root) / version)
    if manifest is None or latest(root) != version:
        return None
    return Published(version, shelf(root) / version, manifest, fresh=False)


def settle(root: Path, ranges: list[Range], recipe: Recipe) -> None:
    """Move the parts that exist to the numbers they have in this run, and remove those of another input."""

    def digests(stage: Stage, upstream: list[str]) -> list[str]:
        return [stage.digest(one, recipe) for one in upstream]

    wanted: dict[type[Contract], list[str]] = {}
    current = [ingest_digest(range_) for range_ in ranges]
    wanted[Ingested] = wanted[Broken] = current
    for stage in (*ROW_STAGES, deduplicate.FINGERPRINT):
        made = digests(stage, current)
        wanted[stage.contract] = made
        if stage is not deduplicate.FINGERPRINT:
            current = made
    for contract in (Verdicts, Deduplicated, Windows):
        wanted[contract] = [""] * len(ranges)
    arrange(root, wanted)


def settle_after(root: Path, worthy: list[Part], slices: list[Part], recipe: Recipe) -> None:
    """Do the same for the stages behind the barrier, whose digests are known only now."""
    unique = []
    for part, verdicts in zip(worthy, slices, strict=True):
        stage, upstream = joined(part, verdicts)
        unique.append(stage.digest(upstream.digest, recipe))
    wanted: dict[type[Contract], list[str]] = {
        Deduplicated: unique,
        Windows: [windows.STAGE.digest(one, recipe) for one in unique],
    }
    arrange(root, wanted)

"""The one barrier as files: what it was made from, what stands of it, and making it in a worker."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from schemas.likeness import SimilarPairs, Verdicts
from schemas.parts import DIGEST, Part, find, part_path, read_footer, write_text
from schemas.tables import Deduplicated
from tasks import deduplicate
from tasks.code import code_digest
from tasks.recipe import Recipe, combine

RECEIPT = "twins.json"


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

"""Which files of the stages a version was made from, and whether they are still the ones below its data root."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from schemas.manifest import Manifest
from schemas.tables import STAGES
from tasks.store.parts import DIGEST, Part, part_files, part_key, part_path, read_footer

DIGITS = 16
"""How much of a part's digest the manifest holds: no two parts of one place share so much."""


def stage_digests(parts: dict[str, list[Part]]) -> dict[str, dict[str, str]]:
    """Return what the manifest holds of the parts of each stage."""
    return {view: {part.key: part.digest[:DIGITS] for part in made} for view, made in parts.items()}


def stages_gone(root: Path, manifest: Manifest) -> str:
    """Return a sentence where the stages do not hold what a version was made from; empty where they do."""
    there = False
    for stage in STAGES[:-1]:
        known = manifest.stages.get(stage.view, {})
        for path in part_files(root, stage):
            there = True
            digest = read_footer(path).get(DIGEST, b"").decode()[:DIGITS]  # none where the file is damaged
            if digest and known.get(part_key(path)) != digest:
                return f"Another run has remade the stages since {manifest.version}: its own folder alone was checked."
    return "" if there else f"The stages of {manifest.version} were removed: its own folder alone was checked."


def missing_parts(root: Path, manifest: Manifest) -> Iterator[str]:
    """Yield a sentence for every file of a stage that a version was made from and that is not there."""
    for stage in STAGES[:-1]:
        for key in manifest.stages.get(stage.view, {}):
            path = part_path(root, stage, key)
            if not path.is_file():
                yield f"{path.relative_to(root).as_posix()} is missing."

"""The published versions of a data root: which are whole, and which one is current."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import msgspec

from schemas.manifest import Manifest
from schemas.tables import Shards
from tasks.store.parts import write_text

MANIFEST = "manifest.json"
LATEST = "latest.json"
HISTORY = {"report.html"}
"""Files that also tell of the version before: not the same bytes on every data root, so not in the manifest."""


@dataclass(frozen=True)
class Published:
    """What a run hands back: the version, where it lies, and its manifest."""

    version: str
    path: Path
    manifest: Manifest
    fresh: bool


def versions_folder(root: Path) -> Path:
    """Return the folder of all versions."""
    return root / Shards.folder


def read_manifest(folder: Path) -> Manifest | None:
    """Return a version's manifest; None where a file of the version is missing or cut."""
    try:
        manifest = Manifest.from_json((folder / MANIFEST).read_bytes())
    except (FileNotFoundError, NotADirectoryError, msgspec.DecodeError):
        return None
    whole = all(
        (folder / entry.name).is_file() and (folder / entry.name).stat().st_size == entry.bytes
        for entry in manifest.files
    )
    return manifest if whole else None


def latest(root: Path) -> str | None:
    """Return the current version's name."""
    try:
        return str(json.loads((versions_folder(root) / LATEST).read_text(encoding="utf-8"))["version"])
    except (FileNotFoundError, json.JSONDecodeError, KeyError):
        return None


def previous_version(root: Path, version: str) -> Path | None:
    """Return the folder of the version before this one, if it is there and whole."""
    current = latest(root)
    folder = versions_folder(root) / str(current)
    return folder if current not in (None, version) and read_manifest(folder) else None


def point_to(root: Path, version: str) -> None:
    """Name the current version; the last thing that publishing does."""
    if latest(root) != version:
        write_text(versions_folder(root) / LATEST, json.dumps({"version": version}) + "\n")

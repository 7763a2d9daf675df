"""The published versions of a data root: which are whole, and which one is current."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from schemas.errors import PipelineError
from schemas.manifest import Manifest
from schemas.tables import Shards
from tasks.store.parts import TEMPORARY, write_text

MANIFEST = "manifest.json"
LATEST = "latest.json"
CURRENT = "current"
REFUSED = "refused"
HISTORY = {"report.html"}
"""Files that also tell of the version before: not the same bytes on every data root, so not in the manifest."""


@dataclass(frozen=True)
class Published:
    """What a run hands back: the version, where it lies, and its manifest."""

    version: str
    path: Path
    manifest: Manifest
    fresh: bool
    note: str = ""
    """What is to be said of it beside its numbers."""


def versions_folder(root: Path) -> Path:
    """Return the folder of all versions."""
    return root / Shards.folder


def refused_folder(root: Path) -> Path:
    """Return where the ledger of the last run lies that was refused; it goes with the next good one."""
    return versions_folder(root) / f".{REFUSED}"


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


def published(root: Path) -> list[Published]:
    """Return the whole versions of a data root, by name."""
    folders = sorted(
        path.parent for path in versions_folder(root).glob(f"[!.]*/{MANIFEST}") if not path.parent.is_symlink()
    )
    read = [(folder, read_manifest(folder)) for folder in folders]
    return [Published(folder.name, folder, manifest, fresh=False) for folder, manifest in read if manifest]


def find_version(root: Path, name: str) -> Published:
    """Return the one whole version that a name means: `current`, a version, or how just one begins.

    Raises:
        PipelineError: there is none, or several begin so.
    """
    known = published(root)
    if name == CURRENT:
        name = latest(root) or CURRENT
    found = [one for one in known if one.version == name] or [one for one in known if one.version.startswith(name)]
    if len(found) > 1:
        raise PipelineError(f"{name!r} begins several versions: {', '.join(one.version for one in found)}.")
    if not known:
        raise PipelineError(f"No version is published in {root}: `sharegpt run` makes one, --data names another root.")
    if not found:
        there = ", ".join(one.version for one in known)
        raise PipelineError(f"No whole version begins with {name!r}; there are: {there}. `sharegpt run` makes one.")
    return found[0]


def named_by_models(root: Path) -> set[str]:
    """Return the versions that training runs below the data root were made from."""
    named: set[str] = set()
    for path in root.glob("08_models/*/*.json"):
        try:
            written = json.loads(path.read_bytes())
        except ValueError:
            continue
        if isinstance(written, dict) and isinstance(written.get("version"), str):
            named.add(written["version"])
    return named


def last_two(root: Path, started: Mapping[str, int]) -> tuple[Published, Published]:
    """Return the two newest whole versions, the older one first.

    Args:
        root: the data root.
        started: the number of the newest run of each version.

    Raises:
        PipelineError: there are not two.
    """
    known = sorted(published(root), key=lambda one: (started.get(one.version, -1), one.version))
    if len(known) < 2:
        raise PipelineError(f"There are not two versions in {root}: run again with another input or setting first.")
    return known[-2], known[-1]


def previous_version(root: Path, version: str) -> Path | None:
    """Return the folder of the version before this one, if it is there and whole."""
    current = latest(root)
    folder = versions_folder(root) / str(current)
    return folder if current not in (None, version) and read_manifest(folder) else None


def point_to(root: Path, version: str) -> None:
    """Name the current version in latest.json, the last thing that publishing does, and by the link `current`."""
    if latest(root) != version:
        write_text(versions_folder(root) / LATEST, json.dumps({"version": version}) + "\n")
    link_current(root, version)


def link_current(root: Path, version: str) -> None:
    """Make `current` a relative link to a version; where the file system has no links, there is none."""
    link = versions_folder(root) / CURRENT
    if link.is_symlink() and str(link.readlink()) == version:
        return
    temporary = link.with_name(f"{TEMPORARY}{CURRENT}")
    with contextlib.suppress(OSError):
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(version, target_is_directory=True)
        temporary.replace(link)

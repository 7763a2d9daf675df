"""The published versions of a data root: which are whole, and which one is current."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from schemas.errors import PipelineError
from schemas.manifest import Manifest
from schemas.tables import Shards
from tasks.store.digest import sha256
from tasks.store.hashes import TEMPORARY, State, changed_files, is_known, remember, state_of, was_written
from tasks.store.parts import write_text

MANIFEST = "manifest.json"
LATEST = "latest.json"
CURRENT = "current"
REFUSED = "refused"
ASIDE = ".aside-"
LEDGER = ".ledger"
"""Below the versions: the ledgers of the parts, each under the digest of what it was made from."""
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
    tables: str = ""
    """The tables of its report as Markdown, where it was made now."""


def versions_folder(root: Path) -> Path:
    """Return the folder of all versions."""
    return root / Shards.folder


def refused_folder(root: Path) -> Path:
    """Return where the ledger of the last run lies that was refused; it goes with the next good one."""
    return versions_folder(root) / f".{REFUSED}"


def parse_manifest(folder: Path) -> Manifest | None:
    """Return a version's manifest, whatever became of the files that it lists; None where it cannot be read."""
    try:
        return Manifest.from_json((folder / MANIFEST).read_bytes())
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def read_manifest(folder: Path) -> Manifest | None:
    """Return a version's manifest; None where a file of the version is missing or cut."""
    manifest = parse_manifest(folder)
    whole = manifest is not None and all(
        (folder / entry.name).is_file() and (folder / entry.name).stat().st_size == entry.bytes
        for entry in manifest.files
    )
    return manifest if whole else None


def is_whole(folder: Path, manifest: Manifest) -> bool:
    """Whether every file of a version is what was written; of one that was fetched here, what the manifest says."""
    hashes = {folder / entry.name: entry.sha256 for entry in manifest.files}
    hashes |= {folder / entry.name: entry.sha256 for entry in manifest.beside}
    # What was fetched has no report, and no line says that there was one.
    reports = [path for path in (folder / name for name in sorted(HISTORY)) if is_known(path) or path.is_file()]
    states = {path: state_of(path) for path in (*hashes, folder / MANIFEST, *reports)}
    unknown = [path for path, state in states.items() if state is State.UNKNOWN]
    if any(state in (State.CHANGED, State.MISSING) for state in states.values()):
        return False
    if any(path in hashes and sha256(path) != hashes[path] for path in unknown):
        return False
    for path in unknown:
        remember(path)
    return True


def damaged_stages(root: Path, *, read: bool = False) -> list[Path]:
    """Return the files of the stages and of the parts' ledgers that are gone, or are not what was written."""
    return [path for path, _ in changed_files(root, partial(is_of_stages, root), read=read)]


def is_of_stages(root: Path, path: Path) -> bool:
    """Whether a file is a stage's or a part's ledger, and not a version's or the data root's own."""
    versions = versions_folder(root)
    return path.parent != root and (versions not in path.parents or versions / LEDGER in path.parents)


def put_in_place(building: Path, folder: Path) -> None:
    """Give a version's folder its name; one of that name, which is damaged, goes only when the new one is there."""
    for name in HISTORY:  # the version before, which it tells of, is not known any more
        if state_of(folder / name, read=True) is State.SOUND:
            shutil.copyfile(folder / name, building / name)
    for path in sorted(building.rglob("*")):
        if path.is_file():
            remember(folder / path.relative_to(building), written=path)
    aside = folder.with_name(f"{ASIDE}{folder.name}")
    if folder.exists():
        folder.replace(aside)
    building.replace(folder)
    shutil.rmtree(aside, ignore_errors=True)


def put_back(root: Path) -> None:
    """Give a version back the name that a killed run took from it for a new one; where that one is there, remove it."""
    for aside in versions_folder(root).glob(f"{ASIDE}*"):
        folder = aside.with_name(aside.name.removeprefix(ASIDE))
        if folder.exists():
            shutil.rmtree(aside, ignore_errors=True)
        else:
            aside.replace(folder)


def latest(root: Path) -> str | None:
    """Return the current version's name."""
    try:
        return str(json.loads((versions_folder(root) / LATEST).read_text(encoding="utf-8"))["version"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
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
    if not name:
        raise PipelineError(f"An empty name is no version: give one, how it begins, or {CURRENT}.")
    known = published(root)
    current = name == CURRENT
    if current:
        name = latest(root) or CURRENT
    found = [one for one in known if one.version == name] or [one for one in known if one.version.startswith(name)]
    if len(found) > 1:
        raise PipelineError(f"{name!r} begins several versions: {', '.join(one.version for one in found)}.")
    if not known:
        raise PipelineError(none_published(root))
    there = ", ".join(one.version for one in known)
    if not found and current:
        raise PipelineError(
            f"{LATEST} in {root} names no whole version: `sharegpt use VERSION` makes one current; there are: {there}."
        )
    if not found:
        raise PipelineError(f"No whole version begins with {name!r}; there are: {there}.")
    return found[0]


def none_published(root: Path) -> str:
    """Return the sentence for a data root without a whole version, and the mend."""
    if any(path.is_dir() and not path.is_symlink() for path in versions_folder(root).glob("[!.]*")):
        return f"No version in {root} is whole: `sharegpt verify --repair` makes a damaged one anew."
    return f"No version is published in {root}: `sharegpt run` makes one, --data names another root."


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
    if latest(root) != version or state_of(versions_folder(root) / LATEST) is not State.SOUND:
        write_text(versions_folder(root) / LATEST, _naming(version))
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


def _naming(version: str) -> str:
    return json.dumps({"version": version}) + "\n"


def name_latest_again(root: Path) -> None:
    """Write latest.json anew where it is damaged, if the hash of what it said is that of a version that is there."""
    path = versions_folder(root) / LATEST
    if state_of(path, read=True) is State.SOUND:
        return
    for folder in versions_folder(root).glob("[!.]*/"):
        if not folder.is_symlink() and was_written(path, _naming(folder.name).encode()):
            write_text(path, _naming(folder.name))

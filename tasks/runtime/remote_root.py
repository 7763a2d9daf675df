"""A data root in a bucket: worked on in a local folder, its published versions kept whole at the URL."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from schemas.errors import SettingsError
from schemas.manifest import Manifest
from schemas.tables import Shards
from tasks.runtime.run_context import held
from tasks.sources.remote import filesystem, is_remote, public_name, three_tries
from tasks.store.catalogue import rebuild
from tasks.store.digest import combine
from tasks.store.hashes import TEMPORARY
from tasks.store.parts import write_text
from tasks.store.root import make_root
from tasks.store.versions import LATEST, MANIFEST, latest, point_to, read_manifest, versions_folder

MARK = ".remote"
"""Below the local folder of a remote data root: the URL that its versions go to."""


def local_root(data: str | Path) -> Path:
    """Return the local folder of a data root; of a URL's, with the version that is current there.

    Args:
        data: a folder, or a URL of fsspec such as `s3://bucket/sharegpt`.

    Raises:
        SettingsError: the URL holds a password.
        SourceError: the URL cannot be reached, or a package for it is missing.
    """
    if not is_remote(str(data)):
        return Path(data)
    url = str(data).rstrip("/")
    if "@" in urlsplit(url).netloc:
        raise SettingsError(
            f"{public_name(url)}: a data root may hold no password; credentials come from the environment."
        )
    cache = Path(os.environ.get("SHAREGPT_CACHE") or "~/.cache/sharegpt-clean").expanduser()
    root = make_root(cache / combine(url)[:16] / "data")
    if not (root / MARK).is_file():
        write_text(root / MARK, url)
    pull(root, url)
    return root


def remote_of(root: Path) -> str | None:
    """Return the URL that a local folder stands for; None where it stands for itself."""
    path = root / MARK
    return path.read_text(encoding="utf-8").strip() if path.is_file() else None


def share(root: Path) -> None:
    """Upload the current version where the folder stands for a URL."""
    url = remote_of(root)
    if url:
        push(root, url)


class Place:
    """The versions' folder at a URL."""

    def __init__(self, url: str) -> None:
        self.system, path = filesystem(url)
        self.path, self.name = f"{path.rstrip('/')}/{Shards.folder}", public_name(url)

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes; None where there is no such file."""

        def get() -> bytes | None:
            try:
                data: bytes = self.system.cat_file(f"{self.path}/{name}")
            except FileNotFoundError:
                return None
            return data

        self.system.invalidate_cache()
        return three_tries(get, self.name)

    def versions(self) -> list[str]:
        """Return the names of the versions that lie here whole."""
        self.system.invalidate_cache()
        return sorted(path.split("/")[-2] for path in self.system.glob(f"{self.path}/*/{MANIFEST}"))

    def write(self, name: str, file: Path) -> None:
        """Upload a file."""
        three_tries(lambda: self.system.put_file(str(file), f"{self.path}/{name}"), self.name)

    def fetch(self, name: str, file: Path) -> None:
        """Download a file."""
        file.parent.mkdir(parents=True, exist_ok=True)
        three_tries(lambda: self.system.get_file(f"{self.path}/{name}", str(file)), self.name)


def current_at(place: Place) -> str | None:
    """Return the name of the version that is current at a URL."""
    held: Any = json.loads(place.read(LATEST) or b"{}")
    version = held.get("version")
    return str(version) if version else None


def push(root: Path, url: str) -> None:
    """Upload the current version: its files, then its manifest, then latest.json, so that a reader sees it whole.

    Files of a version that is there already are not sent again. Raise SourceError where the URL cannot be written.
    """
    version, place = latest(root), Place(url)
    folder = versions_folder(root) / str(version)
    manifest = (folder / MANIFEST).read_bytes()
    if place.read(f"{version}/{MANIFEST}") != manifest:
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST):
            place.write(f"{version}/{path.relative_to(folder).as_posix()}", path)
        place.write(f"{version}/{MANIFEST}", folder / MANIFEST)
    if current_at(place) != version:
        place.write(LATEST, versions_folder(root) / LATEST)


def pull(root: Path, url: str) -> None:
    """Make the version that is current at the URL the local one, fetched where it is not there whole."""
    place = Place(url)
    version = current_at(place)
    if version is None or version == latest(root):
        return
    with held(root):
        folder = versions_folder(root) / version
        if read_manifest(folder) is None:
            fetch_version(place, version, folder)
        point_to(root, version)
        rebuild(root)


def bring(root: Path, url: str, name: str) -> None:
    """Fetch the version at the URL that a name means, if just one does and it is not here; the root is held."""
    place = Place(url)
    found = [version for version in place.versions() if version.startswith(name)]
    if len(found) == 1 and read_manifest(versions_folder(root) / found[0]) is None:
        fetch_version(place, found[0], versions_folder(root) / found[0])


def fetch_version(place: Place, version: str, folder: Path) -> None:
    """Download a version into a temporary folder, and rename it when it is whole."""
    loading = folder.with_name(f"{TEMPORARY}{os.getpid()}-{version}")
    manifest = Manifest.from_json(place.read(f"{version}/{MANIFEST}") or b"")
    names = [*(entry.name for entry in manifest.files), *(entry.name for entry in manifest.beside)]
    for name in [*names, MANIFEST]:
        place.fetch(f"{version}/{name}", loading / name)
    shutil.rmtree(folder, ignore_errors=True)
    loading.replace(folder)

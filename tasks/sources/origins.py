"""Remembers where each source of a data root came from: a row_id never means two rows, and damage can be repaired."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from schemas.errors import SourceError
from tasks.sources.discover import public_origin
from tasks.sources.ranges import Range, file_digests
from tasks.sources.remote import is_remote, public_name
from tasks.store.hashes import State, state_of
from tasks.store.parts import write_text

FILE = "sources.json"
NEVER: dict[str, Any] = {"files": {}, "last": []}


def known_names(root: Path) -> dict[str, str]:
    """Return the name of each file that was run on a data root, by where it is: a redacted name stays a file's own."""
    return {entry["origin"]: entry.get("archive", name) for name, entry in _read(root)["files"].items()}


def _read(root: Path) -> dict[str, Any]:
    """Return what is known of sources. Raise SourceError where the file is damaged."""
    path = root / FILE
    if not path.is_file():
        return {**NEVER}
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        if known.keys() != NEVER.keys():  # as earlier releases wrote it: the files alone
            known = {**NEVER, "files": known}
        whole = all(isinstance(one["origin"] + one["digest"], str) for one in known["files"].values())
        whole = whole and isinstance(known["last"], list)
    except (ValueError, TypeError, KeyError, AttributeError):
        whole = False
    if not whole:
        raise SourceError(
            f"{path} is damaged, and with it the memory of which files were run on this data root: remove it, and run "
            "with the same source again."
        )
    return dict(known)


def _given_again(word: str) -> str:
    """Return a source so that it can be given again from anywhere, without the secrets of a URL."""
    return public_name(word) if is_remote(word) else os.path.abspath(Path(word.removeprefix("file://")).expanduser())  # noqa: PTH100  # keeps links


def register_source(root: Path, ranges: list[Range], source: str | list[str] | None = None) -> None:
    """Note the origin of every source; the same bytes may move, other bytes under a known name may not.

    Args:
        root: the data root.
        ranges: of every file of the source.
        source: as it was given; None = not noted.

    Raises:
        SourceError: another file of the same name, from elsewhere, was run on this data root before.
    """
    path, known = root / FILE, _read(root)
    files = dict(known["files"])
    digests = file_digests(ranges)
    for name, part in {part.name: part for part in ranges}.items():
        origin = public_origin(part.source) if part.source else part.path
        before, now = files.get(name), {"origin": origin, "digest": digests[name]}
        if part.source and part.source.name != name:
            now["archive"] = part.source.name
        if before and before["origin"] != origin and before["digest"] != now["digest"]:
            raise SourceError(
                f"{name} was run on this data root from {before['origin']}, and {origin} is another file: "
                "rename it, or give it a data root of its own with --data."
            )
        files[name] = now
    last = known["last"]
    if source is not None:
        last = [_given_again(word) for word in ([source] if isinstance(source, str) else source)]
    text = json.dumps({"files": files, "last": last}, indent=1, sort_keys=True) + "\n"
    if state_of(path, read=True) is not State.SOUND or path.read_text(encoding="utf-8") != text:
        write_text(path, text)


def last_source(root: Path) -> list[str]:
    """Return the source of the last run. Raise SourceError where it is not known."""
    path = root / FILE
    if state_of(path, read=True) is State.CHANGED:
        raise SourceError(f"{path} is damaged, so what was run is not known: `sharegpt run` with the same source.")
    last = list(_read(root)["last"])
    if not last:
        raise SourceError(f"{path} does not say what was run: run `sharegpt run` with the same source again.")
    return last

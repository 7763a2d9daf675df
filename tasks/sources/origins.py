"""Remembers where each source of a data root came from, so that a row_id never means two rows."""

from __future__ import annotations

import json
from pathlib import Path

from schemas.errors import SourceError
from tasks.sources.discover import public_origin
from tasks.sources.ranges import Range
from tasks.store.digest import combine
from tasks.store.parts import write_text

FILE = "sources.json"


def known_names(root: Path) -> dict[str, str]:
    """Return the name of each file that was run on a data root, by where it is: a redacted name stays a file's own."""
    return {entry["origin"]: entry.get("archive", name) for name, entry in _read(root).items()}


def _read(root: Path) -> dict[str, dict[str, str]]:
    path = root / FILE
    found: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def register_source(root: Path, ranges: list[Range]) -> None:
    """Note the origin of every source; the same bytes may move, other bytes under a known name may not.

    Raises:
        SourceError: another file of the same name, from elsewhere, was run on this data root before.
    """
    path, known = root / FILE, _read(root)
    digests: dict[str, list[str]] = {}
    files: dict[str, Range] = {}
    for part in ranges:
        digests.setdefault(part.name, []).append(part.digest)
        files[part.name] = part
    for name, part in files.items():
        origin = public_origin(part.source) if part.source else part.path
        before, now = known.get(name), {"origin": origin, "digest": combine(digests[name])}
        if part.source and part.source.name != name:
            now["archive"] = part.source.name
        if before and before["origin"] != origin and before["digest"] != now["digest"]:
            raise SourceError(
                f"{name} was run on this data root from {before['origin']}, and {origin} is another file: "
                "rename it, or give it a data root of its own with --data."
            )
        known[name] = now
    text = json.dumps(known, indent=1, sort_keys=True) + "\n"
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        write_text(path, text)

"""What is known of files that did not change since the last plan, so that they need not be read again."""

from __future__ import annotations

import hashlib
import json
import os
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from schemas.settings import Input
from tasks.sources.between import Format
from tasks.sources.discover import Source
from tasks.sources.ranges import Join, PieceAt, Range
from tasks.store.code_digest import code_digest
from tasks.store.digest import combine

SPOOL, PLAN = ".spool", "plan.json"
"""Where it is kept, below the data root."""
_FRESH = 2.0  # seconds: a file touched more recently may change once more within the clock's grain


def _version(source: Source) -> str:
    """Return the digest of where a file is and which version of it: a URL may hold a secret, its digest does not."""
    return hashlib.sha256(repr(source).encode()).hexdigest()


def _is_known(source: Source) -> bool:
    """Whether no later version of a file could look the same."""
    return bool(source.identity) and (source.remote or time.time() - source.changed > _FRESH)


def _held(part: Range, source: Source) -> dict[str, Any]:
    """Return what is kept of a range: not its file's path, which `sources.json` alone has; of its name the member's."""
    held = {key: value for key, value in asdict(replace(part, others=())).items() if key not in ("source", "others")}
    path = "" if part.path == source.origin else part.path
    return held | {"path": path, "name": part.name.removeprefix(source.name)}


def _range(held: dict[str, Any], source: Source) -> Range:
    """Return a range of which that is kept."""
    joins = tuple(Join(row, tuple((PieceAt(*at), first) for at, first in pieces)) for row, pieces in held["joins"])
    joined = tuple((row, into) for row, into in held["joined"])
    own = {
        "joins": joins,
        "joined": joined,
        "format": Format(held["format"]),
        "path": held["path"] or source.origin,
        "name": source.name + held["name"],
    }
    return Range(**{**held, **own, "source": source})


def is_damaged(spool: Path) -> bool:
    """Whether what is kept of the last plan is not what was written."""
    try:
        held = json.loads((spool / PLAN).read_text(encoding="utf-8"))
        return bool(held["digest"] != combine(held["files"]))
    except FileNotFoundError:
        return False
    except (OSError, ValueError, KeyError, TypeError):
        return True


class PlanCache:
    """The ranges of each file of the last plan, under all that they depend on.

    Those of a file with pieces depend on all files: where one of these changed, came or went, it is read again.

    Args:
        spool: the folder it is kept in.
        range_bytes: size of ranges.
        reading: how files are read.
        sources: all files of the plan.
    """

    def __init__(self, spool: Path, range_bytes: int, reading: Input, sources: list[Source]) -> None:
        self._all = combine([_version(source) for source in sources]) if all(map(_is_known, sources)) else None
        self._path = spool / PLAN
        self._key = f"{code_digest('tasks.sources.plan')}:{range_bytes}:{reading.reading()}"
        self._next: dict[str, Any] = {}
        try:
            held = json.loads(self._path.read_text(encoding="utf-8"))
            self._held = held["files"] if held["key"] == self._key and held["digest"] == combine(held["files"]) else {}
        except (OSError, ValueError, KeyError, TypeError):
            self._held = {}

    def get(self, source: Source) -> list[Range] | None:
        """Return a file's ranges if this very version of it was planned before; None = read it."""
        entry = self._held.get(source.name)
        if not source.identity or not entry or entry["version"] != _version(source):
            return None
        if entry["all"] not in (None, self._all):
            return None
        self._next[source.name] = entry
        return [_range(held, source) for held in entry["ranges"]]

    def put(self, source: Source, ranges: list[Range], *, alone: bool) -> None:
        """Remember a file's ranges, unless a later version of what they depend on could look the same.

        Args:
            source: the file.
            ranges: its ranges.
            alone: whether they depend on no other file.
        """
        if _is_known(source) if alone else self._all:
            held = [_held(part, source) for part in ranges]
            self._next[source.name] = {
                "version": _version(source),
                "all": None if alone else self._all,
                "ranges": held,
            }

    def save(self) -> None:
        """Write what this plan knows; the file is whole or as before."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = self._path.with_suffix(f".{os.getpid()}.partial")
        held = {"key": self._key, "digest": combine(self._next), "files": self._next}
        partial.write_text(json.dumps(held), encoding="utf-8")
        partial.replace(self._path)

"""One run from its lock to its line in runs.jsonl, whatever its end."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from schemas.ledger import Runs
from tasks.runtime.machine_errors import sentence
from tasks.runtime.run_context import held
from tasks.runtime.workers import stopped
from tasks.sources.remote import is_remote, public_name
from tasks.store.catalogue import FILE, build
from tasks.store.parts import write_text
from tasks.store.versions import Published, versions_folder

LOG = "runs.jsonl"
PREVIEW = "preview"


@dataclass
class Run:
    """A run that holds its data root."""

    root: Path
    line: dict[str, Any] = field(default_factory=dict)

    def _end(self, outcome: str, done: Published) -> Published:
        manifest = done.manifest
        self.line |= {"outcome": outcome, "version": done.version, "rows": manifest.funnel[0].conversations_in}
        self.line |= {"samples": manifest.rows, "tokens": manifest.tokens}
        return done

    def published(self, done: Published) -> Published:
        """Note that a version was published (or found whole after parts were remade)."""
        return self._end("published" if done.fresh else "unchanged", done)

    def unchanged(self, done: Published) -> Published:
        """Note that there was nothing to do."""
        return self._end("unchanged", done)


def read_log(path: Path) -> list[dict[str, Any]]:
    """Return the lines of runs.jsonl."""
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def write_log(path: Path, line: dict[str, Any]) -> None:
    """Add a line; the file is replaced whole, so that a killed run leaves no half line."""
    lines = read_log(path)
    full = dict.fromkeys(Runs.columns()) | line | {"run": len(lines) + 1}
    write_text(path, "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in [*lines, full]))


def root_of(data: Path, sample: int | None) -> Path:
    """Return where a run works: on the data root, or for a sample in its preview folder."""
    return data / PREVIEW if sample else data


@contextmanager
def recorded(data: Path, source: str | list[str], sample: int | None) -> Iterator[Run]:
    """Hold the data root (its preview folder for a sample); at the end write the run's line and the catalogue.

    A run that finds everything unchanged leaves the catalogue alone, if there is one. Raises BusyError.
    """
    began, clock = datetime.now(UTC), time.monotonic()
    with held(root_of(data, sample)) as root:
        # A URL's password is for fetching, not for the record.
        words = [source] if isinstance(source, str) else source
        given = ", ".join(public_name(word) if is_remote(word) else word for word in words)
        run = Run(root, {"started": began.isoformat(timespec="seconds"), "source": given, "outcome": "failed"})
        try:
            yield run
        except BaseException as error:
            run.line["message"] = sentence(error, root) if isinstance(error, OSError) else str(error)
            run.line["message"] = run.line["message"] or type(error).__name__
            # Where the disk is full this fails too, and what failed first is what is told.
            with contextlib.suppress(OSError, duckdb.Error):
                _note(run, clock)
            raise
        _note(run, clock)


def _note(run: Run, clock: float) -> None:
    """Write the run's line, and the catalogue unless nothing changed, or somebody waits for the run to end."""
    run.line["seconds"] = round(time.monotonic() - clock, 3)
    write_log(run.root / LOG, run.line)
    if stopped.is_set() or (run.line["outcome"] == "unchanged" and (run.root / FILE).is_file()):
        return
    build(run.root)


def prune(root: Path, current: str, keep: int) -> list[str]:
    """Remove published versions beyond the newest `keep`, never the current one; give the names removed.

    Age is the order in which runs.jsonl last names a version.
    """
    import shutil

    order = [line["version"] for line in read_log(root / LOG) if line.get("version")]
    age = {version: place for place, version in enumerate(order)}
    versions = [path for path in versions_folder(root).iterdir() if path.is_dir() and not path.name.startswith(".")]
    others = sorted((path for path in versions if path.name != current), key=lambda path: age.get(path.name, -1))
    surplus = others[: max(0, len(others) - (keep - 1))]
    for path in surplus:
        shutil.rmtree(path)
    return [path.name for path in surplus]

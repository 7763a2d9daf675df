"""One run from its lock to its line in runs.jsonl, whatever its end."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from schemas.errors import RefusedError
from schemas.ledger import Runs
from tasks.privacy.places import redact_sentence
from tasks.runtime.machine_errors import sentence
from tasks.runtime.workers import stopped
from tasks.sources.remote import is_remote, public_name
from tasks.store.catalogue import FILE, build
from tasks.store.hashes import State, state_of, tidy_hashes
from tasks.store.parts import write_text
from tasks.store.root import remove_tree
from tasks.store.versions import Published, named_by_models, versions_folder

LOG = "runs.jsonl"
UNREADABLE = "unreadable"


@dataclass
class Run:
    """A run that holds its data root."""

    root: Path
    line: dict[str, Any] = field(default_factory=dict)
    idle: bool = False
    """Whether no file was made or removed, so that the catalogue holds what it should."""

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
        self.idle = True
        return self._end("unchanged", done)


def read_log(path: Path) -> list[dict[str, Any]]:
    """Return the lines of runs.jsonl; one that was damaged is a run of which nothing is known."""
    if not path.is_file():
        return []
    lines = [line for line in path.read_bytes().splitlines() if line]
    return [_read_line(number, line) for number, line in enumerate(lines, 1)]


def _read_line(number: int, line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
        if isinstance(found["run"], int) and isinstance(found["outcome"], str):
            return dict(found)
    except (ValueError, TypeError, KeyError):
        pass
    lost = {"run": number, "started": "", "outcome": UNREADABLE, "message": "this line was damaged"}
    return dict.fromkeys(Runs.columns()) | lost


def _write_lines(path: Path, lines: list[dict[str, Any]]) -> None:
    write_text(path, "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines))


def write_log(path: Path, line: dict[str, Any]) -> None:
    """Add a line; the file is replaced whole, so that a killed run leaves no half line."""
    lines = read_log(path)
    _write_lines(path, [*lines, dict.fromkeys(Runs.columns()) | line | {"run": len(lines) + 1}])


def write_anew(root: Path) -> None:
    """Write the catalogue and the log of runs anew where they are not what was written."""
    if (root / LOG).is_file() and state_of(root / LOG, read=True) is not State.SOUND:
        _write_lines(root / LOG, read_log(root / LOG))
    if state_of(root / FILE, read=True) is not State.SOUND:
        build(root)


@contextmanager
def recorded(holding: AbstractContextManager[Path], source: str | list[str]) -> Iterator[Run]:
    """Hold a data root; at the end write the run's line and the catalogue.

    A run that finds everything unchanged leaves the catalogue alone, if there is one.

    Args:
        holding: what holds the root, `held` or what somebody holds already; it may raise BusyError.
        source: as the run was given it.
    """
    began, clock = datetime.now(UTC), time.monotonic()
    with holding as root:
        # What is secret in a URL, or in the name of a file, is not for the record.
        words = [source] if isinstance(source, str) else source
        given = redact_sentence(", ".join(public_name(word) if is_remote(word) else word for word in words))
        run = Run(root, {"started": began.isoformat(timespec="seconds"), "source": given})
        try:
            yield run
        except BaseException as error:
            run.line["outcome"] = "refused" if isinstance(error, RefusedError) else "failed"
            run.line["message"] = sentence(error, root) if isinstance(error, OSError) else str(error)
            run.line["message"] = redact_sentence(run.line["message"]) or type(error).__name__
            # Where the disk is full this fails too, and what failed first is what is told.
            with contextlib.suppress(OSError, duckdb.Error):
                _note(run, clock)
            raise
        _note(run, clock)


def _note(run: Run, clock: float) -> None:
    """Write the run's line, and the catalogue unless no file did, or somebody waits for the run to end."""
    run.line["seconds"] = round(time.monotonic() - clock, 3)
    write_log(run.root / LOG, run.line)
    if stopped.is_set():
        return
    if run.idle:
        write_anew(run.root)
    else:
        build(run.root)
    if run.line["outcome"] in ("published", "unchanged"):
        tidy_hashes(run.root)


@dataclass(frozen=True)
class Age:
    """The newest run that named a version: its number, start and source."""

    number: int
    started: str
    source: str


def ages(root: Path) -> dict[str, Age]:
    """Return the newest run of each version that the run log names."""
    lines = [line for line in read_log(root / LOG) if line.get("version")]
    return {line["version"]: Age(line["run"], line["started"], line["source"]) for line in lines}


def surplus_versions(root: Path, current: str | None, keep: int) -> list[Path]:
    """Return the versions beyond the newest `keep`: never the current one, nor one that a model was made of."""
    age = ages(root)
    kept = named_by_models(root) | {current}
    versions = [path for path in versions_folder(root).iterdir() if path.is_dir() and not path.name.startswith(".")]
    newest = sorted(
        (path for path in versions if not path.is_symlink() and path.name != current),
        key=lambda path: (age[path.name].number if path.name in age else -1, path.name),
    )
    surplus = newest[: max(0, len(newest) - (keep - (current is not None)))]
    return [path for path in surplus if path.name not in kept]


def prune(root: Path, current: str, keep: int) -> list[str]:
    """Remove published versions beyond the newest `keep`, but those that a model was made of; return their names."""
    surplus = surplus_versions(root, current, keep)
    for path in surplus:
        remove_tree(path)
    return [path.name for path in surplus]

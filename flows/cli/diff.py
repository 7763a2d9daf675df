"""`sharegpt diff`: what became different between two published versions, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli import DATA, DataOption
from flows.cli.table import console, make_table
from schemas.errors import PipelineError
from schemas.manifest import Manifest

LISTED = 50


def find_version(root: Path, prefix: str) -> tuple[Path, Manifest]:
    """Return the folder and the manifest of the one whole version whose name begins so.

    Raises PipelineError where there is not just one.
    """
    from tasks.store.versions import MANIFEST, read_manifest, versions_folder

    names = sorted(path.parent.name for path in versions_folder(root).glob(f"[!.]*/{MANIFEST}"))
    found = [name for name in names if name == prefix] or [name for name in names if name.startswith(prefix)]
    if len(found) > 1:
        raise PipelineError(f"{prefix!r} begins several versions: {', '.join(found)}.")
    if not found:
        raise PipelineError(f"No version begins with {prefix!r}; there are: {', '.join(names) or 'none'}.")
    folder = versions_folder(root) / found[0]
    manifest = read_manifest(folder)
    if manifest is None:
        raise PipelineError(f"{folder} is not whole: `sharegpt run` remakes it from the same input and settings.")
    return folder, manifest


def diff(
    version_a: Annotated[str, typer.Argument(help="A version, or how its name begins.")],
    version_b: Annotated[str, typer.Argument(help="The version to compare it with.")],
    data: DataOption = DATA,
    limit: Annotated[int, typer.Option(min=0, help="Most conversations listed.")] = LISTED,
) -> None:
    """Compare two versions: counts, settings, and which conversations met another fate."""
    from tasks.report.compare import changed_rows, compare

    (old, was), (new, now) = find_version(data, version_a), find_version(data, version_b)
    changes = compare(old, new, was, now)
    counts = [(what, one, other, (other or 0) - (one or 0)) for what, one, other in changes.counts]
    sides = (changes.old, changes.new)
    section("counts", ("", *sides, "change"), counts)
    section("settings that differ", ("setting", *sides), changes.settings)
    section("digests that differ", ("digest", *sides), changes.digests)
    section("conversations with another fate", ("was", "is", "conversations", "example"), changes.rows)
    section("turns with another fate", ("was", "is", "turns", "example"), changes.turns)
    if changes.rows and limit:
        listed = changed_rows(old, new, limit)
        whole = sum(count for _, _, count, _ in changes.rows)
        title = f"the conversations ({len(listed):,} of {whole:,})"
        section(title, ("row_id", "was", "is", "detail"), listed)


def section(title: str, names: tuple[str, ...], rows: list[Any]) -> None:
    """Print a part of the comparison; one that is empty says so in a word."""
    out = console()
    if rows:
        out.print(make_table(names, rows, title=title))
    else:
        out.print(f"{title}: none")
    out.print()

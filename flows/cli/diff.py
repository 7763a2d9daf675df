"""`sharegpt diff`: what became different between two published versions, and why."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from flows.cli import DATA, DataOption
from flows.cli.table import console, make_table

LISTED = 50


def diff(
    version_a: Annotated[
        str | None, typer.Argument(help="A version, how its name begins, or current; the last two versions if none.")
    ] = None,
    version_b: Annotated[str, typer.Argument(help="The version to compare it with.")] = "current",
    data: DataOption = DATA,
    limit: Annotated[int, typer.Option(min=0, help="Most conversations listed.")] = LISTED,
) -> None:
    """Compare two versions: counts, settings, and which conversations have another fate.

    Example: sharegpt diff
    """
    from tasks.report.compare import changed_rows, compare
    from tasks.runtime.run_log import ages
    from tasks.store.versions import find_version, last_two

    if version_a is None:
        one, other = last_two(data, {version: age.number for version, age in ages(data).items()})
    else:
        one, other = find_version(data, version_a), find_version(data, version_b)
    old, new = one.path, other.path
    changes = compare(old, new, one.manifest, other.manifest)
    counts = [
        (
            what,
            *(f"{one:,}" if one is not None else "" for one in (was, now)),
            f"{change:+,}" if (change := (now or 0) - (was or 0)) else "0",
        )
        for what, was, now in changes.counts
    ]
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
